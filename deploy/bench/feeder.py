"""An open-loop feeder: appends at a steady rate whatever the readers do. `python -m deploy.bench.feeder BOOTSTRAP PREFIX FILE SKIP RATE TICKING`.

In a process of its own, so that its CPU is nobody else's. Prints `Fed` as JSON.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from agents.ticker import Ticker
from deploy.bench.feed import raw_record, recorded
from pipeline.runtime.kafka import KafkaBus
from pipeline.runtime.kafka.bus import wall_clock
from pipeline.runtime.replay.source import Recorded

_AFTER = 4.0
"""Seconds for which time goes on after the last event."""
_PAUSE = 0.01


class Fed(msgspec.Struct):
    """`behind`: the most, in seconds, that the feeder was behind its schedule: more than a little, and the loop was not open.

    `ended`: when the last event was appended, by this machine's monotonic clock.
    """

    events: int
    seconds: float
    behind: float
    ended: float


async def feed(bus: KafkaBus, items: Sequence[Recorded], rate: float, *, ticking: bool) -> Fed:
    """Append the items now, at `rate` a second; with `ticking` a tick a second, and for a while after."""
    records = [raw_record(item)._replace(timestamp=None) for item in items]
    stop = asyncio.Event()
    ticker = asyncio.create_task(Ticker(bus, wall_clock).run(stop)) if ticking else None
    begun = time.monotonic()
    sent, behind = 0, 0.0
    while sent < len(records):
        passed = time.monotonic() - begun
        due = min(int(passed * rate), len(records))
        batch = records[sent:due]
        if batch:
            behind = max(behind, passed - sent / rate)
            await bus.append(batch)
        sent = due
        await asyncio.sleep(_PAUSE)
    ended = time.monotonic()
    if ticker is not None:
        await asyncio.sleep(_AFTER)
        stop.set()
        await ticker
    return Fed(sent, ended - begun, behind, ended)


async def main() -> None:
    bootstrap, prefix, path, skip, rate, ticking = sys.argv[1:]
    bus = KafkaBus(bootstrap, prefix=prefix, readers=(), fencing=False)
    await bus.open()
    try:
        fed = await feed(bus, recorded(Path(path))[int(skip) :], float(rate), ticking=ticking == "yes")
    finally:
        await bus.close()
    sys.stdout.buffer.write(msgspec.json.encode(fed))


if __name__ == "__main__":
    asyncio.run(main())
