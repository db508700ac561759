"""A brand in miniature: counts by bucket, real baselines, views and readings as listen makes them."""

from __future__ import annotations

import pytest

from pipeline.detect.baseline import BUCKET, Baseline
from pipeline.detect.view import Slot, View
from schemas.signal import Evidence, Reading

CHANNELS = ("total", "negative", "positive", "weighted_negative", "questions")
START = 5_000_000
"""A bucket number in 2017, at a whole hour."""


class World:
    """Opinions are told by bucket as (negative, neutral, positive); every opinion is by an author of its own unless said."""

    def __init__(self, days: int = 8, usual: tuple[int, int, int] = (1, 6, 3)) -> None:
        self.baselines = {channel: Baseline.of(channel) for channel in CHANNELS}
        self.told: dict[int, tuple[int, int, int]] = {}
        self.usual = usual
        self.bucket = START
        for _ in range(days * 288):
            self.told[self.bucket] = usual
            self.close()

    def close(self) -> None:
        """The bucket is over and final: it enters the baselines."""
        counts = self.counts(self.bucket)
        if any(counts.values()):
            for channel, baseline in self.baselines.items():
                baseline.feed(self.bucket, counts[channel])
        self.bucket += 1

    def tell(self, negative: int = 0, neutral: int = 0, positive: int = 0) -> None:
        was = self.told.get(self.bucket, (0, 0, 0))
        self.told[self.bucket] = (was[0] + negative, was[1] + neutral, was[2] + positive)

    def counts(self, bucket: int) -> dict[str, int]:
        negative, neutral, positive = self.told.get(bucket, (0, 0, 0))
        return {
            "total": negative + neutral + positive,
            "negative": negative,
            "positive": positive,
            "weighted_negative": negative * 10_000,
            "questions": 0,
        }

    def look(self, at: int | None = None, authors: int | None = None) -> tuple[View, dict[str, Reading]]:
        at = (self.bucket + 1) * BUCKET if at is None else at
        rows = [self.counts(n) for n in range(self.bucket - 23, self.bucket + 1)]
        recent = {channel: [row[channel] for row in rows] for channel in CHANNELS}
        readings = {}
        for channel, baseline in self.baselines.items():
            score, scales, warm = baseline.read(self.bucket, recent[channel])
            state = baseline.dump() + recent[channel][:-1]
            readings[channel] = Reading(channel, recent[channel][-1], score, scales, state, warm)
        negative, neutral, positive = (
            sum(self.told.get(n, (0, 0, 0))[i] for n in range(self.bucket - 11, self.bucket + 1)) for i in range(3)
        )
        hour = {"total": negative + neutral + positive, "negative": negative, "positive": positive}
        hour |= {"weighted_negative": negative, "questions": 0}
        view = View(
            at=at,
            brand="iberluz",
            bucket=self.bucket,
            recent=recent,
            opinions=hour["total"],
            negatives=negative,
            positives=positive,
            history_opinions=2016 * sum(self.usual),
            history_negatives=2016 * self.usual[0],
            authors={channel: count if authors is None else min(authors, count) for channel, count in hour.items()},
            slots={
                channel: (Slot("network", "x", hour[channel], 3), Slot("network", "reddit", 0, 1))
                for channel in CHANNELS
            },
            evidence={channel: (Evidence("x:1", "x", "qué vergüenza"),) for channel in CHANNELS},
            simulated=True,
        )
        return view, readings


@pytest.fixture(scope="session")
def world_type() -> type[World]:
    return World
