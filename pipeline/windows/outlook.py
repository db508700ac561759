"""From buckets to the view that the detector decides on: what is asked for at every look is at hand, the rest made on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from pipeline.detect.baseline import UNITS
from pipeline.detect.coordination import Weighed
from pipeline.detect.view import Slot, View
from pipeline.windows.bucket import CHANNELS, UNBRANDED, Bucket, Candidate, add_slices
from pipeline.windows.contribution import NEGATIVE, POLARITIES, POSITIVE
from pipeline.windows.history import History
from pipeline.windows.times import BUCKETS_AN_HOUR
from schemas.limits import EVIDENCE
from schemas.signal import Evidence

T = TypeVar("T")
SLICED = ("network", "language", "target")


class Outlook:
    """The views of one brand. Sums over hours and over buckets that have not changed since the last look are kept."""

    def __init__(self, brand: str, history: History) -> None:
        self._brand = brand
        self._history = history
        self._week: tuple[tuple[int, int], int, list[int]] = ((-1, -1), 0, [])
        self._earlier = _Earlier((-1, -1), ())

    def view(self, number: int, at: int, recent: Mapping[str, Sequence[int]], weighed: Weighed | None = None) -> View:
        """Everything a rule may look at, for the bucket `number` as it stands at log time `at`. Good until something is counted."""
        history = self._history
        tested = history.buckets.get(number) or Bucket(number)
        earlier = self._earlier_of(number)
        polarity = _sum(earlier.polarity, tested.polarity)
        before, before_polarity = self._week_before(number)
        return View(
            at=at,
            brand=self._brand,
            bucket=number,
            recent=recent,
            opinions=earlier.mentions + tested.mentions,
            negatives=polarity[NEGATIVE],
            positives=polarity[POSITIVE],
            history_opinions=before,
            history_negatives=before_polarity[NEGATIVE],
            authors=_ByChannel(lambda channel: _authors(channel, earlier, tested)),
            slots=_ByChannel(lambda channel: _slots(channel, history, number, polarity, before_polarity)),
            evidence=_ByChannel(lambda channel: _evidence(channel, history.last_hour(number))),
            simulated=False,
            weighed=weighed,
            category=tuple(_sum(earlier.category, tested.category)),
        )

    def _week_before(self, number: int) -> tuple[int, list[int]]:
        key = ((number + 1) // BUCKETS_AN_HOUR, self._history.hours_version)
        if self._week[0] != key:
            opinions, polarity = 0, [0, 0, 0, 0]
            for kept in self._history.week_before(number):
                opinions += kept.mentions
                polarity = _sum(polarity, kept.polarity)
            self._week = key, opinions, polarity
        return self._week[1:]

    def _earlier_of(self, number: int) -> _Earlier:
        key = (number, self._history.earlier_version)
        if self._earlier.key != key:
            self._earlier = _Earlier(
                key, [bucket for bucket in self._history.last_hour(number) if bucket.number != number]
            )
        return self._earlier


class _Earlier:
    """The last hour without the tested bucket."""

    def __init__(self, key: tuple[int, int], buckets: Sequence[Bucket]) -> None:
        self.key = key
        self.mentions = sum([bucket.mentions for bucket in buckets])
        self.polarity = [0, 0, 0, 0]
        self.category = [0, 0, 0, 0]
        for bucket in buckets:
            self.polarity = _sum(self.polarity, bucket.polarity)
            self.category = _sum(self.category, bucket.category)
        self._buckets = buckets
        self._voices: dict[int, set[int]] = {}

    def voices(self, column: int) -> set[int]:
        """Distinct authors by column of `Bucket.authors`; most looks end before anybody asks for them."""
        known = self._voices.get(column)
        if known is None:
            known = {author for bucket in self._buckets for author, row in bucket.authors.items() if row[column] > 0}
            self._voices[column] = known
        return known

    def unbranded(self) -> set[int]:
        """Distinct authors who spoke of the category alone."""
        return {author for bucket in self._buckets for author in bucket.category_authors}


class _ByChannel(Mapping[str, T]):
    """A value per channel, made when it is asked for."""

    def __init__(self, make: Callable[[str], T]) -> None:
        self._make = make

    def __getitem__(self, channel: str) -> T:
        if channel not in CHANNELS:
            raise KeyError(channel)
        return self._make(channel)

    def __iter__(self) -> Iterator[str]:
        return iter(CHANNELS)

    def __len__(self) -> int:
        return len(CHANNELS)


def _sum(one: Iterable[int], other: Iterable[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)]


_COLUMN = {"total": 0, "negative": 1, "positive": 2, "weighted_negative": 1, "questions": 0}
"""Which of an author's counts (opinions, negative, positive) makes somebody a voice of the channel."""


