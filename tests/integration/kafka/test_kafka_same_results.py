"""The same engine on Kafka as on the embedded bus: the same input leaves the same bytes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from deploy.kafka.broker import Broker
from pipeline.ledger import Ledger
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.normalize import peek
from pipeline.record import Outgoing, tick_to
from pipeline.runtime.bus import Bus
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.kafka import KafkaBus
from pipeline.runtime.replay.results import write_results
from pipeline.simulate import Episode, World
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Brand, Config, Target
from schemas.headers import cloud_event
from schemas.instants import DAY, HOUR, MINUTE
from schemas.kinds import SignalKind, TargetType
from schemas.topics import RAW

START = 1_760_000_400_000
BRANDS = [
    Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")]),
    Brand("veloz", "Veloz", [Target(TargetType.BRAND, "veloz", "veloz")], own_accounts=["x:veloz"]),
]
CONFIG = Config(BRANDS)
CHUNK = 1000


def raw(event) -> Outgoing:
    key = peek(event.network, event.payload).key or event.id
    extra = [("network", event.network), ("source", "test")]
    headers = cloud_event(id=event.id, source=f"/test/{event.network}", type=RAW, extra=extra)
    return Outgoing(RAW, key.encode(), event.payload, headers, None, event.observed_at)


def world() -> list:
    """Three days, then an hour with a crisis."""
    world = World(BRANDS, 11, START, rate=0.5)
    world.plant(Episode(SignalKind.CRISIS, "iberluz", START + 3 * DAY, 20 * MINUTE, 20.0, "outage"))
    quiet = list(world.events(START, START + 3 * DAY - HOUR))[::6]
    return quiet + list(world.events(START + 3 * DAY - HOUR, START + 3 * DAY + HOUR))


async def outcome(bus: Bus, folder: Path, events: list, model: Tier0, *, restarts: bool) -> tuple[Ledger, dict]:
    async def engine() -> Engine:
        made = Engine(bus, Timeline(0, Matcher(BRANDS, config_version(CONFIG))), model, CONFIG)
        await made.start()
        return made

    random = Random(3)
    await bus.open()
    running = await engine()
    for start in range(0, len(events), CHUNK):
        chunk = events[start : start + CHUNK]
        ticks = [tick_to(RAW, p, chunk[-1].observed_at, p) for p in range(bus.partitions(RAW))]
        await bus.append([*(raw(event) for event in chunk), *ticks])
        for _ in range(random.randint(0, 4)):
            await running.step()
        if restarts and start // CHUNK % 3 == 1:
            running = await engine()
    end = events[-1].observed_at + 3 * HOUR
    await bus.append([tick_to(RAW, p, end, p) for p in range(bus.partitions(RAW))])
    await running.drain()
    ledger = await running.ledger()
    await write_results(bus, folder, ledger)
    await bus.close()
    return ledger, {name: (folder / name).read_bytes() for name in ("windows.jsonl", "signals.jsonl", "ledger.json")}


@pytest.mark.timeout(280)
async def test_kafka_leaves_the_windows_signals_and_ledger_that_sqlite_leaves(broker: Broker, tmp_path: Path) -> None:
    for name in ("sqlite", "kafka"):
        (tmp_path / name).mkdir()
    model, events = Tier0(packaged_model()), world()
    sqlite = SqliteBus(tmp_path / "bus.sqlite", partitions=1, clock=lambda: 0, durable=False)
    _, expected = await outcome(sqlite, tmp_path / "sqlite", events, model, restarts=False)
    kafka = KafkaBus(broker.bootstrap, prefix="same.", partitions=4, clock=lambda: 0, capacity=10**9, replay=True)
    ledger, found = await outcome(kafka, tmp_path / "kafka", events, model, restarts=True)
    assert ledger.balanced
    assert ledger.accepted == len(events)
    assert expected["signals.jsonl"], "no signal to compare"
    assert found == expected
