"""What rules ask of a channel at one instant: cheap to take at every look, complete only where something comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipeline.detect.baseline import Baseline
from pipeline.detect.coordination import COORDINATED, SCORES_A_TEN, Weighed


class Measured(Protocol):
    """A reading, or something that can become one. `baseline` is as in `schemas.signal.Reading`."""

    @property
    def channel(self) -> str: ...

    @property
    def value(self) -> int: ...

    @property
    def score(self) -> float: ...

    @property
    def warm(self) -> bool: ...

    @property
    def baseline(self) -> list[int]: ...


class Gauge:
    """One channel at the bucket that ends `recent`. Good until the baseline is fed or `recent` changes."""

    __slots__ = ("_bucket", "_history", "_recent", "_score", "channel", "warm")

    def __init__(self, channel: str, history: Baseline, bucket: int, recent: Sequence[int]) -> None:
        self.channel = channel
        self.warm = history.is_warm(bucket)
        self._history = history
        self._bucket = bucket
        self._recent = recent
        self._score: float | None = None

    @property
    def value(self) -> int:
        return self._recent[-1]

    @property
    def score(self) -> float:
        if self._score is None:
            self._score = self._history.score(self._bucket, self._recent)
        return self._score

    @property
    def baseline(self) -> list[int]:
        return [*self._history.dump(), *self._recent[:-1]]


class Repetition:
    """What looks coordinated, as rules ask of a channel: accounts are its value. Its state is what was measured, in integers."""

    __slots__ = ("_found",)

    channel = COORDINATED
    warm = True

    def __init__(self, found: Weighed | None) -> None:
        self._found = found

    @property
    def value(self) -> int:
        return self._found.best.accounts if self._found else 0

    @property
    def score(self) -> float:
        return self._found.best.score / SCORES_A_TEN if self._found else 0.0

    @property
    def baseline(self) -> list[int]:
        return list(self._found.best) if self._found else []


class Unheard:
    """A channel in which nothing was said for two hours, and of which nothing is told: its score is not worth taking."""

    __slots__ = ("channel",)

    warm = True
    value = 0
    score = 0.0

    def __init__(self, channel: str) -> None:
        self.channel = channel

    @property
    def baseline(self) -> list[int]:
        return []
