"""The ledger under fire: a feeder, an engine and an alert process over one SQLite file, killed again and again.

Nothing may be lost, nothing counted twice, every signal must reach Redis, and what comes out must equal, byte for
byte, what an undisturbed engine makes of the same log. `ESCUCHA_FIRE_EVENTS` sets the size.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from agents.alert import keys
from agents.alert.client import connect
from agents.alert.server import EmbeddedRedis
from agents.config import load_config
from pipeline.ledger import Ledger
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.record import Outgoing, Partition
from pipeline.runtime.bus import Commit
from pipeline.runtime.crashpoints import POINTS, VARIABLE
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.replay.results import write_results
from pipeline.simulate import Episode, Simulated, World, log_line
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Config
from schemas.headers import get
from schemas.instants import DAY, EARLIEST, HOUR, MINUTE
from schemas.kinds import SignalKind
from schemas.topics import INTERACTIONS, MENTIONS, RAW, SIGNALS

EVENTS = int(os.environ.get("ESCUCHA_FIRE_EVENTS", "6000"))
PARTITIONS = 2
WORKER = Path(__file__).with_name("fire_worker.py")
START = 1_760_000_400_000
LOUD = START + int(2.6 * DAY)
"""Two and a half days of history are what a baseline needs before it speaks."""
RESUME_SECONDS = 30.0
FILES = ("windows", "signals", "mentions", "changes", "late", "deadletters")
CONFIG = """brands:
  - {id: iberluz, name: Iberluz, targets: [{type: brand, query: iberluz}]}
  - {id: veloz, name: Veloz, targets: [{type: brand, query: veloz}], own_accounts: ['x:veloz']}
  - {id: cafeto, name: Cafeto, targets: [{type: brand, query: cafeto}]}
