"""What tier 1 costs the stream, and how much of it is read: `python -m deploy.bench.tiers [--share 0.3]`. One embedded engine, a simulated world.

First a backlog, read without and with tier 1; then a steady rate, in which each batch may wait its deadline.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import quantiles

from agents.tier1 import tier1_files
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.record import Outgoing, tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.replay.run import raw_record
from pipeline.runtime.replay.source import Recorded
from pipeline.runtime.scoring import BesideScorer, Tally
from pipeline.simulate import World
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Brand, Budget, Config, Onnx, Target, Tiers
from schemas.instants import DAY
from schemas.kinds import TargetType
from schemas.topics import RAW

START = 1_760_000_400_000
BRANDS = [
    Brand(name.lower(), name, [Target(TargetType.BRAND, name.lower(), name.lower())]) for name in ("Iberluz", "Zampaya")
]
BACKLOG = 20_000
RATES = {100: 15, 300: 15}
"""Seconds at each rate of events a second."""
PARTITIONS = 2


@dataclass
class Ran:
    events: int
    seconds: float
    asked: int = 0
    tally: Tally = field(default_factory=Tally)
    waits: list[float] = field(default_factory=list)

    def told(self, what: str) -> str:
        line = f"{what:<34} {self.events / self.seconds:>8,.0f} events/s"
        if self.tally.starts:
            missed = ", ".join(f"{count} {reason}" for reason, count in sorted(self.tally.missed.items())) or "none"
            line += f"; chosen {self.asked}, read {self.tally.read}, missed: {missed}"
        if len(self.waits) > 1:
            cuts = quantiles(self.waits, n=100)
            line += f"; waits p50 {1000 * cuts[49]:.0f} ms, p99 {1000 * cuts[98]:.0f} ms"
        return line


async def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=0.3, help="of the budget (default 0.3)")
    budget = Budget(share=parser.parse_args(arguments).share)
    model = Tier0(packaged_model())
    seconds = max(rate * span for rate, span in RATES.items())
    world = World(BRANDS, 7, START, rate=20.0).events(START, START + 8 * DAY)
    recorded = [
        Recorded(e.observed_at, e.network, e.id, e.id, e.payload, None) for e in islice(world, max(BACKLOG, seconds))
    ]
    print((await run(recorded[:BACKLOG], None, model, None, budget)).told("backlog, tier 0 alone"))
    print((await with_tier1(recorded[:BACKLOG], None, model, budget)).told("backlog, with tier 1"))
    for rate, span in RATES.items():
        print((await with_tier1(recorded[: rate * span], rate, model, budget)).told(f"{rate} events/s, with tier 1"))


async def with_tier1(events: Sequence[Recorded], rate: int | None, model: Tier0, budget: Budget) -> Ran:
    onnx = Onnx(budget)
    waits: list[float] = []
    tally = Tally(waited=waits.append)
    async with BesideScorer(tier1_files, deadline=onnx.deadline_ms / 1000, queue=onnx.queue, tally=tally) as scorer:
        ran = await run(events, rate, model, scorer, budget)
    ran.tally, ran.waits = tally, waits
    return ran


async def run(
    events: Sequence[Recorded], rate: int | None, model: Tier0, scorer: BesideScorer | None, budget: Budget
) -> Ran:
    """All events at once, or `rate` a second in lots of a tenth of one."""
    config = Config(BRANDS, tiers=Tiers(onnx=Onnx(budget)))
    timeline = Timeline(0, Matcher(BRANDS, config_version(config)))
    with tempfile.TemporaryDirectory() as folder:
        bus = SqliteBus(Path(folder) / "bus.sqlite", partitions=PARTITIONS, clock=lambda: 0)
        await bus.open()
        engine = Engine(bus, timeline, model, config, scorer=scorer, clock=lambda: 0)
        await engine.start()
        lot = len(events) if rate is None else rate // 10
        began = time.perf_counter()
        for number, start in enumerate(range(0, len(events), lot), 1):
            await bus.append(_records(events[start : start + lot]))
            await engine.drain()
            if rate is not None:
                await asyncio.sleep(max(0.0, began + number / 10 - time.perf_counter()))
        took = time.perf_counter() - began
        ledger = await engine.ledger()
        await bus.close()
    if not ledger.balanced or ledger.accepted != len(events):
        raise RuntimeError(f"the ledger does not balance: {ledger}")
    return Ran(len(events), took, sum(count for verdict, count in engine.verdicts.items() if verdict.again))


def _records(events: Sequence[Recorded]) -> list[Outgoing]:
    records = [raw_record(event, event.at or START) for event in events]
    end = max(event.at or START for event in events)
    return [*records, *(tick_to(RAW, number, end, number) for number in range(PARTITIONS))]


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
