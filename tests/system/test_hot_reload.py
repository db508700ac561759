"""New queries for workers that run: written by another process, taken without a restart, in force from their instant on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from msgspec.structs import replace

from agents.commandline import dispatch
from agents.commands.brands import restart_for
from agents.ingest.connector import Received
from agents.ingest.sink import BusSink
from agents.places import bus_file
from pipeline.match import QueryError, config_version
from pipeline.match.timeline import Timeline
from pipeline.record import Partition
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.versions import AHEAD, config_timeline, follow, publish
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.codec import decode
from schemas.config import Brand, Config, ConfigRecord, Detection, Target
from schemas.instants import EARLIEST, from_wire
from schemas.kinds import TargetType
from schemas.mention import Mention
from schemas.topics import MENTIONS

OLD = Config([Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")])])
NEW_FILE = """brands:
  - id: iberluz
    name: Iberluz
    targets: [{type: brand, query: 'iberluz NOT empleo'}]
    lexicon: {negative: ['pico y placa']}
  - {id: veloz, name: Veloz, targets: [{type: brand, query: 'veloz'}]}
"""


@asynccontextmanager
async def opened(data: Path) -> AsyncIterator[SqliteBus]:
    bus = SqliteBus(bus_file(data), clock=lambda: EARLIEST, durable=False)
    await bus.open()
    try:
        yield bus
    finally:
        await bus.close()


async def heard(bus: SqliteBus) -> dict[str, list[str]]:
    """Brands by text."""
    found: dict[str, list[str]] = {}
    for record in await bus.read(Partition(MENTIONS, 0), 0, 10_000):
        if not record.is_tick:
            mention = decode(Mention, record.value or b"")
            assert mention.match is not None
            found.setdefault(mention.text or "", []).append(mention.match.brand)
    return found


async def test_a_running_worker_takes_new_queries_from_their_instant_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new.yaml").write_text(NEW_FILE)
    async with opened(tmp_path) as bus:
        timeline = await config_timeline(bus, OLD, EARLIEST)
        engine = Engine(bus, timeline, Tier0(packaged_model()), OLD)
        await engine.start()
        stop, taken = asyncio.Event(), asyncio.Event()
        following = asyncio.create_task(follow(bus, timeline, stop, 0.02, told=lambda record: taken.set()))
        arguments = ["brands", "apply", str(tmp_path / "new.yaml"), "--data", str(tmp_path)]
        assert await asyncio.to_thread(dispatch, arguments) == 0
        said = orjson.loads(capfd.readouterr().out)
        assert said["restart_for"] == ["name of veloz"]
        await asyncio.wait_for(taken.wait(), 30)
        turn = from_wire(said["effective_at"])
        assert timeline.at(turn).version == said["version"] != config_version(OLD)
        posts = [
            (turn - 1, "Iberluz y Veloz antes"),
            (turn - 1, "Iberluz: empleo antes"),
            (turn, "Iberluz y Veloz después"),
            (turn, "Iberluz: empleo después"),
            (turn, "Iberluz, otra vez pico y placa"),
        ]
        payload = [
            orjson.dumps({"data": {"id": str(10**18 + n), "author_id": "5", "text": text}})
            for n, (_, text) in enumerate(posts)
        ]
        items = [Received("x", "", body, observed_at=at) for (at, _), body in zip(posts, payload, strict=True)]
        await BusSink(bus, "test").send(items)
        await engine.drain()
        stop.set()
        await following
        assert await heard(bus) == {
            "Iberluz y Veloz antes": ["iberluz"],
            "Iberluz: empleo antes": ["iberluz"],
            "Iberluz y Veloz después": ["iberluz", "veloz"],
            "Iberluz, otra vez pico y placa": ["iberluz"],
        }
        [spoken] = [
            decode(Mention, r.value or b"")
            for r in await bus.read(Partition(MENTIONS, 0), 0, 10_000)
            if not r.is_tick and b"pico y placa" in (r.value or b"")
        ]
        assert spoken.understanding is not None
        assert "brand:negative:pico y placa" in spoken.understanding.trace


async def test_the_same_configuration_again_is_no_new_version(tmp_path: Path) -> None:
    async with opened(tmp_path) as bus:
        first = await publish(bus, OLD, EARLIEST)
        assert await publish(bus, OLD, EARLIEST + 60_000) == first


async def test_a_follower_takes_each_version_once_and_stops_when_told(tmp_path: Path) -> None:
    told: asyncio.Queue[ConfigRecord] = asyncio.Queue()
    records = []
    async with opened(tmp_path) as bus:
        timeline = await config_timeline(bus, OLD, EARLIEST)
        stop = asyncio.Event()
        following = asyncio.create_task(follow(bus, timeline, stop, 0.01, told=told.put_nowait))
        for turn in range(3):
            brand = Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, f"q{turn}", "t")])
            await publish(bus, Config([brand]), EARLIEST + turn * 60_000)
            records.append(await asyncio.wait_for(told.get(), 30))
        stop.set()
        await asyncio.wait_for(following, 30)
        assert told.empty()
    assert [record.effective_at for record in records] == [EARLIEST + turn * 60_000 + AHEAD for turn in range(3)]
    assert [timeline.at(record.effective_at).version for record in records] == [record.version for record in records]
    assert timeline.at(EARLIEST).version == config_version(OLD)


class _Away(Exception):
    pass


class _Failing:
    """A bus whose broker is away for the first looks."""

    def __init__(self, bus: SqliteBus, failures: int) -> None:
        self._bus, self.left = bus, failures

    async def read(self, partition: Partition, offset: int, limit: int) -> list[object]:
        if self.left:
            self.left -= 1
            raise _Away
        return list(await self._bus.read(partition, offset, limit))


async def test_a_bus_that_is_away_for_a_while_is_asked_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as bus:
        timeline: Timeline = await config_timeline(bus, OLD, EARLIEST)
        changed = Config([Brand("veloz", "Veloz", [Target(TargetType.BRAND, "veloz", "t")])])
        await publish(bus, changed, EARLIEST)
        failing, stop = _Failing(bus, 3), asyncio.Event()
        work = follow(failing, timeline, stop, 0.01, (_Away,), lambda record: stop.set())  # type: ignore[arg-type]
        await asyncio.wait_for(work, 30)
        assert failing.left == 0
        assert timeline.at(EARLIEST + AHEAD).version == config_version(changed)


async def test_a_version_of_ours_that_does_not_parse_ends_the_process(tmp_path: Path) -> None:
    async with opened(tmp_path) as bus:
        timeline = await config_timeline(bus, OLD, EARLIEST)
        await publish(bus, Config([Brand("b", "B", [Target(TargetType.BRAND, "luz AND", "t")])]), EARLIEST)
        with pytest.raises(QueryError, match="brand b, target t"):
            await follow(bus, timeline, asyncio.Event(), 0.01)


def test_what_needs_a_restart_is_told() -> None:
    [brand] = OLD.brands
    same = replace(OLD, brands=[replace(brand, targets=[Target(TargetType.BRAND, "gas", "g")], own_accounts=["x:1"])])
    assert restart_for(None, OLD) == restart_for(OLD, OLD) == restart_for(OLD, same) == []
    other = Config(
        [replace(brand, name="Iberluz SA"), Brand("veloz", "Veloz", brand.targets, observe=True)],
        detection=Detection(sensitivity="strict"),
    )
    assert restart_for(OLD, other) == ["detection", "name of iberluz", "name of veloz", "observe of veloz"]


def test_there_must_be_an_installation_to_hand_them_to(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new.yaml").write_text(NEW_FILE)
    assert dispatch(["brands", "apply", str(tmp_path / "new.yaml"), "--data", str(tmp_path / "nothing")]) == 2
    assert "no bus there" in capfd.readouterr().err
