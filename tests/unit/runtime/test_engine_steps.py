"""Steps of the engine: none stalls where only its own input could help, and nobody sees a half-done one."""

import asyncio

import pytest

from pipeline import processors
from pipeline.match import Matcher
from pipeline.match.timeline import Timeline
from pipeline.record import Partition, Record, read_tick, tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.replay.run import raw_record
from pipeline.runtime.replay.source import Recorded
from pipeline.simulate import World
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Brand, Config, Target
from schemas.instants import HOUR
from schemas.kinds import TargetType
from schemas.topics import INTERACTIONS, MENTIONS, RAW

START = 1_760_000_400_000
BRANDS = [Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")])]


@pytest.fixture(scope="module")
def model():
    return Tier0(packaged_model())


@pytest.fixture
async def bus(tmp_path):
    bus = SqliteBus(tmp_path / "bus.sqlite", partitions=1, clock=lambda: 0, durable=False)
    await bus.open()
    yield bus
    await bus.close()


@pytest.fixture
async def engine(bus, model):
    made = Engine(bus, Timeline(0, Matcher(BRANDS, "v1")), model, Config(BRANDS), batch=10)
    await made.start()
    return made


async def fill(bus, hours=4):
    events = list(World(BRANDS, 7, START).events(START, START + hours * HOUR))
    recorded = [Recorded(e.observed_at, e.network, e.id, e.id, e.payload, None) for e in events]
    await bus.append([raw_record(item, item.at) for item in recorded])
    return len(events), events[-1].observed_at


async def test_more_than_the_limit_between_two_ticks_does_not_stand_still_for_ever(bus, engine, monkeypatch):
    monkeypatch.setattr("pipeline.runtime.worker.HELD_LIMIT", 20)
    count, last = await fill(bus)
    await bus.append([tick_to(RAW, 0, last + 1, 0)])
    await asyncio.wait_for(engine.drain(), 60)
    ledger = await engine.ledger()
    assert (ledger.accepted, ledger.in_flight) == (count, 0)
    assert ledger.aggregated > 20


async def test_a_full_worker_does_not_keep_the_engine_from_waiting(bus, engine, monkeypatch):
    monkeypatch.setattr("pipeline.runtime.worker.HELD_LIMIT", 1)
    await fill(bus)
    understand = engine.workers[0]
    understand.processor._must_wait = lambda item: True
    await asyncio.wait_for(engine.drain(), 60)
    assert understand.full
    assert understand.positions[understand.source] < await bus.end_offset(understand.source)
    assert not await bus.wait(engine._waiting_for(), 0.1)


async def test_the_ledger_balances_whenever_it_is_asked(bus, engine):
    _, last = await fill(bus)
    await bus.append([tick_to(RAW, 0, last + 1, 0)])
    draining = asyncio.create_task(engine.drain())
    asked = 0
    while not draining.done():
        ledger = await engine.ledger()
        assert ledger.balanced, ledger
        asked += 1
        await asyncio.sleep(0)
    await draining
    assert asked > 3


async def test_two_who_drain_at_once_take_nothing_twice(bus, engine):
    count, last = await fill(bus)
    await bus.append([tick_to(RAW, 0, last + 1, 0)])
    await asyncio.gather(engine.drain(), engine.drain(), engine.drain())
    ledger = await engine.ledger()
    assert (ledger.balanced, ledger.accepted, ledger.in_flight) == (True, count, 0)
    records = await bus.read(Partition(MENTIONS, 0), 0, 10_000)
    ids = [dict(record.headers)["ce_id"] for record in records if not record.is_tick]
    places = [record.value.partition(b'"origin"')[2] for record in records if not record.is_tick]
    assert ids
    assert len(places) == len(set(places))


def test_a_tick_promises_no_more_than_the_log_s_own_time(model):
    plan = processors.Plan(raw=1, mentions=2, interactions=1, authors=1)
    stage = processors.understand(0, plan, Timeline(0, Matcher(BRANDS, "v1")), model, Config(BRANDS))
    ahead = tick_to(RAW, 0, START + 700, 0)
    told = stage.process([Record(RAW, 0, 0, START, None, ahead.value, ahead.headers)]).records
    assert [out.topic for out in told] == [MENTIONS, MENTIONS, INTERACTIONS]
    assert {read_tick(Record(o.topic, 0, 0, 0, o.key, o.value, o.headers)).at for o in told} == {START}
