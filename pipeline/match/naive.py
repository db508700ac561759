"""The meaning of a query, written from the grammar with no thought for speed: the oracle that the matcher is tested against."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from pipeline.match.document import Document, scope_of
from pipeline.match.facts import holds, in_range
from pipeline.match.fold import as_written, fold
from pipeline.match.parser import parse
from pipeline.match.piece import Place, place_of
from pipeline.match.syntax import (
    And,
    Field,
    Gap,
    In,
    Near,
    Node,
    Not,
    Number,
    Or,
    Phrase,
    Query,
    Raw,
    Run,
    Scope,
    Wild,
    Word,
)


def naive_match(query: str | Query, doc: Document) -> bool:
    """Whether the query matches. Raises QueryError for text that does not parse."""
    parsed = parse(query) if isinstance(query, str) else query
    return _matches(parsed.root, doc, Scope.ANYWHERE)


def _matches(node: Node, doc: Document, scope: Scope) -> bool:
    match node:
        case And(children):
            return all(_matches(child, doc, scope) for child in children)
        case Or(children):
            return any(_matches(child, doc, scope) for child in children)
        case Not(child):
            return not _matches(child, doc, scope)
        case In(part, child):
            return _matches(child, doc, part)
        case Field():
            return holds(node, doc)
        case Number():
            return in_range(node, doc)
        case Near(operands, gaps):
            places = [list(_places(operand, doc, scope)) for operand in operands]
            return _chain(places, gaps, None)
        case _:
            return any(True for _ in _places(node, doc, scope))


def _places(node: Node, doc: Document, scope: Scope) -> Iterator[Place]:
    match node:
        case Or(children):
            for child in children:
                yield from _places(child, doc, scope)
        case Phrase(parts):
            for first in _places(parts[0], doc, scope):
                yield from _continued(first, parts[1:], doc, scope)
        case Word(key):
            for token in doc.tokens:
                if not token[5] and token[0] == key:
                    yield from _within(place_of(token), scope)
        case Wild(pattern):
            for token in doc.tokens:
                if not token[5] and _sigil(token[0]) == _sigil(pattern) and fnmatchcase(token[0], pattern):
                    yield from _within(place_of(token), scope)
        case Run(text):
            for key, begin, last, start, _, is_run in doc.tokens:
                if is_run and text in key:
                    start += key.index(text)
                    yield from _within(Place(begin, last, start, start + len(text)), scope)
        case Raw(text, words):
            yield from _written(text, words, doc, scope)
        case _:
            raise TypeError(f"{node} has no place")


def _within(place: Place, scope: Scope) -> Iterator[Place]:
    if scope_of(place) & scope:
        yield place


def _sigil(key: str) -> str:
    return key[0] if key[0] in "#@$" else ""


def _continued(so_far: Place, parts: tuple[Node, ...], doc: Document, scope: Scope) -> Iterator[Place]:
    if not parts:
        yield so_far
        return
    for place in _places(parts[0], doc, scope):
        if place.first == so_far.last + 1:
            yield from _continued(Place(so_far.first, place.last, so_far.start, place.end), parts[1:], doc, scope)


def _chain(places: list[list[Place]], gaps: tuple[Gap, ...], before: Place | None) -> bool:
    if not places:
        return True
    for place in places[0]:
        if before is not None and not _near(before, place, gaps[0]):
            continue
        if _chain(places[1:], gaps if before is None else gaps[1:], place):
            return True
    return False


def _near(a: Place, b: Place, gap: Gap) -> bool:
    if 1 <= b.first - a.last <= gap.distance:
        return True
    return not gap.ordered and 1 <= a.first - b.last <= gap.distance


def _written(text: str, words: Node | None, doc: Document, scope: Scope) -> Iterator[Place]:
    """Every stretch of the original that reads as `text`; with words in it, its edges must be edges of words."""
    beyond = [piece.first for piece in doc.pieces[1:]] + [1 << 62]
    for piece, next_first in zip(doc.pieces, beyond, strict=False):
        offsets = piece.offsets or range(len(piece.folded) + 1)
        for start, end in _stretches(piece.original, text):
            if words is None:
                yield from _within(Place(piece.first, piece.first, 0, 0), scope)
                continue
            for place in _places(words, doc, scope):
                here = piece.first <= place.first < next_first
                if here and offsets[place.start] >= start and offsets[place.end - 1] < end:
                    yield place


def _stretches(original: str, text: str) -> Iterator[tuple[int, int]]:
    for start in range(len(original)):
        if fold(original[start])[:1] != fold(text)[:1]:
            continue
        for end in range(start + 1, len(original) + 1):
            read = as_written(original[start:end])
            if len(read) > 2 * len(text):
                break
            goes_on = end < len(original) and not fold(original[end])
            if read == text and not original[end - 1].isspace() and not goes_on:
                yield start, end
