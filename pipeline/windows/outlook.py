"""From buckets to the view that the detector decides on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.detect.view import Slot, View
from pipeline.windows.bucket import CHANNELS, Bucket, Candidate, add_slices
from pipeline.windows.contribution import NEGATIVE, POLARITIES, POSITIVE
from pipeline.windows.history import History
from schemas.limits import EVIDENCE
from schemas.signal import Evidence

SLICED = ("network", "language", "target")


def view_of(brand: str, history: History, number: int, at: int, recent: Mapping[str, Sequence[int]]) -> View:
    """Everything a rule may look at, for the bucket `number` as it stands at log time `at`."""
    hour = history.last_hour(number)
    polarity = [sum(bucket.polarity[i] for bucket in hour) for i in range(4)]
    slices: dict[str, dict[str, list[int]]] = {}
    for bucket in hour:
        add_slices(slices, bucket.slices)
    before, before_polarity, before_slices = history.week_before(number)
    return View(
        at=at,
        brand=brand,
        bucket=number,
        recent=recent,
        opinions=sum(bucket.mentions for bucket in hour),
        negatives=polarity[NEGATIVE],
        positives=polarity[POSITIVE],
        history_opinions=before,
        history_negatives=before_polarity[NEGATIVE],
        authors=_authors(hour),
        slots={channel: _slots(channel, slices, before_slices, polarity, before_polarity) for channel in CHANNELS},
        evidence={channel: _evidence(channel, hour) for channel in CHANNELS},
        simulated=False,
    )


_COLUMN = {"total": 0, "negative": 1, "positive": 2, "weighted_negative": 1, "questions": 0}
"""Which of an author's counts (opinions, negative, positive) makes somebody a voice of the channel."""


def _authors(hour: Sequence[Bucket]) -> dict[str, int]:
    voices: list[set[int]] = [set(), set(), set()]
    for bucket in hour:
        for author, row in bucket.authors.items():
            for column, count in enumerate(row):
                if count > 0:
                    voices[column].add(author)
    return {channel: len(voices[_COLUMN[channel]]) for channel in CHANNELS}


_CELLS = {"total": (0,), "negative": (2,), "positive": (4,), "weighted_negative": (2,), "questions": (0,)}
"""Which cells of a slice's row count for the channel: see `bucket.Bucket.slices`."""


def _slots(
    channel: str,
    now: Mapping[str, Mapping[str, list[int]]],
    before: Mapping[str, Mapping[str, list[int]]],
    polarity: Sequence[int],
    polarity_before: Sequence[int],
) -> list[Slot]:
    cells = _CELLS[channel]
    slots = []
    for dimension in SLICED:
        rows, past = now.get(dimension, {}), before.get(dimension, {})
        for label in sorted(rows.keys() | past.keys()):
            observed = sum(rows[label][cell] for cell in cells) if label in rows else 0
            weight = sum(past[label][cell] for cell in cells) if label in past else 0
            if observed or weight:
                slots.append(Slot(dimension, label, observed, weight))
    if channel == "total":
        pairs = zip(POLARITIES, polarity, polarity_before, strict=True)
        slots += [Slot("sentiment", str(name), seen, usual) for name, seen, usual in pairs if seen or usual]
    return slots


_WANTED = {"negative": NEGATIVE, "weighted_negative": NEGATIVE, "positive": POSITIVE}


def _evidence(channel: str, hour: Sequence[Bucket]) -> list[Evidence]:
    wanted = _WANTED.get(channel)
    pool = [c for bucket in hour for c in bucket.evidence if wanted is None or c.polarity == wanted]
    chosen: list[Candidate] = []
    for candidate in sorted(pool, key=lambda c: (-c.weight, -c.observed_at, c.uid)):
        if all(candidate.likeness != other.likeness for other in chosen):
            chosen.append(candidate)
    return [Evidence(c.uid, c.network, c.text, c.url, c.author) for c in chosen[:EVIDENCE]]
