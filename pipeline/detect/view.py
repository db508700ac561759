"""What listen hands in at one instant: everything a rule may look at, about one brand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.detect.coordination import COORDINATED, Weighed
from schemas.signal import Evidence

HOUR_BUCKETS = 12
"""Counts, shares, authors, drivers and evidence are those of the last twelve buckets."""
MIN_HISTORY = 20
"""Opinions below which the usual negative share is unknown."""


class Slot(NamedTuple):
    """One label of one dimension: its count in the last hour, and its history as a weight for splitting the expectation."""

    dimension: str
    label: str
    observed: int
    expected_weight: int


class View(NamedTuple):
    """Channels: total, negative, positive, weighted_negative (in 1/10,000), questions, category."""

    at: int
    """Log time of the evaluation in ms; every record observed before it is in."""
    brand: str
    bucket: int
    """The tested bucket: the one that contains at - 1."""
    recent: Mapping[str, Sequence[int]]
    """Per channel the counts of the 24 buckets that end with `bucket`."""
    opinions: int
    negatives: int
    positives: int
    history_opinions: int
    """Over the previous seven days of final buckets."""
    history_negatives: int
    authors: Mapping[str, int]
    """Per channel the distinct people of the last hour."""
    slots: Mapping[str, Sequence[Slot]]
    evidence: Mapping[str, Sequence[Evidence]]
    """Per channel the mentions that show it best, best first."""
    simulated: bool
    weighed: Weighed | None = None
    """What looks coordinated."""
    category: Sequence[int] = (0, 0, 0, 0)
    """What is said of the category alone, by polarity: negative, neutral, positive, unsure."""

    def voices(self, channel: str) -> int:
        """Distinct people of the last hour in a channel."""
        if channel == COORDINATED:
            return self.weighed.best.accounts if self.weighed else 0
        return self.authors.get(channel, 0)

    def shown(self, channel: str) -> Sequence[Evidence]:
        """The mentions that show a channel best."""
        if channel == COORDINATED:
            return self.weighed.evidence if self.weighed else ()
        return self.evidence.get(channel, ())


def share(part: int, whole: int) -> int | None:
    """A share in 1/10,000; None of nothing."""
    return 10_000 * part // whole if whole else None


def usual_share(negatives: int, opinions: int) -> int | None:
    """The usual negative share in 1/10,000; None where the history is too short to say."""
    return share(negatives, opinions) if opinions >= MIN_HISTORY else None
