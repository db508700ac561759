// The texts most repeated about a brand. Words are here only as long as their author leaves them.

import { face, h, out } from "./dom.js";
import { concerns } from "./mentions.js";
import { clock, number, t } from "./words.js";

export function fold(open) {
  const parts = { title: h("summary"), list: h("ol"), texts: [] };
  parts.fold = h("details", { class: "repeated", open, hidden: true }, parts.title, parts.list);
  return parts;
}

export function show(parts, texts) {
  parts.texts = texts;
  parts.fold.hidden = texts.length === 0;
  parts.title.textContent = `${t("repeated")} (${number(texts.length)})`;
  const held = parts.list.contains(document.activeElement) ? document.activeElement.closest("li").dataset.cluster : null;
  parts.list.replaceChildren(...texts.map(draw));
  // Whoever stands on a link with the keyboard goes on standing there.
  if (held) parts.list.querySelector(`[data-cluster="${CSS.escape(held)}"] a`)?.focus({ preventScroll: true });
}

// What its author took back goes at once: the words of a post, of its reposts, and the name of who said it first.
export function remove(parts, gone) {
  let touched = false;
  for (const text of parts.texts) {
    for (const part of ["example", "first"]) {
      const post = text[part];
      if (post && (concerns(gone, post) || (post.of && gone.before === null && post.of === gone.uid))) {
        text[part] = null;
        text.url = part === "example" ? null : text.url;
        touched = true;
      }
    }
  }
  if (touched) show(parts, parts.texts);
}

function draw(text) {
  const feeling = text.sentiment;
  const authors = text.authors === null ? null : t("authors", `${number(text.authors)}${text.at_least ? "+" : ""}`, text.authors);
  const facts = [
    text.size === null ? null : t("inTwoDays", number(text.size)),
    authors,
    text.quotes ? t("quotes", number(text.quotes), text.quotes) : null,
    text.first_seen ? t("firstSaid", clock(text.first_seen, false), text.first?.name) : null,
  ].filter(Boolean);
  return h("li", { "data-cluster": text.id },
    text.example ? h("p", { class: "words", dir: "auto" }, text.example.text) : h("p", { class: "words empty" }, t("noWords")),
    h("p", { class: "facts" },
      feeling ? face(feeling, t(feeling)) : null,
      h("strong", {}, out(text.url, t("times", number(text.said)))),
      ...facts.map((fact) => h("span", {}, fact))));
}
