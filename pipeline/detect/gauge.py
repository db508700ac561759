"""What rules ask of a channel at one instant: cheap to take at every look, complete only where something comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipeline.detect.baseline import Baseline


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

    __slots__ = ("_history", "_recent", "channel", "score", "value", "warm")

    def __init__(self, channel: str, history: Baseline, bucket: int, recent: Sequence[int]) -> None:
        self.channel = channel
        self.value = recent[-1]
        self.score, self.warm = history.score(bucket, recent)
        self._history = history
        self._recent = recent

    @property
    def baseline(self) -> list[int]:
        return [*self._history.dump(), *self._recent[:-1]]
