"""The configured sources, each run as its kind asks, and the ticks that go with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from agents.ingest.bluesky import BlueskyConnector, JetstreamOptions
from agents.ingest.connector import NetworkUnreachable
from agents.ingest.cursor import FileCursorStore
from agents.ingest.jetstream import Endpoint, Wire
from agents.ingest.simulated import Busy, SimulatedSource, wall_clock
from agents.ingest.sink import BusSink
from agents.places import cursor_directory
from agents.ticker import Ticker
from pipeline.record import Partition, tick_to
from pipeline.runtime.bus import Bus
from schemas.config import Config, Source
from schemas.topics import RAW


@dataclass
class Sources:
    """Runs every source until told to stop. `simulators` are there for whoever shows what was planted.

    `ticked` is called about once a second, as long as the bus takes what we append.
    """

    config: Config
    bus: Bus
    data: Path
    busy: Busy = lambda _: ()
    clock: Callable[[], int] = wall_clock
    ticked: Callable[[], None] = lambda: None
    simulators: list[SimulatedSource] = field(default_factory=list)
    sinks: list[BusSink] = field(default_factory=list)

    @property
    def sent(self) -> int:
        """Events appended since the start."""
        return sum(sink.counts.sent for sink in self.sinks)

    @property
    def live(self) -> bool:
        """Whether every simulated source has filled its history; others have none to fill."""
        wanted = sum(source.kind == "simulator" for source in self.config.sources)
        return sum(world.live_at is not None for world in self.simulators) == wanted

    async def run(self, stop: asyncio.Event) -> None:
        """Raises NetworkUnreachable when the only source cannot be reached at the start."""
        simulated = [source for source in self.config.sources if source.kind == "simulator"]
        ticker = Ticker(self.bus, self.clock, own_time=bool(simulated), done=self.ticked)
        runs = [self._simulate(source, ticker) for source in simulated]
        runs += [self._listen(source) for source in self.config.sources if source.kind == "bluesky"]
        tasks = [asyncio.create_task(run, name="source") for run in runs]
        tasks.append(asyncio.create_task(ticker.run(stop), name="ticker"))
        ended = asyncio.create_task(stop.wait(), name="stop")
        try:
            done, _ = await asyncio.wait([*tasks, ended], return_when=asyncio.FIRST_COMPLETED)
            for task in done - {ended}:
                await task
        finally:
            for task in [*tasks, ended]:
                task.cancel()
            await asyncio.gather(*tasks, ended, return_exceptions=True)
        await self.last_tick()

    async def last_tick(self) -> None:
        """Nobody appends any more: the last second too may be counted now, not when somebody next starts.

        Once more after whoever else has appended since.
        """
        at = await self._last_observed()
        if at is not None:
            await self.bus.append([tick_to(RAW, p, at, p) for p in range(self.bus.partitions(RAW))])

    async def _simulate(self, source: Source, ticker: Ticker) -> None:
        chosen = source.options.get("brands")
        world = SimulatedSource(
            [brand for brand in self.config.brands if not isinstance(chosen, list) or brand.id in chosen],
            int(str(source.options.get("seed", 7))),
            await self._last_observed(),
            rate=float(str(source.options.get("rate", 1.0))),
            busy=self.busy,
        )
        self.simulators.append(world)
        await world.run(self._sink(source), ticker.reached)

    async def _last_observed(self) -> int | None:
        """The first instant of which the log does not hold everything; None on an empty log."""
        newest = None
        for number in range(self.bus.partitions(RAW)):
            partition = Partition(RAW, number)
            end = await self.bus.end_offset(partition)
            for record in await self.bus.read(partition, max(end - 1, 0), 1):
                # A tick at T promises only what is before T; an event at T has come with all others of that instant.
                newest = max(newest or 0, record.timestamp + (not record.is_tick))
        return newest

    async def _listen(self, source: Source) -> None:
        store = FileCursorStore(cursor_directory(self.data))
        await BlueskyConnector(source.id, store, _jetstream(source)).run(self._sink(source))

    def _sink(self, source: Source) -> BusSink:
        self.sinks.append(BusSink(self.bus, source.id))
        return self.sinks[-1]


def _jetstream(source: Source) -> JetstreamOptions:
    """The hosts named, each tried on the new wire and then on the old one; without any the public ones."""
    hosts, collections = source.options.get("hosts"), source.options.get("collections")
    options = JetstreamOptions()
    if isinstance(hosts, list) and hosts:
        named = [Endpoint(f"wss://{host}", wire) for host in hosts for wire in (Wire.V2, Wire.V1)]
        options = replace(options, endpoints=named)
    if isinstance(collections, list) and collections:
        options = replace(options, collections=collections)
    return options


__all__ = ["NetworkUnreachable", "Sources"]
