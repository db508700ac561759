"""Versions of the configuration: each holds from its own instant of log time on, whatever restarts in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from agents.ingest.connector import Received
from agents.ingest.sink import BusSink
from pipeline.match import config_version
from pipeline.record import Outgoing, Partition, Record, tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.replay.results import write_results
from pipeline.runtime.versions import AHEAD, config_timeline
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.codec import decode
from schemas.config import Brand, Config, Target
from schemas.instants import EARLIEST, HOUR, SECOND
from schemas.kinds import TargetType
from schemas.mention import Mention
from schemas.topics import CONFIG, MENTIONS, RAW

START = 1_760_000_400_000
CHANGED = START + 60 * SECOND
"""When the second configuration is written."""


def watching(*queries: str) -> Config:
    return Config([Brand(query, query.title(), [Target(TargetType.BRAND, query, query)]) for query in queries])


FIRST = watching("iberluz")
SECOND_ONE = watching("iberluz", "veloz")


@pytest.fixture(scope="module")
def model() -> Tier0:
    return Tier0(packaged_model())


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[SqliteBus]:
    made = SqliteBus(tmp_path / "bus.sqlite", clock=lambda: EARLIEST, durable=False)
    await made.open()
    yield made
    await made.close()


async def say(bus: SqliteBus, seconds: range) -> None:
    """One post a second that names both brands."""
    items = []
    for second in seconds:
        payload = orjson.dumps({"data": {"id": str(10**18 + second), "author_id": "5", "text": "Iberluz y Veloz"}})
        items.append(Received("x", "", payload, observed_at=START + second * SECOND))
    await BusSink(bus, "test").send(items)
    await bus.append([tick_to(RAW, 0, START + seconds.stop * SECOND, 0)])


async def listen(bus: SqliteBus, config: Config, now: int, model: Tier0) -> Engine:
    engine = Engine(bus, await config_timeline(bus, config, now), model, config)
    await engine.start()
    await engine.drain()
    return engine


async def records(bus: SqliteBus, topic: str) -> list[Record]:
    return [record for record in await bus.read(Partition(topic, 0), 0, 10**6) if not record.is_tick]


async def heard(bus: SqliteBus) -> dict[int, list[tuple[str, str]]]:
    """Per second since START: (brand, version) of every match."""
    found: dict[int, list[tuple[str, str]]] = {}
    for record in await records(bus, MENTIONS):
        mention = decode(Mention, record.value or b"")
        assert mention.match is not None
        second = (record.timestamp - START) // SECOND
        found.setdefault(second, []).append((mention.match.brand, mention.match.config))
    return found


async def two_versions(bus: SqliteBus, model: Tier0) -> Engine:
    """Twenty seconds, a restart with a second configuration written at CHANGED, and seconds on both sides of it."""
    await say(bus, range(20))
    await listen(bus, FIRST, START, model)
    await say(bus, range(20, 100))
    engine = await listen(bus, SECOND_ONE, CHANGED, model)
    await bus.append([tick_to(RAW, 0, START + 3 * HOUR, 0)])
    await engine.drain()
    return engine


async def test_the_first_version_ever_holds_from_the_beginning(bus: SqliteBus, model: Tier0) -> None:
    await say(bus, range(20))
    await listen(bus, FIRST, START + HOUR, model)
    assert await heard(bus) == {second: [("iberluz", config_version(FIRST))] for second in range(20)}


async def test_a_new_version_holds_from_five_seconds_after_it_is_written_and_not_before(
    bus: SqliteBus, model: Tier0
) -> None:
    await two_versions(bus, model)
    turn = (CHANGED + AHEAD - START) // SECOND
    assert turn == 65
    before, after = config_version(FIRST), config_version(SECOND_ONE)
    expected = {second: [("iberluz", before)] for second in range(turn)}
    expected |= {second: [("iberluz", after), ("veloz", after)] for second in range(turn, 100)}
    assert await heard(bus) == expected


async def test_a_restart_with_the_same_configuration_writes_no_new_version(bus: SqliteBus, model: Tier0) -> None:
    await listen(bus, FIRST, START, model)
    await listen(bus, watching("iberluz"), START + HOUR, model)
    assert len(await records(bus, CONFIG)) == 1


async def test_a_return_to_an_earlier_configuration_is_a_version_of_its_own(bus: SqliteBus, model: Tier0) -> None:
    await two_versions(bus, model)
    await say(bus, range(3 * 3600, 3 * 3600 + 20))
    await listen(bus, FIRST, START + 3 * HOUR + 5 * SECOND, model)
    brands = {second - 3 * 3600: [brand for brand, _ in found] for second, found in (await heard(bus)).items()}
    assert [brands[second] for second in (9, 10)] == [["iberluz", "veloz"], ["iberluz"]]


async def test_housekeeping_keeps_every_version(bus: SqliteBus) -> None:
    """The topic is compacted, and the first and the last version may be the same configuration."""
    for turn, config in enumerate((FIRST, SECOND_ONE, FIRST)):
        await config_timeline(bus, config, START + turn * HOUR)
    await bus.prune(START + 1_000 * HOUR)
    timeline = await config_timeline(bus, FIRST, START + 1_000 * HOUR)
    held = [timeline.at(START + turn * HOUR + 10 * SECOND).version for turn in range(3)]
    assert held == [config_version(config) for config in (FIRST, SECOND_ONE, FIRST)]


async def test_a_clock_that_stepped_back_takes_no_version_out_of_force(bus: SqliteBus, model: Tier0) -> None:
    """The last version written is the one in force in the end, whatever the clock said."""
    await config_timeline(bus, FIRST, START)
    await config_timeline(bus, SECOND_ONE, CHANGED)
    timeline = await config_timeline(bus, FIRST, CHANGED - HOUR)
    assert timeline.at(CHANGED + AHEAD + SECOND).version == config_version(FIRST)
    assert timeline.at(CHANGED - SECOND).version == config_version(FIRST)


async def test_the_same_log_and_versions_give_the_same_results_again(
    bus: SqliteBus, model: Tier0, tmp_path: Path
) -> None:
    engine = await two_versions(bus, model)
    again = SqliteBus(tmp_path / "again.sqlite", clock=lambda: EARLIEST, durable=False)
    await again.open()
    for topic in (CONFIG, RAW):
        await again.append(
            [
                Outgoing(topic, r.key, r.value, r.headers, r.partition, r.timestamp)
                for r in await bus.read(Partition(topic, 0), 0, 10**6)
            ]
        )
    second = await listen(again, SECOND_ONE, START + 24 * HOUR, model)
    assert len(await records(again, CONFIG)) == 2
    for each, running, name in ((bus, engine, "live"), (again, second, "again")):
        (tmp_path / name).mkdir()
        await write_results(each, tmp_path / name, await running.ledger())
    await again.close()
    for name in ("mentions.jsonl", "windows.jsonl", "signals.jsonl", "ledger.json"):
        assert (tmp_path / "live" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert (tmp_path / "live" / "windows.jsonl").read_bytes()
