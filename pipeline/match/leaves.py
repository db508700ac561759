"""The leaves of a query: words, phrases and fields, folded and checked."""

from __future__ import annotations

from difflib import get_close_matches

from pipeline.match.errors import QueryError
from pipeline.match.fold import fold
from pipeline.match.glob import MAX_PATTERN, literal_of
from pipeline.match.lexer import Lexeme
from pipeline.match.links import canonical_link
from pipeline.match.syntax import Atom, Field, Node, Phrase, Run, Wild, Word
from pipeline.match.tokens import query_pieces
from schemas.kinds import MentionKind

MAX_PHRASE = 32
"""Words of one phrase."""
_LEAST_LITERAL = 2


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
    if name == "hashtag":
        return words_node(lexeme._replace(text="#" + value.lstrip("#")), source, links=False)
    folded = fold(value)
    if name == "site":
        folded = fold(canonical_link(value)).partition("/")[0]
        if "." not in folded:
            raise QueryError(lexeme.position, f"{value!r} is not a site", "write site:example.org", source)
    elif name == "kind":
        _check_kind(lexeme, folded, source)
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
