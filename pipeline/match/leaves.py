"""The leaves of a query: words, phrases and fields, folded and checked."""

from __future__ import annotations

import re
from difflib import get_close_matches

from pipeline.match.errors import QueryError
from pipeline.match.fold import as_written, fold
from pipeline.match.glob import MAX_PATTERN, literal_of
from pipeline.match.lexer import Lexeme
from pipeline.match.links import canonical_link
from pipeline.match.syntax import Atom, Field, Node, Number, Phrase, Raw, Run, Wild, Word
from pipeline.match.tokens import plain_pieces, query_pieces
from schemas.kinds import MentionKind

MAX_PHRASE = 32
"""Words of one phrase."""
_LEAST_LITERAL = 2
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([km]?)", re.IGNORECASE | re.ASCII)
_BOUND = re.compile(r"(>=|<=|>|<|=)?(.+)")
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


def words_node(lexeme: Lexeme, source: str, links: bool) -> Node:
    """The words of a chunk or a phrase: one atom, or several side by side (`luz-verde` is `"luz verde"`)."""
    if links or lexeme.text.startswith(("https://", "http://")):
        return _link(lexeme, source)
    pieces = query_pieces(fold(lexeme.text))
    if not pieces:
        raise QueryError(
            lexeme.position, f"there is no word in {lexeme.text!r}", "write letters, digits or an emoji", source
        )
    if len(pieces) > MAX_PHRASE:
        raise QueryError(
            lexeme.position, f"a phrase of more than {MAX_PHRASE} words", "keep the words that set it apart", source
        )
    parts = tuple(_atom(text, is_run, lexeme, source) for text, is_run in pieces)
    return parts[0] if len(parts) == 1 else Phrase(parts)


def _atom(text: str, is_run: bool, lexeme: Lexeme, source: str) -> Atom:
    if is_run:
        bare = text.strip("*")
        if "*" in bare or "?" in bare or not bare:
            raise QueryError(
                lexeme.position,
                "a wildcard inside a script without spaces",
                "leave it out: such words already match anywhere in the text",
                source,
            )
        return Run(bare)
    if "*" not in text and "?" not in text:
        return Word(text)
    if len(literal_of(text.lstrip("#@$"))) < _LEAST_LITERAL:
        raise QueryError(
            lexeme.position,
            f"{text} matches too much",
            f"write at least {_LEAST_LITERAL} letters in a row beside the wildcard",
            source,
        )
    if len(text) > MAX_PATTERN:
        raise QueryError(
            lexeme.position, f"a word with wildcards longer than {MAX_PATTERN} characters", "shorten it", source
        )
    return Wild(text)


def _link(lexeme: Lexeme, source: str) -> Field:
    link = fold(canonical_link(lexeme.text))
    host = link.partition("/")[0]
    if "." not in host and not host.startswith("localhost"):
        raise QueryError(
            lexeme.position,
            f"{lexeme.text!r} is not an address",
            "write it as example.org/path, in quotes if it holds parentheses",
            source,
        )
    return Field("url", link)


def field_node(lexeme: Lexeme, source: str) -> Node:
    """One `field:value` as a node; `hashtag:` is the tag itself."""
    name, value = lexeme.field, lexeme.text
    if name == "url":
        return _link(lexeme, source)
    if name == "raw":
        return _raw(lexeme, source)
    if name == "followers":
        return _number(lexeme, source)
    if name == "hashtag":
        return words_node(lexeme._replace(text="#" + value.lstrip("#")), source, links=False)
    folded = fold(value)
    if name == "site":
        folded = fold(canonical_link(value)).partition("/")[0]
        if "." not in folded:
            raise QueryError(lexeme.position, f"{value!r} is not a site", "write site:example.org", source)
    elif name == "kind":
        _check_kind(lexeme, folded, source)
    elif name == "country":
        if not (len(value) == 2 and value.isascii() and value.isalpha()):
            raise QueryError(
                lexeme.position, f"{value!r} is not a country code", "write its two letters, as country:MX", source
            )
    elif name == "lang":
        folded = folded.replace("_", "-")
        base = folded.partition("-")[0]
        if not (base.isascii() and base.isalpha() and 2 <= len(base) <= 3):
            raise QueryError(
                lexeme.position, f"{value!r} is not a language code", "write lang:es or lang:es-MX", source
            )
    elif name == "author":
        folded = folded.removeprefix("@")
        wild = "*" in folded or "?" in folded
        if wild and (len(literal_of(folded)) < _LEAST_LITERAL or len(folded) > MAX_PATTERN):
            raise QueryError(lexeme.position, f"{value} matches too much", "write more letters of the name", source)
    return Field(name, folded)


def _check_kind(lexeme: Lexeme, kind: str, source: str) -> None:
    kinds = [str(k) for k in MentionKind]
    if kind not in kinds:
        close = get_close_matches(kind, kinds, n=1)
        hint = f"did you mean kind:{close[0]}?" if close else f"kinds are {', '.join(kinds)}"
        raise QueryError(lexeme.position, f"there is no kind {lexeme.text!r}", hint, source)


def _raw(lexeme: Lexeme, source: str) -> Raw:
    text = as_written(lexeme.text)
    folded = fold(text)
    if not folded.strip():
        raise QueryError(lexeme.position, f"there is nothing visible in {text!r}", 'write raw:"Some Words"', source)
    pieces = plain_pieces(folded)
    if len(pieces) > MAX_PHRASE:
        raise QueryError(
            lexeme.position, f"a phrase of more than {MAX_PHRASE} words", "keep the words that set it apart", source
        )
    atoms: list[Atom] = [Run(piece) if is_run else Word(piece) for piece, is_run in pieces]
    return Raw(text, None if not atoms else atoms[0] if len(atoms) == 1 else Phrase(tuple(atoms)))


def _number(lexeme: Lexeme, source: str) -> Number:
    """`>1000`, `>=1k`, `=5`, `5`, `1k..2.5m`, `..500`, `1k..` as a closed range."""
    name, value = lexeme.field, "".join(lexeme.text.split())
    if ".." in value:
        low, _, high = value.partition("..")
        if low or high:
            return Number(
                name,
                _amount(lexeme, low, source) if low else None,
                _amount(lexeme, high, source) if high else None,
            )
    bound = _BOUND.fullmatch(value)
    amount = _amount(lexeme, bound[2] if bound else "", source)
    match bound[1] if bound else "":
        case ">":
            return Number(name, amount + 1, None)
        case ">=":
            return Number(name, amount, None)
        case "<":
            return Number(name, None, amount - 1)
        case "<=":
            return Number(name, None, amount)
        case _:
            return Number(name, amount, amount)


def _amount(lexeme: Lexeme, text: str, source: str) -> int:
    found = _AMOUNT.fullmatch(text)
    whole = float(found[1]) * _TIMES[found[2].lower()] if found else 0.5
    if whole != int(whole) or len(text) > 15:
        name = lexeme.field
        remedy = f"write {name}:>1000, {name}:<=5k or {name}:1000..5000"
        raise QueryError(lexeme.position, f"{lexeme.text!r} is not a whole number or a range of them", remedy, source)
    return int(whole)
