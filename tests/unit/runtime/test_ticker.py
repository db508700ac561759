"""The ticker: how far time has come, and that it goes on."""

from __future__ import annotations

from pathlib import Path

from agents.ticker import Ticker
from pipeline.record import Partition, Record, read_tick
from pipeline.runtime.embedded import SqliteBus
from schemas.topics import RAW


class Clock:
    at = 10_000

    def __call__(self) -> int:
        return self.at


async def ticks(bus: SqliteBus) -> list[Record]:
    return await bus.read(Partition(RAW, 0), 0, 100)


async def test_a_clock_set_back_does_not_stop_the_ticks(tmp_path: Path) -> None:
    clock = Clock()
    bus = SqliteBus(tmp_path / "bus.sqlite", partitions=1, clock=clock)
    await bus.open()
    ticker = Ticker(bus, clock)
    for at in (10_000, 4_000, 5_000, 11_000):
        clock.at = at
        await ticker.tick()
    assert [read_tick(record).at for record in await ticks(bus)] == [10_000, 10_000, 10_000, 11_000]
    await bus.close()


async def test_a_source_with_a_time_of_its_own_is_not_overtaken(tmp_path: Path) -> None:
    clock = Clock()
    bus = SqliteBus(tmp_path / "bus.sqlite", partitions=1, clock=clock)
    await bus.open()
    ticker = Ticker(bus, clock, own_time=True)
    await ticker.tick()
    await ticker.reached(3_000)
    await ticker.tick()
    await ticker.reached(12_000)
    assert [read_tick(record).at for record in await ticks(bus)] == [3_000, 10_000]
    await bus.close()
