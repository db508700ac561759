"""A plain series of counts at a regular step through the detector's volume channel: what `escucha detect` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipeline.detect.baseline import BUCKET, SPAN, Baseline


class Series:
    """The volume channel on rows (instant, count), told in ascending order, whose intervals begin at their instants.

    A step of five minutes is a bucket. Of a shorter one several rows fill the bucket, which is scored at each of them as
    far as it is filled, as an open bucket is live, and learnt from once it is whole. A longer one, up to the two hours of
    the longest scale, is spread evenly over its buckets. Where rows are missing nothing is known: see `Baseline.miss`.
    """

    def __init__(self, step: int = BUCKET) -> None:
        """`step`: distance of the rows in ms. Raises ValueError where it does not fit the buckets: see `fits`."""
        if not fits(step):
            raise ValueError(f"a step of {step} ms neither divides five minutes nor is a multiple of them up to 2 h")
        self._rows = max(1, BUCKET // step)
        self._span = max(1, step // BUCKET)
        self._baseline = Baseline()
        self._at = -1
        self._bucket = -1
        self._count = 0
        self._seen = 0

    def take(self, at: int, value: int) -> float | None:
        """Score of the row before it is learnt from; None while there are less than 2.5 days of history.

        `at`: ms since 1970. Raises ValueError for a negative count or time that does not go on.
        """
        if at <= self._at or value < 0:
            raise ValueError(f"{value} at {at} cannot follow a row at {self._at}")
        self._at = at
        baseline, span = self._baseline, self._span
        first = at // BUCKET
        if first != self._bucket:
            self._bucket, self._count, self._seen = first, 0, 0
            if baseline.last is not None and first != baseline.last + 1:
                baseline.miss(first - 1)
        self._count += value
        self._seen += 1
        counts = [self._count] if span == 1 else _spread(self._count, span)
        end = first + span - 1
        score = baseline.score(end, baseline.earlier(SPAN - span) + counts) if baseline.is_warm(end) else None
        if self._seen == self._rows:
            for bucket, count in enumerate(counts, first):
                baseline.feed(bucket, count)
        return score


def fits(step: int) -> bool:
    """Whether rows at this distance in ms can be put into buckets: a divisor of five minutes, or 1 to 24 times as much."""
    return step > 0 and (BUCKET % step == 0 or (step % BUCKET == 0 and step <= SPAN * BUCKET))


def step_of(instants: Sequence[int]) -> int:
    """The commonest distance of ascending instants, the shortest of several; five minutes where there is but one."""
    distances = Counter(after - before for before, after in pairwise(instants))
    return min(distances, key=lambda distance: (-distances[distance], distance), default=BUCKET)


def alerts(instants: Sequence[int], found: Sequence[float | None], threshold: float, cooldown: int) -> list[int]:
    """The instants that alert: the score reaches the threshold, and the last alert is at least `cooldown` ms ago."""
    told: list[int] = []
    for at, score in zip(instants, found, strict=True):
        if score is not None and score >= threshold and (not told or at - told[-1] >= cooldown):
            told.append(at)
    return told


def _spread(count: int, parts: int) -> list[int]:
    return [count * (n + 1) // parts - count * n // parts for n in range(parts)]
