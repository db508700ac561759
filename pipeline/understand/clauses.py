"""Feeling clause by clause: a contrast word or a mark begins a new clause, and a clause keeps its own opinion.

"La app genial, pero la entrega un desastre" is a good clause and a bad one, not a neutral text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.understand.cues import Cue, Hit

NEGATION_REACH = 22
"""Characters between a negator and what it turns around, within one clause and without a comma."""

_CUT = re.compile(r"[.!?;:\n…—]+")


class Opinion(NamedTuple):
    """A judging phrase at its place, with the sign that it has there: a negated bad word says little and is 0."""

    start: int
    end: int
    sign: int
    cue: Cue


class Clause(NamedTuple):
    """Half-open place in the folded text, the opinions that stand in it, and which feeling outweighs: -1, 0 or 1."""

    start: int
    end: int
    opinions: Sequence[Opinion]
    sign: int


def clauses(folded: str, hits: Sequence[Hit]) -> list[Clause]:
    """The clauses of a text that has any opinion among its cues; none otherwise."""
    judging, negators, cuts = _sorted_out(hits)
    if not judging:
        return []
    if len(judging) > 1 or negators:
        cuts += [mark.end() for mark in _CUT.finditer(folded)]
    if not cuts:
        return [_clause(folded, 0, len(folded), judging, negators)]
    edges = [0, *sorted(set(cuts)), len(folded)]
    parts: list[list[Hit]] = [[] for _ in edges]
    for hit in judging:
        parts[bisect_right(edges, hit[0]) - 1].append(hit)
    return [_clause(folded, *at, part, negators) for at, part in zip(pairwise(edges), parts, strict=False) if part]


def _clause(folded: str, start: int, end: int, judging: Sequence[Hit], negators: Sequence[Hit]) -> Clause:
    opinions = []
    total = 0
    for hit in judging:
        sign = hit[2].sign or 0
        if negators and any(_reaches(folded, no, hit, start) for no in negators):
            sign = min(-sign, 0)
        total += sign
        opinions.append(Opinion(hit[0], hit[1], sign, hit[2]))
    return Clause(start, end, opinions, (total > 0) - (total < 0))


def _sorted_out(hits: Sequence[Hit]) -> tuple[list[Hit], list[Hit], list[int]]:
    """Judging hits and negators in the order of the text, and the places of contrast. A longer phrase speaks for those in it."""
    judging: list[Hit] = []
    negators: list[Hit] = []
    cuts: list[int] = []
    covered = 0
    for hit in sorted(hits, key=_by_place) if len(hits) > 1 else hits:
        start, end, cue = hit
        if cue.contrasts:
            cuts.append(start)
            if cue.sign is None:
                # The "sin" of "sin embargo" denies nothing.
                covered = max(covered, end)
        if end <= covered:
            continue
        if cue.sign is not None:
            covered = end
            if cue.sign:
                judging.append(hit)
        elif cue.negates:
            negators.append(hit)
    return judging, negators, cuts


def _by_place(hit: Hit) -> tuple[int, int]:
    return (hit[0], -hit[1])


def _reaches(folded: str, no: Hit, hit: Hit, start: int) -> bool:
    gap = hit[0] - no[1]
    return 0 <= gap <= NEGATION_REACH and no[0] >= start and "," not in folded[no[1] : hit[0]]