def _authors(channel: str, earlier: _Earlier, tested: Bucket) -> int:
    if channel == "category":
        return len(earlier.unbranded().union(tested.category_authors))
    column = _COLUMN[channel]
    known = earlier.voices(column)
    return len(known) + sum([row[column] > 0 and author not in known for author, row in tested.authors.items()])


_CELLS = {
    "total": (0,),
    "negative": (2,),
    "positive": (4,),
    "weighted_negative": (2,),
    "questions": (0,),
    "category": (0,),
}
"""Which cells of a slice's row count for the channel: see `bucket.Bucket.slices`."""


def _slots(
    channel: str,
    history: History,
    number: int,
    polarity: Sequence[int],
    polarity_before: Sequence[int],
) -> list[Slot]:
    now: dict[str, dict[str, list[int]]] = {}
    for bucket in history.last_hour(number):
        add_slices(now, bucket.slices)
    before: dict[str, dict[str, list[int]]] = {}
    for kept in history.week_before(number):
        add_slices(before, kept.slices)
    cells = _CELLS[channel]
    # Slices count mentions. In a weighted channel each is worth its unit here; what influence adds stays in `other`.
    unit = UNITS.get(channel, 1)
    slots = []
    for dimension in SLICED:
        rows, past = now.get(dimension, {}), before.get(dimension, {})
        if channel == "category":
            rows, past = _unbranded(dimension, rows), _unbranded(dimension, past)
        for label in sorted(rows.keys() | past.keys()):
            observed = unit * sum(rows[label][cell] for cell in cells) if label in rows else 0
            weight = sum(past[label][cell] for cell in cells) if label in past else 0
            if observed or weight:
                slots.append(Slot(dimension, label, observed, weight))
    if channel == "total":
        pairs = zip(POLARITIES, polarity, polarity_before, strict=True)
        slots += [Slot("sentiment", str(name), seen, usual) for name, seen, usual in pairs if seen or usual]
    return slots


def _unbranded(dimension: str, rows: dict[str, list[int]]) -> dict[str, list[int]]:
    """What is said of the category is counted by target alone."""
    return {label: row for label, row in rows.items() if dimension == "target" and label.startswith("category:")}


_WANTED = {"negative": NEGATIVE, "weighted_negative": NEGATIVE, "positive": POSITIVE, "category": UNBRANDED}


def _evidence(channel: str, hour: Sequence[Bucket]) -> list[Evidence]:
    """The strongest few, the latest first among equals; one of several alike is enough."""
    wanted = _WANTED.get(channel)
    pool = [
        c
        for bucket in hour
        for c in bucket.evidence
        if (c.polarity != UNBRANDED if wanted is None else c.polarity == wanted)
    ]
    chosen: dict[int, Candidate] = {}
    for candidate in sorted(pool, key=lambda c: (-c.weight, -c.observed_at, c.uid)):
        if len(chosen) == EVIDENCE:
            break
        chosen.setdefault(candidate.likeness, candidate)
    return [Evidence(c.uid, c.network, c.text, c.url, c.author) for c in chosen.values()]
