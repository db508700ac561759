// One card per brand: how much, how it feels, who speaks, what is repeated, and whether something is going on.

import { chart, dayOf, redraw, totals } from "./chart.js";
import { $, h } from "./dom.js";
import * as repeated from "./repeated.js";
import { once, roles } from "./speakers.js";
import { number, t } from "./words.js";

const ROOM = 6; // brands up to which repeated texts are unfolded at the start
const cards = new Map();

export function build(brands) {
  cards.clear();
  $("brands").replaceChildren(
    ...brands.map((brand) => {
      const parts = {
        brand,
        badge: h("span", { class: "badge" }),
        count: h("span", { class: "count" }),
        unit: h("span", { class: "unit" }),
        net: h("p", { class: "net" }),
        low: h("span", { class: "range" }),
        gauge: h("div", { class: "gauge", "aria-hidden": "true" }),
        chart: chart(brand.name),
        ago: h("span"), peak: h("span"), now: h("span"),
        once: h("p", { class: "once" }),
        roles: h("div", { class: "roles" }),
        repeated: repeated.fold(brands.length <= ROOM),
      };
      parts.span = h("span", { class: "span" });
      parts.mark = h("span", { class: "mark" });
      parts.gauge.append(parts.span, parts.mark);
      cards.set(brand.id, parts);
      return h("article", { class: "card brand", "data-brand": brand.id, "aria-label": brand.name },
        h("div", { class: "heading" }, h("h3", {}, brand.name), parts.badge),
        h("div", { class: "figures" },
          h("p", { class: "hour" }, parts.count, " ", parts.unit),
          h("div", { class: "feeling" }, parts.net, parts.gauge, parts.low)),
        parts.chart.svg,
        h("p", { class: "axis" }, parts.ago, parts.peak, parts.now),
        parts.once, parts.roles, parts.repeated.fold);
    }),
  );
}

// `rows`: Map of window start to row; `hour`: this brand's last hour; `open`: kinds of its open incidents.
export function show(id, rows, at, hour, open) {
  const parts = cards.get(id);
  if (!parts) return;
  const { brand } = parts;
  const day = dayOf(rows.values(), at);
  const { total, peak } = totals(day);
  redraw(parts.chart, day, t("chart", brand.name, number(total), number(peak)));
  parts.ago.textContent = t("dayAgo");
  parts.peak.textContent = total ? t("peak", number(peak)) : t("noWindows");
  parts.now.textContent = t("now");
  parts.count.textContent = hour ? number(hour.mentions) : "–";
  parts.unit.textContent = t("lastHour", hour?.mentions);
  feeling(parts, hour?.net);
  once(parts.once, hour);
  roles(parts.roles, hour);
  const kind = ["crisis", "coordinated", "improvement", "opportunity", "attention", "source_silent"].find((k) => open.has(k));
  parts.badge.className = `badge ${kind ?? "calm"}`;
  parts.badge.textContent = (kind ? t(kind) : t("calm")) + (brand.observe ? ` · ${t("observe")}` : "");
}

export function repeatedTexts(texts) {
  for (const [id, list] of Object.entries(texts)) if (cards.has(id)) repeated.show(cards.get(id).repeated, list);
}

export function remove(gone) {
  for (const parts of cards.values()) repeated.remove(parts.repeated, gone);
}

export function relabel() {
  for (const parts of cards.values()) repeated.show(parts.repeated, parts.repeated.texts);
}

function feeling(parts, net) {
  const said = net && net.value !== null;
  parts.net.replaceChildren(
    h("span", { class: "label" }, t("net")), " ",
    h("strong", { class: said ? tone(net) : "none" }, said ? number(net.value, 2, true) : t("noSentiment")),
    h("span", { class: "label" }, ` n = ${number(net?.n ?? 0)}`));
  parts.low.textContent = said ? t("interval", number(net.low, 2, true), number(net.high, 2, true)) : "";
  parts.gauge.classList.toggle("unknown", !said);
  if (said) {
    parts.span.style.left = `${50 + 50 * net.low}%`;
    parts.span.style.width = `${50 * (net.high - net.low)}%`;
    parts.mark.style.left = `${50 + 50 * net.value}%`;
    parts.gauge.dataset.tone = tone(net);
  }
}

// A side is taken only when the whole interval is on it.
const tone = (net) => (net.high < 0 ? "negative" : net.low > 0 ? "positive" : "neutral");
