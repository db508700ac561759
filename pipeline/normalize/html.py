"""HTML of a network to plain text, once: tags out, breaks kept, entities resolved, links collected."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from pipeline.normalize.fields import address

# `[^<>]` keeps an unclosed tag from being scanned again from every `<`: the cost is linear in hostile input too.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s|/)[^<>]*)?>|<[!?][^<>]*>")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_CLASS = re.compile(r"""\bclass\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n]+")
_AROUND_BREAK = re.compile(r" *\n *")
_MANY_BREAKS = re.compile(r"\n{3,}")

_BREAK = frozenset(("br", "hr"))
_BLOCK = frozenset(
    ("p", "div", "li", "ul", "ol", "blockquote", "pre", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section")
)
_SILENT = frozenset(("script", "style", "template", "head", "title"))


class Page(NamedTuple):
    """Plain text and the addresses it links to, without those of mentions and hashtags."""

    text: str
    links: list[str]


def to_page(source: str) -> Page:
    """Text as its author wrote it: `<br>` and the end of a block are line breaks, and an address is whole.

    Mastodon wraps parts of an address in `<span class="invisible">` for display; dropping them would break the address.
    The `quote-inline` link, which servers add for old clients, is not the author's and goes.
    """
    if "<!--" in source:
        source = _without_comments(source)
    pieces: list[str] = []
    links: list[str] = []
    position = 0
    silent = ""
    depth = 0
    for tag in _TAG.finditer(source):
        between = source[position : tag.start()]
        position = tag.end()
        name = (tag[2] or "").lower()
        closing = bool(tag[1])
        if silent:
            if name == silent:
                depth += -1 if closing else 1
                silent = silent if depth else ""
            continue
        pieces.append(_SPACE.sub(" ", between))
        attributes = tag[3] or ""
        if not closing and (name in _SILENT or (name == "span" and "quote-inline" in _classes(attributes))):
            silent, depth = name, 1
        elif name in _BREAK or (closing and name in _BLOCK):
            pieces.append("\n")
        elif name == "a" and not closing:
            _collect(attributes, links)
    if not silent:
        pieces.append(_SPACE.sub(" ", source[position:]))
    text = _AROUND_BREAK.sub("\n", html.unescape("".join(pieces)))
    return Page(_MANY_BREAKS.sub("\n\n", text).strip(), links)


def to_text(source: str) -> str:
    return to_page(source).text


def _collect(attributes: str, links: list[str]) -> None:
    if "mention" in (classes := _classes(attributes)) or "hashtag" in classes:
        return
    href = _HREF.search(attributes)
    if href is None:
        return
    url = address(html.unescape(href[1] or href[2] or href[3] or ""))
    if url is not None:
        links.append(url)


def _classes(attributes: str) -> list[str]:
    found = _CLASS.search(attributes)
    return (found[1] or found[2] or "").split() if found else []


def _without_comments(source: str) -> str:
    kept: list[str] = []
    position = 0
    while (start := source.find("<!--", position)) >= 0:
        kept.append(source[position:start])
        end = source.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        position = end + 3
    kept.append(source[position:])
    return "".join(kept)
