"""What means something in other search languages, or nearly means it here: refused with the right spelling, never taken for a word."""

from __future__ import annotations

import re
import unicodedata

from pipeline.match.errors import QueryError

FIELDS = ("lang", "network", "author", "kind", "country", "followers", "url", "site", "hashtag", "in", "raw")
CALLED = {
    "title": "in:title",
    "headline": "in:title",
    "text": "in:text",
    "body": "in:text",
    "content": "in:text",
    "from": "author:",
    "user": "author:",
    "by": "author:",
    "language": "lang:",
    "idioma": "lang:",
    "domain": "site:",
    "host": "site:",
    "link": "url:",
    "links": "url:",
    "tag": "hashtag:",
    "source": "network:",
    "platform": "network:",
    "type": "kind:",
    "location": "country:",
    "geo": "country:",
    "case": "raw:",
    "exact": "raw:",
}
"""What other search languages call a field."""
_SYMBOLS = {"&&": "AND", "&": "AND", "||": "OR", "|": "OR", "!": "NOT"}
_OPERATORS = ("and", "or", "not")
_FIGURE = re.compile(r"(followers)([<>=].*)", re.IGNORECASE)
_SYNTAX = re.compile(rf"(?:{'|'.join(FIELDS)}):.*|O?NEAR/.*|AND|OR|NOT", re.IGNORECASE)


def refuse_look_alikes(query: str, text: str, at: int) -> None:
    """Raises QueryError where `text`, a stretch of the query without blanks at `at`, is not what its writer takes it for."""
    if text in _SYMBOLS:
        raise QueryError(at, f"{text} is not an operator", f"write {_SYMBOLS[text]}", query)
    if text.lower() in _OPERATORS:
        remedy = f'write {text.upper()}, or "{text}" in quotes for the word itself'
        raise QueryError(at, "operators are written in capitals", remedy, query)
    if text[0] in "-!" and len(text) > 1 and text[1] not in "-!":
        raise QueryError(at, f"{text[0]} does not exclude a word here", f"write NOT {text[1:]}", query)
    if text[0] in "'‘" and len(text) > 1:
        raise QueryError(at, "single quotation marks do not make a phrase", 'write double ones: "two words"', query)
    if text[0] == "~" and text[1:].isdecimal():
        raise QueryError(at, f"{text} is not an operator", f"write one NEAR/{text[1:]} other", query)
    figure = _FIGURE.fullmatch(text)
    if figure:
        name = figure[1].lower()
        raise QueryError(at + len(name), f"{name} needs a colon", f"write {name}:{figure[2]}", query)
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text)
        if plain != text and _SYNTAX.fullmatch(plain):
            raise QueryError(at, "operators and fields are written in plain letters and signs", f"write {plain}", query)
