"""The processes that test_under_fire kills: `python fire_worker.py feed|engine|alert BUS FILE`.

`feed` takes log lines (`{network, observed_at, id, payload}`), `engine` and `alert` a configuration. Each says `ready`
on standard output once it has restored what it needs, and ends with 0 when its work is done or on SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from agents.alert.client import connect
from agents.alert.publish import Publisher
from agents.config import load_config
from agents.ingest.connector import Received
from agents.ingest.simulated import wall_clock
from agents.ingest.sink import BusSink
from agents.ticker import Ticker
from pipeline.record import tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from pipeline.runtime.replay.source import LOG, read_recorded
from pipeline.runtime.versions import config_timeline
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.instants import HOUR
from schemas.topics import RAW

FEED_BATCH = 40
ENGINE_BATCH = 64
CAPACITY = 600
"""The feeder stays this close to the engine, so that there is something to do whenever a fault strikes."""


def bus_at(path: Path) -> SqliteBus:
    return SqliteBus(path, partitions=None, clock=wall_clock, capacity=CAPACITY)


def ready() -> None:
    os.write(1, b"ready\n")


async def feed(bus: SqliteBus, lines: Path, stop: asyncio.Event) -> None:
    """Append what is not in the log yet, a tick after each batch; at the end let time pass until every window is closed."""
    events = [
        Received(item.network, item.id, item.payload, observed_at=item.at) for item in read_recorded([str(lines)], LOG)
    ]
    sink = BusSink(bus, "fire")
    ticker = Ticker(bus, wall_clock, own_time=True)
    first = await bus.events_appended(RAW)
    ready()
    for position in range(first, len(events), FEED_BATCH):
        batch = events[position : position + FEED_BATCH]
        await sink.send(batch)
        await ticker.reached(batch[-1].observed_at or 0)
        if stop.is_set():
            return
    end = (events[-1].observed_at or 0) + 3 * HOUR
    await bus.append([tick_to(RAW, p, end, p) for p in range(bus.partitions(RAW))])


async def engine(bus: SqliteBus, file: Path, stop: asyncio.Event) -> None:
    config = load_config(file, os.environ)
    timeline = await config_timeline(bus, config, wall_clock())
    running = Engine(bus, timeline, Tier0(packaged_model()), config, batch=ENGINE_BATCH)
    await running.start()
    ready()
    await running.run(stop)


async def alert(bus: SqliteBus, file: Path, stop: asyncio.Event) -> None:
    redis = connect(os.environ["ESCUCHA_REDIS"])
    routes = load_config(file, os.environ).routes
    publisher = Publisher(bus, redis, routes, Metrics("fire"), Progress(), Readiness("outbox"))
    ready()
    await publisher.run(stop)
    await redis.aclose()


async def play(role: str, path: Path, file: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    bus = bus_at(path)
    await bus.open()
    await {"feed": feed, "engine": engine, "alert": alert}[role](bus, file, stop)
    await bus.close()


if __name__ == "__main__":
    asyncio.run(play(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
