// Signals with everything needed to believe them: numbers, drivers that add up, evidence, and the command to check.

import { $, h, out } from "./dom.js";
import { concerns } from "./mentions.js";
import { arranged } from "./arranged.js";
import { clock, number, percent, spoken, t } from "./words.js";

const PARTS = 6;
const ICONS = {
  crisis: "▼", opportunity: "▲", improvement: "◆", attention: "●", coordinated: "◎", source_silent: "○",
};
let signals = new Map(); // id to signal, oldest first
let names = new Map();
let explain = "escucha explain";
let arrived = { published: null, verified: null };

export function reset(list, brands, command) {
  names = new Map(brands.map((brand) => [brand.id, brand.name]));
  explain = command ?? explain;
  const known = signals;
  signals = new Map(list.map((signal) => [signal.id, signal]));
  const same = known.size === signals.size && list.every((signal) => JSON.stringify(known.get(signal.id)) === JSON.stringify(signal));
  if (!same) redraw();
}

export function add(signal) {
  if (signals.has(signal.id)) return;
  const past = history().size;
  signals.set(signal.id, signal);
  if (history().size !== past) redraw();
  else $("signals").prepend(draw(signal));
  count();
}

export function remove(gone) {
  for (const signal of signals.values()) {
    let touched = false;
    for (const item of signal.evidence) {
      if (item.text !== null && gone.before === null && concerns(gone, item)) {
        item.text = null;
        touched = true;
      }
    }
    if (touched) document.querySelector(`[data-signal="${CSS.escape(signal.id)}"]`)?.replaceWith(draw(signal));
  }
}

export function redraw() {
  const newest = [...signals.values()].reverse();
  const past = history();
  $("signals").replaceChildren(...newest.filter((signal) => !past.has(signal)).map(draw));
  $("earlier-signals").replaceChildren(...newest.filter((signal) => past.has(signal)).map(draw));
  count();
}

// Signals of former runs, but for the last word on what is still going on.
function history() {
  const current = new Set(open());
  return new Set([...signals.values()].filter((signal) => signal.earlier && !current.has(signal)));
}

function count() {
  const earlier = history().size;
  $("earlier").hidden = earlier === 0;
  $("earlier-count").textContent = `(${number(earlier)})`;
  $("no-signals").hidden = signals.size > earlier;
}

// The latest signal of each incident that has not been resolved.
export function open() {
  const latest = new Map();
  for (const signal of signals.values()) {
    const before = latest.get(signal.incident);
    if (!before || before.at <= signal.at) latest.set(signal.incident, signal);
  }
  return [...latest.values()].filter((signal) => signal.edge !== "resolved");
}

// Where the signals have arrived, as the run reports it; null where it does not say.
export function arrivals(status) {
  arrived = {
    published: status.published ? new Set(status.published) : null,
    verified: status.webhooks?.ids ? new Set(status.webhooks.ids) : null,
  };
  for (const place of document.querySelectorAll("[data-arrivals]")) {
    const signal = signals.get(place.dataset.arrivals);
    const marks = signal ? stations(signal) : [];
    const said = marks.map(([done, word]) => `${done}${word}`).join();
    if (place.dataset.said === said) continue;
    place.dataset.said = said;
    place.replaceChildren(...marks.map(([done, word]) =>
      h("span", { class: done ? "done" : "underway" }, h("span", { "aria-hidden": "true" }, done ? "✓ " : "… "), t(word))));
  }
}

function stations(signal) {
  const marks = [];
  if (arrived.published) {
    const there = arrived.published.has(signal.id);
    if (there || !signal.earlier) marks.push([there, there ? "inRedis" : "notInRedis"]);
  }
  if (signal.observe) marks.push([false, "notDelivered"]);
  else if (arrived.verified) {
    const there = arrived.verified.has(signal.id);
    if (there || !signal.earlier) marks.push([there, there ? "arrived" : "notArrived"]);
  }
  return marks;
}

