"""Texts that wait for an answer, in order, and what has come back for each call."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.record import Row, ScoringRequest


@dataclass(eq=False, slots=True)
class Call:
    """One `score`: `over` is set when every text has been answered or given up."""

    rows: list[Row | None]
    left: int
    over: asyncio.Event = field(default_factory=asyncio.Event)
    abandoned: bool = False
    """Whoever called has gone on; what still comes is late."""

    def settle(self, count: int = 1) -> None:
        self.left -= count
        if self.left <= 0:
            self.over.set()


@dataclass(eq=False, slots=True, frozen=True)
class Text:
    """One request of a call, and where its answer goes."""

    call: Call
    place: int
    request: ScoringRequest

    def answer(self, row: Row | None) -> None:
        self.call.rows[self.place] = row
        self.call.settle()


class Line:
    """First come, first served; who has gone on is not kept."""

    def __init__(self) -> None:
        self._texts: deque[Text] = deque()

    def __len__(self) -> int:
        return len(self._texts)

    def join(self, call: Call, requests: Sequence[ScoringRequest]) -> None:
        self._texts.extend(Text(call, place, request) for place, request in enumerate(requests))

    def next(self, most: int) -> list[Text]:
        return [self._texts.popleft() for _ in range(min(most, len(self._texts)))]

    def leave(self, call: Call) -> None:
        """What this call still has in the line is not to be read any more."""
        self._texts = deque(text for text in self._texts if text.call is not call)

    def clear(self) -> list[Text]:
        return self.next(len(self._texts))
