"""What is judged, and how: each aspect of a text with a sentiment of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.understand.clauses import Clause, Opinion
from pipeline.understand.cues import Hit

MOST = 8
"""Aspects of one text; who judges more is quoting a catalogue."""
NEAR = 60
"""Characters to the opinion that belongs to a named aspect; a comma between them counts as `COMMA` more."""
COMMA = 20

_WHOLE = Clause(0, sys.maxsize, (), 0)


class Found(NamedTuple):
    """One aspect: its name, -1, 0 or 1, and the words that named it."""

    aspect: str
    sign: int
    term: str


def aspects(folded: str, hits: Sequence[Hit], parts: Sequence[Clause], felt: int | None = None) -> list[Found]:
    """Aspects in the order in which they are judged. What no words near by judge is `felt` as the whole text, or left out.

    Asking a model about the clause instead was measured and is no better (docs/model-card.md).
    """
    votes: dict[str, list[tuple[int, str]]] = {}
    for part in parts:
        for start, end, sign, cue in part.opinions:
            for aspect in cue.judges:
                votes.setdefault(aspect, []).append((sign, folded[start:end]))
    for hit in hits:
        names = hit[2].names
        if not names:
            continue
        around = next((part for part in parts if part.start <= hit[0] < part.end), _WHOLE)
        sign_of = _nearest(folded, hit, around.opinions)
        if sign_of is None:
            sign_of = felt
        if sign_of is not None:
            for aspect in names:
                votes.setdefault(aspect, []).append((sign_of, folded[hit[0] : hit[1]]))
    return [_judged(aspect, cast) for aspect, cast in votes.items()][:MOST]


def _nearest(folded: str, hit: Hit, opinions: Sequence[Opinion]) -> int | None:
    best, found = NEAR + 1, None
    for start, end, sign, _ in opinions:
        between = (end, hit[0]) if start < hit[0] else (hit[1], start)
        distance = max(between[1] - between[0], 0) + COMMA * folded.count(",", *between)
        if distance < best and sign:
            best, found = distance, sign
    return found


def _judged(aspect: str, votes: Sequence[tuple[int, str]]) -> Found:
    total = sum(sign for sign, _ in votes)
    return Found(aspect, (total > 0) - (total < 0), votes[0][1])
