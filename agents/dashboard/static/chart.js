// Opinions per five minutes over a day, stacked: negative below, neutral and unsure between, positive on top.

import { h } from "./dom.js";

const STEP = 5 * 60_000;
const DAY = 24 * 60 * 60_000;
const POINTS = DAY / STEP;
const WIDTH = 288;
const HEIGHT = 64;

// Rows [start, negative, neutral, positive, unsure] placed on a day that ends at `at`; what is missing is 0.
export function dayOf(rows, at) {
  const last = Math.floor(at / STEP);
  const day = Array.from({ length: POINTS }, () => [0, 0, 0]);
  for (const [start, negative, neutral, positive, unsure] of rows) {
    const place = POINTS - 1 - (last - Math.floor(start / STEP));
    if (place >= 0 && place < POINTS) day[place] = [negative, neutral + unsure, positive];
  }
  return day;
}

export function totals(day) {
  const sums = day.map(([a, b, c]) => a + b + c);
  return { total: sums.reduce((a, b) => a + b, 0), peak: Math.max(...sums) };
}

export function chart(label) {
  const layers = ["negative", "neutral", "positive"].map((name) => h("svg:path", { class: `area ${name}` }));
  const svg = h("svg:svg", {
    class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label,
  }, ...layers);
  return { svg, layers };
}

export function redraw({ svg, layers }, day, label) {
  const top = Math.max(totals(day).peak, 4); // a few mentions shall look like a few
  const y = (count) => (HEIGHT - (count / top) * (HEIGHT - 2)).toFixed(2);
  const x = (place) => ((place / (POINTS - 1)) * WIDTH).toFixed(2);
  let below = day.map(() => 0);
  layers.forEach((path, layer) => {
    const above = day.map((counts, place) => below[place] + counts[layer]);
    const up = above.map((count, place) => `${x(place)} ${y(count)}`);
    const back = below.map((count, place) => `${x(place)} ${y(count)}`).reverse();
    path.setAttribute("d", `M${up.join("L")}L${back.join("L")}Z`);
    below = above;
  });
  svg.setAttribute("aria-label", label);
}
