// Elements made of values. Text is only ever text: nothing here parses markup.

export const $ = (id) => document.getElementById(id);

// h("p", {class: "x", onclick: f}, "text", child, null)
export function h(tag, attributes = {}, ...children) {
  const element = tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

// A link out, or plain text where there is no address fit to follow.
export function out(url, ...children) {
  return url && /^https?:\/\//i.test(url)
    ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children)
    : h("span", {}, ...children);
}

export const SHAPES = { negative: "▼", neutral: "●", positive: "▲", unsure: "?" };

// Sentiment by shape and colour; people who see neither read the word.
export function face(sentiment, word) {
  const label = sentiment ?? "unsure";
  return h("span", { class: `face ${label}`, role: "img", "aria-label": word, title: word }, SHAPES[label]);
}