"""

SCHEDULE: tuple[tuple[float, str | None], ...] = (
    (0.2, None),
    (0.2, "after_outputs:5"),
    (0.2, "after_state:5"),
    (0.4, None),
    (0.4, "before_ack:5"),
    (0.4, "mentions_produced:5"),
    (0.6, None),
    (0.6, "signals_produced:1"),
)
"""From which share of the log on which fault strikes the engine; None: kill -9 from outside, twice in quick succession."""
FEEDER = ("during_append:9", "after_append:9")
ALERT = ("after_signal:1", "after_state:1", "before_ack:1")

pytestmark = pytest.mark.timeout(900)


def story(config: Config) -> list[Simulated]:
    """EVENTS events: thinned quiet days, then a loud day whole."""
    scale = EVENTS / 6_000
    world = World(config.brands, 11, START, rate=0.3 * scale)
    for turn in range(6):
        kind = SignalKind.OPPORTUNITY if turn % 2 else SignalKind.CRISIS
        brand = config.brands[turn % 3].id
        world.plant(Episode(kind, brand, LOUD + turn * 3 * HOUR, 40 * MINUTE, 6.0 * scale, f"episode-{turn}"))
    quiet = list(world.events(START, LOUD))
    loud = list(world.events(LOUD, LOUD + DAY))
    kept = EVENTS - len(loud)
    assert 0 < kept <= len(quiet)
    return [quiet[i * len(quiet) // kept] for i in range(kept)] + loud


@dataclass
class Fault:
    """One fault as it struck: how the process ended, and how long it took until offsets moved on."""

    what: str
    exit: int
    resumed: float | None = None


@dataclass
class Outcome:
    """What is left after the fire, and what an undisturbed engine makes of the same log."""

    events: list[Simulated]
    faults: list[Fault]
    ends: dict[str, int]
    ledger: Ledger
    logged: Counter[str]
    origins: Counter[tuple[object, ...]]
    bus_signals: Counter[str]
    redis_signals: Counter[str]
    left: Mapping[str, bytes]
    undisturbed: Mapping[str, bytes]


@dataclass
class Theatre:
    """One SQLite file and the processes around it."""

    path: Path
    lines: Path
    config: Path
    redis: str
    bus: SqliteBus
    faults: list[Fault] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def close(self) -> None:
        """Leave no process behind, however the play ended."""
        for process in self.processes:
            process.kill()
            process.wait()

    def spawn(self, role: str, crash: str | None = None) -> subprocess.Popen[bytes]:
        """Start a process and wait until it is ready; one that is to crash may be gone by then."""
        environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
        environment |= {"PYTHONPATH": str(WORKER.parents[2]), "ESCUCHA_REDIS": self.redis}
        if crash:
            environment[VARIABLE] = crash
        file = self.lines if role == "feed" else self.config
        process = subprocess.Popen(
            [sys.executable, str(WORKER), role, str(self.path), str(file)], stdout=subprocess.PIPE, env=environment
        )
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    async def offsets(self) -> int:
        return sum([sum((await self.bus.committed(group)).values()) for group in ("understand", "influence", "listen")])

    async def share(self) -> float:
        return sum((await self.bus.committed("understand")).values()) / EVENTS

    async def until(self, reached: Callable[[], bool], seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < deadline, f"no {what} within {seconds} s"
            await asyncio.sleep(0.01)

    async def died(self, process: subprocess.Popen[bytes], what: str) -> Fault:
        await self.until(lambda: process.poll() is not None, 120, what)
        fault = Fault(what, process.returncode)
        self.faults.append(fault)
        return fault

    async def moves_on(self, fault: Fault, since: float, before: int) -> None:
        while await self.offsets() <= before:
            assert time.monotonic() - since < RESUME_SECONDS, f"no progress within 30 s of {fault.what}"
            await asyncio.sleep(0.01)
        fault.resumed = time.monotonic() - since

    async def shoot_engine(self) -> subprocess.Popen[bytes]:
        """The whole schedule; returns the engine that survives it."""
        engine = await asyncio.to_thread(self.spawn, "engine")
        for share, crash in SCHEDULE:
            while await self.share() < share:
                assert engine.poll() is None, "the engine ended by itself"
                await asyncio.sleep(0.005)
            engine.kill()
            if crash is None:
                await self.died(engine, f"kill -9 at {share}")
                engine = await asyncio.to_thread(self.spawn, "engine")
                engine.kill()
                fault = await self.died(engine, f"kill -9 at {share}, again")
            else:
                engine.wait()
                engine = await asyncio.to_thread(self.spawn, "engine", crash)
                fault = await self.died(engine, f"engine {crash}")
            since, before = time.monotonic(), await self.offsets()
            engine = await asyncio.to_thread(self.spawn, "engine")
            await self.moves_on(fault, since, before)
        return engine

    async def shoot_others(self, role: str, crashes: tuple[str, ...]) -> subprocess.Popen[bytes]:
        for crash in crashes:
            await self.died(await asyncio.to_thread(self.spawn, role, crash), f"{role} {crash}")
        return await asyncio.to_thread(self.spawn, role)

    async def drained(self) -> bool:
        for group, topic in (
            ("understand", RAW),
            ("influence", INTERACTIONS),
            ("listen", MENTIONS),
            ("alert", SIGNALS),
        ):
            committed = await self.bus.committed(group)
            for number in range(self.bus.partitions(topic)):
                partition = Partition(topic, number)
                if committed.get(partition, 0) < await self.bus.end_offset(partition):
                    return False
        return True


async def fire(folder: Path) -> Outcome:
    for name in ("fire", "calm"):
        (folder / name).mkdir()
    config_file = folder / "escucha.yaml"
    config_file.write_text(CONFIG)
    config = load_config(config_file, {})
    events = story(config)
    lines = folder / "events.jsonl"
    lines.write_bytes(b"".join(log_line(event) + b"\n" for event in events))
    bus = SqliteBus(folder / "bus.sqlite", partitions=PARTITIONS, clock=lambda: EARLIEST)
    await bus.open()
    # Back pressure knows a group by its offsets: from here on the feeder waits for the engine.
    await bus.commit(Commit("understand", "understand", 0, {Partition(RAW, p): 0 for p in range(PARTITIONS)}))
    server = EmbeddedRedis(folder / "redis")
    theatre = Theatre(bus.path, lines, config_file, await server.start(), bus)
    try:
        ends = await _play(theatre)
        redis = connect(theatre.redis)
        published = Counter(entry[b"id"].decode() for _, entry in await redis.xrange(keys.PUBLIC_STREAM))
        await redis.aclose()
        await bus.check()
        logged = [record async for record in _all(bus, RAW)]
        mentions = [orjson.loads(record[1]) async for record in _all(bus, MENTIONS)]
        signals = [orjson.loads(record[1]) async for record in _all(bus, SIGNALS)]
        ledger, left = await _results(bus, config, folder / "fire")
        undisturbed = await _undisturbed(bus, config, folder)
    finally:
        theatre.close()
        await bus.close()
        await server.stop()
    return Outcome(
        events,
        theatre.faults,
        ends,
        ledger,
        Counter(id for id, _ in logged),
        Counter(tuple(mention["origin"].values()) for mention in mentions),
        Counter(signal["id"] for signal in signals),
        published,
        left,
        undisturbed,
    )


async def _play(theatre: Theatre) -> dict[str, int]:
    """Everything at once; at the end the survivors are told to stop. Returns how they ended."""
    alert_task = asyncio.create_task(theatre.shoot_others("alert", ALERT))
    feed_task = asyncio.create_task(theatre.shoot_others("feed", FEEDER))
    engine = await theatre.shoot_engine()
    feeder, alert = await feed_task, await alert_task
    await theatre.until(lambda: feeder.poll() is not None, 300, "end of the feed")
    deadline = time.monotonic() + 120
    while not await theatre.drained():
        assert time.monotonic() < deadline, "the log is not drained"
        await asyncio.sleep(0.05)
    for process in (engine, alert):
        process.send_signal(signal.SIGTERM)
    return {"feed": feeder.wait(), "engine": engine.wait(30), "alert": alert.wait(30)}


async def _all(bus: SqliteBus, topic: str):
    """(CloudEvents id, value) of every record but the ticks."""
    for number in range(bus.partitions(topic)):
        offset = 0
        while page := await bus.read(Partition(topic, number), offset, 1_000):
            offset = page[-1].offset + 1
            for record in page:
                if not record.is_tick:
                    yield get(record.headers, "ce_id"), record.value


async def _results(bus: SqliteBus, config: Config, out: Path) -> tuple[Ledger, dict[str, bytes]]:
    """What an engine that starts now finds done, and finds to do."""
    timeline = Timeline(EARLIEST, Matcher(config.brands, config_version(config)))
    engine = Engine(bus, timeline, Tier0(packaged_model()), config)
    await engine.start()
    await engine.drain()
    ledger = await engine.ledger()
    await write_results(bus, out, ledger)
    return ledger, {name: (out / f"{name}.jsonl").read_bytes() for name in FILES}


async def _undisturbed(bus: SqliteBus, config: Config, folder: Path) -> dict[str, bytes]:
    """The same log, copied, through one engine that nobody disturbs."""
    calm = SqliteBus(folder / "calm.sqlite", partitions=PARTITIONS, clock=lambda: EARLIEST, durable=False)
    await calm.open()
    for number in range(PARTITIONS):
        offset = 0
        while page := await bus.read(Partition(RAW, number), offset, 500):
            offset = page[-1].offset + 1
            await calm.append([Outgoing(RAW, r.key, r.value, r.headers, r.partition, r.timestamp) for r in page])
    _, found = await _results(calm, config, folder / "calm")
    await calm.close()
    return found


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    found = asyncio.run(fire(tmp_path_factory.mktemp("fire")))
    for fault in found.faults:
        print(f"{fault.what}: exit {fault.exit}, offsets moved after {fault.resumed}")
    return found


def test_every_planned_fault_struck(outcome: Outcome) -> None:
    struck = [fault.what for fault in outcome.faults]
    assert all(fault.exit == -signal.SIGKILL for fault in outcome.faults)
    for share in (0.2, 0.4, 0.6):
        assert {f"kill -9 at {share}", f"kill -9 at {share}, again"} <= set(struck)
    assert {point for point in POINTS if any(f" {point}:" in what for what in struck)} == set(POINTS)


def test_those_who_survive_the_fire_end_with_zero_when_told_to(outcome: Outcome) -> None:
    assert outcome.ends == {"feed": 0, "engine": 0, "alert": 0}


def test_progress_resumes_within_thirty_seconds_of_each_kill(outcome: Outcome) -> None:
    waits = [fault.resumed for fault in outcome.faults if fault.resumed is not None]
    assert len(waits) == len(SCHEDULE)
    assert max(waits) < RESUME_SECONDS


def test_every_event_stands_in_the_log_once(outcome: Outcome) -> None:
    assert len(outcome.events) == EVENTS
    assert outcome.logged == Counter(event.id for event in outcome.events)


def test_the_ledger_balances_with_nothing_lost_and_nothing_in_flight(outcome: Outcome) -> None:
    assert outcome.ledger.balanced
    assert outcome.ledger.accepted == EVENTS
    assert outcome.ledger.in_flight == 0
    assert outcome.ledger.aggregated > EVENTS / 3


def test_nothing_is_counted_twice(outcome: Outcome) -> None:
    assert max(outcome.origins.values()) == 1
    assert max(outcome.bus_signals.values()) == 1


@pytest.mark.parametrize("name", FILES)
def test_results_equal_those_of_an_undisturbed_run_over_the_same_log(outcome: Outcome, name: str) -> None:
    assert outcome.left[name] == outcome.undisturbed[name]


def test_every_signal_is_in_redis_once(outcome: Outcome) -> None:
    told = [orjson.loads(line)["id"] for line in outcome.undisturbed["signals"].splitlines()]
    assert len(told) >= 4, "too few signals to prove anything"
    assert outcome.redis_signals == Counter(told)