function draw(signal) {
  const amount = (value) => number(value / signal.unit, 1);
  // The channel of coordination counts accounts, and its score is ten times that of the formula, which is within 0 and 1.
  const accounts = signal.channel === "coordinated";
  const score = (value) => (accounts ? number(value / 10, 2) : number(value, 1));
  const figures = [
    [amount(signal.value), accounts ? "accounts" : "value"],
    signal.warm ? [amount(signal.expected), accounts ? "usualPosts" : "usual"] : null,
    [score(signal.score), "score"],
    [score(signal.threshold), "threshold"],
    [number(signal.n), "n"],
    accounts ? null : [number(signal.people), "people"],
    signal.negative_share === null ? null : [percent(signal.negative_share), "negativeShare"],
  ].filter(Boolean);
  const at = h("time", { datetime: signal.at }, clock(signal.at));
  const details = !signal.earlier && signal.edge !== "resolved";
  return h("article", { class: `card signal ${signal.kind} ${signal.edge}`, "data-signal": signal.id },
    h("header", { class: "heading" },
      h("h3", {},
        h("span", { class: `badge ${signal.edge === "resolved" ? "calm" : signal.kind}` },
          h("span", { "aria-hidden": "true" }, `${ICONS[signal.kind] ?? "●"} `), t(signal.kind), " ", t(signal.edge)),
        " ", names.get(signal.brand) ?? signal.brand),
      at),
    h("p", { class: "sentence", lang: spoken() }, signal.sentence[spoken()]),
    h("dl", { class: "numbers" }, ...figures.map(([value, word]) => h("div", {}, h("dt", {}, t(word)), h("dd", {}, value)))),
    arranged(signal, details),
    signal.drivers.length
      ? h("details", { open: details }, h("summary", {}, t("why")),
          h("div", { class: "drivers" }, ...signal.drivers.map((drivers) => bars(drivers, amount))))
      : null,
    signal.evidence.length
      ? h("details", { open: details }, h("summary", {}, t("evidence")), ...signal.evidence.map(quote))
      : null,
    h("p", { class: "arrivals", "data-arrivals": signal.id }),
    command(signal));
}

// The largest parts one by one and all others as one, so that what is shown adds up to the sum below it.
function bars(drivers, amount) {
  const parts = drivers.parts.filter((part) => part.change).sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const rows = parts.slice(0, parts.length > PARTS ? PARTS - 1 : PARTS).map((part) => [t(part.label), part.change]);
  const rest = parts.slice(rows.length);
  if (rest.length) rows.push([t("rest", rest.length), rest.reduce((sum, part) => sum + part.change, 0)]);
  const low = Math.min(0, ...rows.map(([, change]) => change));
  const width = Math.max(0, ...rows.map(([, change]) => change)) - low || 1;
  return h("table", {}, h("caption", {}, t(drivers.dimension === "language" ? "lang" : drivers.dimension)),
    h("tbody", {}, ...rows.map(([label, change]) => {
      const bar = h("span", { class: change < 0 ? "part fall" : "part" });
      bar.style.left = `${(100 * (Math.min(change, 0) - low)) / width}%`;
      bar.style.width = `${(100 * Math.abs(change)) / width}%`;
      return h("tr", {}, h("th", { scope: "row" }, label), h("td", { class: "track" }, h("div", {}, bar)), h("td", {}, signed(change, amount)));
    })),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, t("sum")), h("td"), h("td", {}, signed(drivers.total, amount)))));
}

const signed = (change, amount) => (change < 0 ? "−" : "+") + amount(Math.abs(change));

function quote(item) {
  return h("blockquote", { "data-evidence": item.uid },
    item.text === null || item.text === undefined
      ? h("p", { class: "empty" }, t("noEvidence"))
      : h("p", { dir: "auto" }, item.text),
    h("footer", {}, out(item.url, item.network)));
}

function command(signal) {
  const text = `${explain} ${signal.id}`;
  const button = h("button", { type: "button" }, t("copy"));
  const code = h("code", {}, text);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = t("copied");
      setTimeout(() => (button.textContent = t("copy")), 1500);
    } catch {
      getSelection().selectAllChildren(code); // no clipboard outside a secure context: leave it marked
    }
  });
  return h("p", { class: "command" }, h("span", { class: "label" }, t("check")), code, button);
}
