"""One broker, and one simulated log: what understand makes of it, and what listen and influence then make of that on SQLite."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.kafka.broker import Broker
from deploy.kafka.jars import KafkaUnavailableError, java, resolve
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.normalize import peek
from pipeline.record import Outgoing, Partition, Record, tick_to
from pipeline.runtime.bus import Bus
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.simulate import Episode, World
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.codec import decode
from schemas.config import Brand, Config, Target
from schemas.headers import cloud_event
from schemas.instants import DAY, HOUR, MINUTE
from schemas.kinds import SignalKind, TargetType, WindowState
from schemas.topics import AUTHORS, DEADLETTERS, INTERACTIONS, LATE, MENTIONS, RAW, SIGNALS, WINDOWS
from schemas.window import Window

PARTITIONS = 2
START = 1_760_000_400_000
CHUNK = 200
BRANDS = [
    Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")]),
    Brand("veloz", "Veloz", [Target(TargetType.BRAND, "veloz", "veloz")], own_accounts=["x:veloz"]),
]
numbers = count()


class Known(NamedTuple):
    """Input for listen and influence, and what they left on SQLite, by topic."""

    config: Config
    inputs: list[Outgoing]
    results: dict[str, list[bytes]]


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One real broker; fails where Kafka cannot run, unless KAFKA=skip."""
    if os.environ.get("KAFKA") == "skip":
        pytest.skip("KAFKA=skip: nothing on a real Kafka is tested")
    try:
        java()
        resolve()
    except KafkaUnavailableError as missing:
        pytest.fail(f"{missing}\nSay KAFKA=skip to test without Kafka.", pytrace=False)
    broker = Broker(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def prefix() -> str:
    return f"faust-{os.getpid()}-{next(numbers)}."


@pytest.fixture(scope="session", name="results")
def results_of() -> Callable[[Bus], Awaitable[dict[str, list[bytes]]]]:
    """What a bus holds that is the same on every bus."""
    return results


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return asyncio.run(_known(tmp_path_factory.mktemp("known")))


async def _known(folder: Path) -> Known:
    config = Config(BRANDS)
    counts = {RAW: PARTITIONS, MENTIONS: PARTITIONS, INTERACTIONS: PARTITIONS, AUTHORS: PARTITIONS}
    bus = SqliteBus(folder / "bus.db", partitions=counts, clock=lambda: 0, durable=False, capacity=10**9)
    await bus.open()
    engine = Engine(bus, Timeline(0, Matcher(BRANDS, config_version(config))), Tier0(packaged_model()), config)
    await engine.start()
    world = World(BRANDS, 11, START, rate=0.5)
    world.plant(Episode(SignalKind.CRISIS, "iberluz", START + 3 * DAY, 20 * MINUTE, 20.0, "outage"))
    quiet = list(world.events(START, START + 3 * DAY - HOUR))[::6]
    events = quiet + list(world.events(START + 3 * DAY - HOUR, START + 3 * DAY + HOUR))
    for start in range(0, len(events), CHUNK):
        chunk = events[start : start + CHUNK]
        at = chunk[-1].observed_at
        # Poison between good ones: a mention that is none, and a tombstone.
        poison = [Outgoing(MENTIONS, b"iberluz", value, timestamp=at) for value in (b"{not a mention", None)]
        await bus.append([*map(_raw, chunk), *(tick_to(RAW, p, at, p) for p in range(PARTITIONS)), *poison])
        await engine.drain()
    end = events[-1].observed_at + 3 * HOUR
    await bus.append([tick_to(RAW, p, end, p) for p in range(PARTITIONS)])
    await engine.drain()
    found = await results(bus)
    assert all(found[topic] for topic in (WINDOWS, SIGNALS, DEADLETTERS, AUTHORS)), "nothing to compare with"
    inputs = [
        Outgoing(r.topic, r.key, r.value, r.headers, r.partition, r.timestamp)
        for topic in (MENTIONS, INTERACTIONS)
        for number in range(PARTITIONS)
        for r in await records(bus, Partition(topic, number))
    ]
    await bus.close()
    # By the log's time, as understand left them.
    return Known(config, sorted(inputs, key=lambda record: record.timestamp or 0), found)


async def results(bus: Bus) -> dict[str, list[bytes]]:
    """Final windows, signals, late mentions, dead letters and authors' scores, sorted."""
    found = {topic: await values(bus, topic) for topic in (WINDOWS, SIGNALS, LATE, DEADLETTERS, AUTHORS)}
    found[WINDOWS] = [window for window in found[WINDOWS] if decode(Window, window).state is WindowState.FINAL]
    return {topic: sorted(them) for topic, them in found.items()}


async def values(bus: Bus, topic: str) -> list[bytes]:
    every = [await records(bus, Partition(topic, number)) for number in range(bus.partitions(topic))]
    return [record.value or b"" for found in every for record in found]


async def records(bus: Bus, partition: Partition) -> list[Record]:
    found: list[Record] = []
    while page := await bus.read(partition, found[-1].offset + 1 if found else 0, 500):
        found += page
    return found


def _raw(event) -> Outgoing:
    key = peek(event.network, event.payload).key or event.id
    extra = [("network", event.network), ("source", "test")]
    headers = cloud_event(id=event.id, source=f"/test/{event.network}", type=RAW, extra=extra)
    return Outgoing(RAW, key.encode(), event.payload, headers, None, event.observed_at)
