"""The simulated world as a source: a fast history up to now, then live, with a crisis and an opportunity planted at every start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from agents.ingest.connector import Received, Sink
from pipeline.simulate import Episode, Simulated, World
from schemas.config import Brand
from schemas.instants import DAY, MINUTE, SECOND
from schemas.kinds import SignalKind

HISTORY = 8 * DAY
"""Baselines look back seven days."""

Progress = Callable[[int], Awaitable[None]]
Busy = Callable[[SignalKind], Collection[str]]
"""Brands about which an incident of a kind, or one that would mute it, is still open: planting there would show nothing new."""


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class SimulatedOptions:
    """Seconds after the live start for the episodes; a negative value plants none. Strengths are posts a minute at the peak."""

    crisis_after: float = 5.0
    opportunity_after: float = 10.0
    crisis_brand: str | None = None
    opportunity_brand: str | None = None
    crisis_strength: float = 300.0
    opportunity_strength: float = 240.0
    duration: float = 150.0
    pace: float = 0.2
    """Seconds between live slices."""
    history_step: int = 30 * MINUTE
    """Milliseconds of history between two progress reports."""
    batch: int = 2_000


class SimulatedSource:
    """Feeds a world into the log with explicit append times. `since`: after the log's last observed_at; None for a new log."""

    def __init__(
        self,
        brands: Sequence[Brand],
        seed: int,
        since: int | None = None,
        *,
        rate: float = 1.0,
        options: SimulatedOptions | None = None,
        busy: Busy = lambda _: (),
        now: Callable[[], int] = wall_clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._options = SimulatedOptions() if options is None else options
        self._brands = list(brands)
        self._busy = busy
        self._now = now
        self._sleep = sleep
        started = now()
        self._since = started - HISTORY if since is None else since
        # The world reaches back beyond `since`, so that what older posts lead to goes on after a restart.
        self.world = World(brands, seed, min(self._since, started - HISTORY), rate=rate)
        self.live_at: int | None = None
        """When the history had caught up (milliseconds)."""

    async def run(self, sink: Sink, on_progress: Progress) -> None:
        """Until cancelled. `on_progress(t)` is awaited when all events before t are durable; t never falls."""
        at = await self._catch_up(sink, on_progress)
        self.live_at = at
        self._plant(at)
        while True:
            await self._sleep(self._options.pace)
            until = self._now()
            if until > at:
                await self._tell(sink, at, until)
                at = until
                await on_progress(at)

    async def _catch_up(self, sink: Sink, on_progress: Progress) -> int:
        at = self._since
        while (now := self._now()) - at > 2 * SECOND:
            until = min(at + self._options.history_step, now)
            await self._tell(sink, at, until)
            at = until
            await on_progress(at)
        return at

    async def _tell(self, sink: Sink, since: int, until: int) -> None:
        batch: list[Received] = []
        for event in self.world.events(since, until):
            # A batch ends between two instants: a restart goes on after the last one in the log.
            if len(batch) >= self._options.batch and batch[-1].observed_at != event.observed_at:
                await sink.send(batch)
                batch = []
            batch.append(_received(event))
        if batch:
            await sink.send(batch)

    def _plant(self, live: int) -> None:
        options = self._options
        crisis = options.crisis_brand or self._free(SignalKind.CRISIS, ())
        praised = options.opportunity_brand or self._free(SignalKind.OPPORTUNITY, (crisis,))
        for kind, after, brand, strength in (
            (SignalKind.CRISIS, options.crisis_after, crisis, options.crisis_strength),
            (SignalKind.OPPORTUNITY, options.opportunity_after, praised, options.opportunity_strength),
        ):
            if after >= 0:
                at = live + int(after * SECOND)
                self.world.plant(
                    Episode(kind, brand, at, int(options.duration * SECOND), strength, f"{kind}-{brand}-{at}")
                )

    def _free(self, kind: SignalKind, taken: Collection[str]) -> str:
        """The first brand that can still surprise; with none left the first that is not taken."""
        busy = self._busy(kind)
        others = [brand.id for brand in self._brands if brand.id not in taken] or [self._brands[0].id]
        return next((id for id in others if id not in busy), others[0])


def _received(event: Simulated) -> Received:
    return Received(event.network, event.id, event.payload, observed_at=event.observed_at)
