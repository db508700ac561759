"""A query as lexemes with their positions. One pass, left to right."""

from __future__ import annotations

import re
from difflib import get_close_matches
from enum import Enum, auto
from typing import NamedTuple

from pipeline.match.errors import QueryError
from pipeline.match.lookalikes import CALLED, FIELDS, refuse_look_alikes

MAX_QUERY = 8_192
"""Longest query, in code points: twice what the largest commercial interface takes."""

_CLOSING = {'"': '"', "“": "”", "«": "»", "”": "”", "„": "“”", "＂": "＂"}
_STOP = re.compile(r'[\s()"“”«»„＂（）]')
_NAMED = re.compile(r"([^\W\d_]+):(?!//)")
_NEAR = re.compile(r"(O?)NEAR(?:/(.*))?$", re.IGNORECASE)


class Sort(Enum):
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    ONEAR = auto()
    PHRASE = auto()
    CHUNK = auto()
    FIELD = auto()
    END = auto()


class Lexeme(NamedTuple):
    """`text` is what a person wrote: the words of a chunk or phrase, a field's value, the n of NEAR."""

    sort: Sort
    text: str
    position: int
    end: int
    field: str = ""


_WORDS = {"AND": Sort.AND, "OR": Sort.OR, "NOT": Sort.NOT}


def lex(query: str) -> list[Lexeme]:
    """The lexemes, the last of sort END. Raises QueryError."""
    if len(query) > MAX_QUERY:
        raise QueryError(
            MAX_QUERY, f"the query is longer than {MAX_QUERY} characters", "split it into several targets", query
        )
    found: list[Lexeme] = []
    at = 0
    while at < len(query):
        char = query[at]
        if char.isspace():
            at += 1
        elif char in "()":
            found.append(Lexeme(Sort.OPEN if char == "(" else Sort.CLOSE, char, at, at + 1))
            at += 1
        elif char in "（）":
            raise QueryError(at, f"{char} is a full-width sign", f"write {'(' if char == '（' else ')'}", query)
        elif char in _CLOSING:
            text, end = _quoted(query, at)
            found.append(Lexeme(Sort.PHRASE, text, at, end))
            at = end
        elif char == "»":
            raise QueryError(at, "a closing quotation mark without an opening one", "open it with «", query)
        else:
            lexeme, at = _chunk(query, at)
            found.append(lexeme)
    found.append(Lexeme(Sort.END, "", len(query), len(query)))
    return found


def _quoted(query: str, at: int) -> tuple[str, int]:
    closing = _CLOSING[query[at]]
    end = min((found for mark in closing if (found := query.find(mark, at + 1)) >= 0), default=-1)
    if end < 0:
        raise QueryError(at, "this quotation mark is never closed", f"close it with {closing[0]}", query)
    return query[at + 1 : end], end + 1


def _chunk(query: str, at: int) -> tuple[Lexeme, int]:
    stop = _STOP.search(query, at)
    end = stop.start() if stop else len(query)
    text = query[at:end]
    if text in _WORDS:
        return Lexeme(_WORDS[text], text, at, end), end
    refuse_look_alikes(query, text, at)
    near = _NEAR.match(text)
    if near:
        return _near(query, text, at, near[1].upper(), near[2]), end
    named = _NAMED.match(text)
    if named:
        return _field(query, at, end, named)
    return Lexeme(Sort.CHUNK, text, at, end), end


def _near(query: str, text: str, at: int, ordered: str, distance: str | None) -> Lexeme:
    name = f"{ordered}NEAR"
    if distance is None:
        if not text.isupper():  # "near" and "Near" are words that people search for
            return Lexeme(Sort.CHUNK, text, at, at + len(text))
        raise QueryError(at, f"{name} needs a number of words", f"write {name}/5", query)
    if not text.startswith(name):
        raise QueryError(at, "operators are written in capitals", f"write {name}/{distance or 5}", query)
    return Lexeme(Sort.ONEAR if ordered else Sort.NEAR, distance, at, at + len(text))


def _field(query: str, at: int, end: int, named: re.Match[str]) -> tuple[Lexeme, int]:
    name, begin = named[1], at + named.end()
    value = query[begin:end]
    if name.lower() not in FIELDS:
        close = get_close_matches(name.lower(), FIELDS, n=1)
        called = CALLED.get(name.lower()) or (f"{close[0]}:" if close else None)
        hint = f"did you mean {called}?" if called else f"fields are {', '.join(f + ':' for f in FIELDS)};"
        raise QueryError(
            at, f"there is no field {name}:", f'{hint} to search for these words, quote them: "{name} …"', query
        )
    if not value and end < len(query) and query[end] in _CLOSING:
        value, end = _quoted(query, end)
    if not value.strip():
        raise QueryError(
            begin, f"{name}: needs a value right after the colon", f"write {_EXAMPLES[name.lower()]}", query
        )
    return Lexeme(Sort.FIELD, value.strip(), at, end, name.lower()), end


_EXAMPLES = {
    "lang": "lang:es",
    "network": "network:bluesky",
    "author": "author:name",
    "kind": "kind:review",
    "url": "url:example.org/blog",
    "site": "site:example.org",
    "hashtag": "hashtag:name",
    "country": "country:ES",
    "followers": "followers:>1000",
    "raw": 'raw:Apple or raw:"New York"',
    "in": "in:title",
}
