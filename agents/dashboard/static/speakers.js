// Opinion counted once beside all mentions, and who speaks: what the authors of the hour are to the brand.

import { h } from "./dom.js";
import { number, t } from "./words.js";

const ENOUGH = 5; // below this many a share says nothing
const ROLES = ["critic", "asker", "helper", "advocate", "amplifier", "newcomer", "suspected_automation", "none"];

// "140 voices, each text once in 5 min · net −0.20 · 35 shares". What a window does not say is said to be unknown.
export function once(place, hour) {
  const counted = hour?.once;
  const net = counted?.net.value;
  const parts = [
    counted
      ? [h("strong", {}, t("once", number(counted.opinions), counted.opinions)), `, ${t("onceHow")}`]
      : [hour?.mentions ? t("onceUnknown") : ""],
    counted ? [t("onceNet", net === null ? t("noSentiment") : number(net, 2, true))] : [],
    hour?.reposts ? [t("reposts", number(hour.reposts), hour.reposts)] : [],
  ].filter((part) => part[0]);
  place.replaceChildren(...parts.map((part) => h("span", {}, ...part)));
}

// A bar whose parts are told in words beside it; it is redrawn only when it changes.
export function roles(place, hour) {
  const counts = ROLES.map((role) => [role, hour?.roles?.[role] ?? 0]).filter(([, count]) => count);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const said = JSON.stringify([counts, t("who")]);
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  place.hidden = total === 0;
  if (total < ENOUGH) {
    place.replaceChildren(h("p", { class: "who" }, h("span", {}, t("who")), h("span", {}, t("whoUnknown"))));
    return;
  }
  const bar = h("div", { class: "bars", "aria-hidden": "true" }, ...counts.map(([role, count]) => {
    const part = h("span", { class: `role ${role}` });
    part.style.flexGrow = count;
    return part;
  }));
  place.replaceChildren(bar, h("p", { class: "who" }, h("span", {}, t("who")),
    ...counts.map(([role, count]) => h("span", { "data-role": role },
      h("i", { class: `role ${role}`, "aria-hidden": "true" }), `${t(role)} ${number(count)}`))));
}
