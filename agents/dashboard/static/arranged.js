// How far a signal looks coordinated, and the traces that say so.

import { h } from "./dom.js";
import { number, percent, t } from "./words.js";

// One line that unfolds into the evidence; null where nothing looks coordinated.
export function arranged(signal, open) {
  const found = signal.coordination;
  if (!found) return null;
  const facts = [
    [number(found.accounts), "accounts"],
    [number(found.posts), "posts"],
    [lasting(found.span_seconds), "within"],
    [lasting(found.half_seconds), "half"],
    [ages(found), "newAccounts"],
    [number(found.alike_handles), "handles"],
    [number(found.usual), "usualRepeat"],
    [number(found.score, 2), "formula"],
  ];
  const share = found.share ?? null;
  const much = signal.kind === "coordinated" ? "arrangedHour" : "arranged";
  return h("details", { class: "arranged", open: open && signal.kind === "coordinated" },
    h("summary", {}, share === null ? t("arrangedUnknown") : t(much, percent(share)), " · ", t(found.trace)),
    h("dl", {}, ...facts.map(([value, word]) => h("div", {}, h("dt", {}, t(word)), h("dd", {}, value)))));
}

const ages = (found) =>
  found.known_ages ? t("ofKnown", number(found.new_accounts), number(found.known_ages)) : t("agesUnknown");

const lasting = (seconds) =>
  seconds < 60 ? t("seconds", number(seconds)) : t("minutes", number(Math.ceil(seconds / 60)));
