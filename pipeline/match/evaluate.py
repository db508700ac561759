"""Queries over a document's index. Linear in the text for a given query, but for the sorting of places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from pipeline.match.document import Document, scope_of
from pipeline.match.facts import holds, in_range
from pipeline.match.glob import glob_match, literal_of
from pipeline.match.piece import Place
from pipeline.match.syntax import (
    And,
    Atom,
    Field,
    Gap,
    In,
    Near,
    Node,
    Not,
    Number,
    Or,
    Phrase,
    Raw,
    Run,
    Scope,
    Wild,
    Word,
)
from pipeline.match.verbatim import raw_places


def evaluate(node: Node, doc: Document, scope: Scope = Scope.ANYWHERE) -> list[Place] | None:
    """The places of all words that made the node match; None where it does not. Negations and fields have no places."""
    if isinstance(node, Word):
        found = doc.spans_of(node.key)
        return (found if scope is Scope.ANYWHERE else _within(found, scope)) or None
    if isinstance(node, And):
        found = []
        for child in node.children:
            places = evaluate(child, doc, scope)
            if places is None:
                return None
            found += places
        return found
    if isinstance(node, Or):
        sides = [places for child in node.children if (places := evaluate(child, doc, scope)) is not None]
        return [place for side in sides for place in side] if sides else None
    if isinstance(node, Not):
        return [] if evaluate(node.child, doc, scope) is None else None
    if isinstance(node, In):
        return evaluate(node.child, doc, node.scope)
    if isinstance(node, Field):
        return [] if holds(node, doc) else None
    if isinstance(node, Number):
        return [] if in_range(node, doc) else None
    if isinstance(node, Near):
        return _near_places(node, doc, scope) or None
    return _places(node, doc, scope) or None


def _places(node: Node, doc: Document, scope: Scope) -> list[Place]:
    if isinstance(node, Phrase):
        return _phrase_places(node.parts, doc, scope)
    if isinstance(node, Or):
        return sorted({place for child in node.children for place in _places(child, doc, scope)})
    if isinstance(node, Word):
        found = doc.places_of(node.key)
    elif isinstance(node, Wild):
        found = _wild_places(node.pattern, doc)
    elif isinstance(node, Run):
        found = _run_places(node.text, doc)
    elif isinstance(node, Raw):
        found = raw_places(node, _places(node.words, doc, scope) if node.words else [], doc)
    else:
        raise TypeError(f"{node} has no place")
    return _within(found, scope)


def _within(places: list[Place], scope: Scope) -> list[Place]:
    if scope is Scope.ANYWHERE:
        return places
    return [place for place in places if scope_of(place) & scope]


def _wild_places(pattern: str, doc: Document) -> list[Place]:
    sigil = pattern[0] if pattern[0] in "#@$" else ""
    literal = literal_of(pattern.lstrip("#@$"))
    found: list[Place] = []
    for piece in doc.pieces:
        for key in piece.keys_with(literal):
            if (key[0] == sigil if sigil else key[0] not in "#@$") and glob_match(pattern, key):
                found += piece.places(key)
    return sorted(found)


def _run_places(text: str, doc: Document) -> list[Place]:
    found: list[Place] = []
    for key, first, last, start, _, _ in doc.runs:
        at = key.find(text)
        while at >= 0:
            found.append(Place(first, last, start + at, start + at + len(text)))
            at = key.find(text, at + len(text))
    return found


def _phrase_places(parts: tuple[Atom, ...], doc: Document, scope: Scope) -> list[Place]:
    keys = [part.key for part in parts if isinstance(part, Word)]
    if not all(key in doc.haystack for key in keys):
        return []
    if len(keys) == len(parts):
        pieces = [piece for piece in doc.pieces if keys[0] in piece.folded and keys[-1] in piece.folded]
        rows = [piece.rows(keys) for piece in pieces]
        if None not in rows:
            return _within([place for row in rows if row for place in row], scope)
    places = _places(parts[0], doc, scope)
    for part in parts[1:]:
        if not places:
            return []
        ending: dict[int, list[Place]] = {}
        for place in places:
            ending.setdefault(place.last, []).append(place)
        places = list(
            dict.fromkeys(
                Place(before.first, after.last, before.start, after.end)
                for after in _places(part, doc, scope)
                for before in ending.get(after.first - 1, ())
            )
        )
    return places


def _near_places(node: Near, doc: Document, scope: Scope) -> list[Place]:
    """Forward, each operand keeps the places within reach of the one before; backward, those that reach the end."""
    chain = [_places(node.operands[0], doc, scope)]
    for operand, gap in zip(node.operands[1:], node.gaps, strict=True):
        chain.append(_reached(chain[-1], _places(operand, doc, scope), gap, backward=False) if chain[-1] else [])
    for i in range(len(chain) - 2, -1, -1):
        chain[i] = _reached(chain[i + 1], chain[i], node.gaps[i], backward=True) if chain[i + 1] else []
    return [place for places in chain for place in places]


def _reached(known: list[Place], places: list[Place], gap: Gap, backward: bool) -> list[Place]:
    """The places that some known place comes before (after, if `backward`) within the gap; either way if not ordered."""
    ends = sorted(place.last for place in known)
    begins = sorted(place.first for place in known)
    after = not gap.ordered or not backward
    before = not gap.ordered or backward

    def holds_for(place: Place) -> bool:
        if after and bisect_left(ends, place.first - gap.distance) < bisect_left(ends, place.first):
            return True
        return before and bisect_right(begins, place.last) < bisect_right(begins, place.last + gap.distance)

    return [place for place in places if holds_for(place)]
