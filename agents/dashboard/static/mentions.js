// The live column: newest first, texts in full and as text, paused when somebody wants to read.

import { $, face, h, out } from "./dom.js";
import { clock, t } from "./words.js";

const KEPT = 60;
let shown = []; // newest first
let waiting = []; // oldest first, while paused
let paused = false;
let names = new Map();

export function setUp() {
  $("pause").addEventListener("click", () => {
    paused = !paused;
    if (!paused) waiting.splice(0).forEach(place);
    label();
  });
}

export function reset(mentions, brands) {
  names = new Map(brands.map((brand) => [brand.id, brand.name]));
  shown = [];
  waiting = [];
  $("mentions").replaceChildren();
  mentions.forEach(place);
  label();
}

export function add(mention) {
  if (paused && !shown.some((other) => other.key === mention.key)) {
    waiting = [...waiting.filter((other) => other.key !== mention.key), mention].slice(-KEPT);
    label();
  } else place(mention);
}

// What its author took back goes at once, paused or not.
export function remove(gone) {
  const stays = (mention) => !concerns(gone, mention);
  for (const mention of shown) if (!stays(mention)) mention.row.remove();
  shown = shown.filter(stays);
  waiting = waiting.filter(stays);
  label();
}

export function concerns(gone, post) {
  if (gone.author_id !== null) return post.author_id === gone.author_id;
  return post.uid === gone.uid && (gone.before === null || (post.version ?? "") < gone.before);
}

export function relabel() {
  const old = shown.reverse();
  shown = [];
  $("mentions").replaceChildren();
  old.forEach(place);
  label();
}

function label() {
  $("pause").textContent = paused ? t("resume", waiting.length) : t("pause");
  $("pause").setAttribute("aria-pressed", String(paused));
  $("no-mentions").hidden = shown.length > 0;
  $("legend").replaceChildren(
    ...["negative", "neutral", "positive", "unsure"].map((name) => h("span", {}, face(name, ""), " ", t(name))));
}

function place(mention) {
  const row = draw(mention);
  const known = shown.findIndex((other) => other.key === mention.key);
  if (known >= 0) {
    if (shown[known].version > mention.version) return;
    shown[known].row.replaceWith(row);
    shown[known] = { ...mention, row };
    return;
  }
  $("mentions").prepend(row);
  shown.unshift({ ...mention, row });
  while (shown.length > KEPT) shown.pop().row.remove();
  $("no-mentions").hidden = true;
}

function draw(mention) {
  const feeling = mention.sentiment ?? "unsure";
  const words = mention.text ?? (mention.kind === "repost" ? mention.quoted : null);
  const kind = mention.kind && mention.kind !== "post" ? t(mention.kind) : null;
  const marks = [kind, mention.edited ? t("edited") : null, mention.own ? t("own") : null, mention.set_aside ? t("aside") : null];
  return h("li", { class: `mention ${feeling}`, "data-uid": mention.uid },
    h("p", { class: "meta" },
      face(feeling, t(feeling)),
      h("strong", {}, names.get(mention.brand) ?? mention.brand),
      h("span", {}, mention.network),
      mention.lang ? h("span", { class: "tag" }, mention.lang) : null,
      ...marks.filter(Boolean).map((mark) => h("span", { class: "tag" }, mark)),
      out(mention.url, h("time", { datetime: mention.at }, clock(mention.at)))),
    mention.author ? h("p", { class: "author", dir: "auto" }, mention.author) : null,
    mention.warning ? h("p", { class: "warning", dir: "auto" }, mention.warning) : null,
    mention.title ? h("p", { class: "title", dir: "auto", lang: mention.lang }, mention.title) : null,
    words ? h("p", { class: "text", dir: "auto", lang: mention.lang }, words) : null,
    mention.quoted && mention.kind !== "repost" ? h("blockquote", { dir: "auto" }, mention.quoted) : null);
}
