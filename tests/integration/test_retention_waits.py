"""Retention never takes what a stage has not read, not even before it has read anything."""

from agents.config import demo_config
from pipeline.match import Matcher
from pipeline.match.timeline import Timeline
from pipeline.record import Outgoing, tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.headers import cloud_event
from schemas.instants import DAY
from schemas.topics import RAW

NOW = 1_770_000_000_000


async def test_events_older_than_the_retention_are_kept_until_they_have_been_understood(tmp_path):
    config = demo_config()
    bus = SqliteBus(tmp_path / "bus.sqlite", clock=lambda: NOW)
    await bus.open()
    engine = Engine(bus, Timeline(0, Matcher(config.brands, "v")), Tier0(packaged_model()), config)
    await engine.start()
    headers = cloud_event(id="1", source="/t", type=RAW, extra=[("network", "x"), ("source", "t")])
    await bus.append([Outgoing(RAW, b"k", b"{}", headers, 0, NOW - 8 * DAY + n) for n in range(20)])
    await bus.append([tick_to(RAW, 0, NOW, 0)])
    await bus.prune(NOW)
    await engine.drain()
    ledger = await engine.ledger()
    assert (ledger.accepted, ledger.dead_lettered, ledger.in_flight) == (20, 20, 0)
    await bus.prune(NOW)
    assert (await engine.ledger()).balanced
    await bus.close()
