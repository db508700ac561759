"""The ticker: writes into every partition of social.raw how far time has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipeline.record import tick_to
from pipeline.runtime.bus import Bus
from schemas.topics import RAW


class Ticker:
    """Ticks once a second at the clock's time, but never beyond what a source with a time of its own has reached.

    A source that makes its own time (the simulator filling the past) calls `reached`; everybody else's events are
    stamped by the bus on arrival.
    """

    def __init__(
        self,
        bus: Bus,
        clock: Callable[[], int],
        own_time: bool = False,
        every: float = 1.0,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """`every` in seconds. `done` is called when a tick that was due is on the bus."""
        self._bus = bus
        self._done = done
        self._clock = clock
        self._every = every
        self._last = 0
        self._limit: int | None = 0 if own_time else None

    @property
    def last(self) -> int:
        return self._last

    async def reached(self, at: int) -> None:
        """All events before `at` are on the bus."""
        self._limit = at
        await self.tick()

    async def tick(self) -> None:
        # A clock that was set back does not stop time: what was promised stands, and where the broker says the times a tick
        # is worth its own.
        at = max(self._clock(), self._last) if self._limit is None else min(self._clock(), self._limit)
        if self._limit is None or at > self._last:
            self._last = at
            await self._bus.append([tick_to(RAW, p, at, p) for p in range(self._bus.partitions(RAW))])

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.tick()
            self._done()
            try:
                await asyncio.wait_for(stop.wait(), self._every)
            except TimeoutError:
                continue
