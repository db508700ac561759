"""The seam between a worker and the tier-1 models, wherever they run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from pipeline.record import Row, ScoringRequest
from pipeline.understand.second import Second


class Missed(StrEnum):
    """Why a mention that the gate chose goes on with tier 0's sentiment."""

    DEADLINE = "deadline"
    """The answer was not back in time, or one before it is overdue: then nobody waits at all."""
    QUEUE = "queue"
    """Too many texts were waiting already."""
    BEHIND = "behind"
    """The stream has so much to read that it does not wait as long as it otherwise would, or not at all."""
    DOWN = "down"
    """The process that reads is not there, or made nothing of the text."""


class Scorer(Protocol):
    """Asks tier-1 models. One for all partitions of a process."""

    @property
    def models(self) -> Sequence[Second]:
        """What can be asked, each by its version."""
        ...

    async def score(self, requests: Sequence[ScoringRequest], patience: float = 1.0) -> Sequence[Row | None]:
        """An answer for each request, in order; None where there is none. Raises nothing because of a model or its process.

        `patience`: the part of its deadline, if it has one, that the caller can spare.
        """
        ...


@dataclass
class Tally:
    """What became of the texts that were asked for, since the process started. `waited`: told how long each call took (s)."""

    read: int = 0
    missed: Counter[Missed] = field(default_factory=Counter)
    late: int = 0
    """Answers that came when nobody waited any more: they are among the missed too."""
    starts: int = 0
    waited: Callable[[float], None] = field(default=lambda _: None)
