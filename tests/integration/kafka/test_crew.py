"""Crews on a real Kafka: what a group divides among processes comes out as if one had done it all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from deploy.kafka.broker import Broker
from pipeline import processors
from pipeline.ledger import Ledger
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.normalize import peek
from pipeline.record import Outgoing, Partition, Processor, tick_to
from pipeline.runtime.bus import Bus
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine, plan_of
from pipeline.runtime.kafka import FencedError, KafkaBus
from pipeline.runtime.kafka.crew import Crew
from pipeline.runtime.ledgers import read_ledger
from pipeline.runtime.replay.results import write_results
from pipeline.simulate import Episode, Simulated, World
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.codec import decode
from schemas.config import Brand, Config, Target
from schemas.headers import cloud_event
from schemas.instants import DAY, HOUR, MINUTE
from schemas.kinds import SignalKind, TargetType
from schemas.mention import Mention
from schemas.topics import AUTHORS, INTERACTIONS, MENTIONS, RAW

START = 1_760_000_400_000
BRANDS = [
    Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")]),
    Brand("veloz", "Veloz", [Target(TargetType.BRAND, "veloz", "veloz")]),
]
CONFIG = Config(BRANDS)
TIMELINE = Timeline(0, Matcher(BRANDS, config_version(CONFIG)))
SESSION = 3.0


@pytest.fixture(scope="module")
def model() -> Tier0:
    return Tier0(packaged_model())


@pytest.fixture
async def new_bus(broker: Broker, request: pytest.FixtureRequest) -> AsyncIterator[Callable[..., Awaitable[KafkaBus]]]:
    """Buses on topics of the test's own, open; closed at the end."""
    opened: list[KafkaBus] = []

    async def make(**options: object) -> KafkaBus:
        bus = KafkaBus(
            broker.bootstrap, partitions=4, prefix=f"{request.node.name}.", capacity=10**9, replay=True, **options
        )
        await bus.open()
        opened.append(bus)
        return bus

    yield make
    for bus in opened:
        await bus.close()


class Crews:
    """The crews of one process, started and stopped together."""

    def __init__(self, *crews: Crew) -> None:
        self.crews = crews
        self._stop = asyncio.Event()
        self._runs = [asyncio.create_task(crew.run(self._stop)) for crew in crews]

    async def settled(self) -> None:
        """Until everything written is read, as far as this process goes."""
        while any([await crew.lag() for crew in self.crews]) or not all(crew.partitions for crew in self.crews):
            await self.pause()

    async def pause(self) -> None:
        await asyncio.sleep(0.05)
        for run in self._runs:
            if run.done():
                run.result()

    async def stop(self) -> None:
        self._stop.set()
        await asyncio.gather(*self._runs)


def crew(bus: KafkaBus, stage: str, model: Tier0, **options: float) -> Crew:
    plan = plan_of(bus)
    authors = [Partition(AUTHORS, number) for number in range(plan.authors)]
    make: dict[str, tuple[str, Callable[[int], Processor]]] = {
        "understand": (RAW, lambda n: processors.understand(n, plan, TIMELINE, model, CONFIG)),
        "influence": (INTERACTIONS, lambda n: processors.influence(n, plan)),
        "listen": (MENTIONS, lambda n: processors.listen(n, plan, CONFIG)),
    }
    topic, processor = make[stage]
    return Crew(bus, stage, topic, processor, authors if stage == "understand" else (), session=SESSION, **options)


def world(days: int) -> list[Simulated]:
    """Quiet days, then an hour with a crisis."""
    made = World(BRANDS, 11, START, rate=0.5)
    end = START + days * DAY
    made.plant(Episode(SignalKind.CRISIS, "iberluz", end, 20 * MINUTE, 20.0, "outage"))
    return list(made.events(START, end - HOUR))[::6] + list(made.events(end - HOUR, end + HOUR))


def raw(event: Simulated) -> Outgoing:
    key = peek(event.network, event.payload).key or event.id
    headers = cloud_event(id=event.id, source="/test", type=RAW, extra=[("network", event.network), ("source", "test")])
    return Outgoing(RAW, key.encode(), event.payload, headers, None, event.observed_at)


async def append(bus: Bus, events: list[Simulated], end: int | None = None) -> None:
    at = events[-1].observed_at if end is None else end
    ticks = [tick_to(RAW, number, at, number) for number in range(bus.partitions(RAW))]
    await bus.append([*map(raw, events), *ticks])


async def outcome(bus: Bus, ledger: Ledger, folder: Path) -> dict[str, bytes]:
    await asyncio.to_thread(folder.mkdir)
    await write_results(bus, folder, ledger)
    return {name: (folder / name).read_bytes() for name in ("windows.jsonl", "signals.jsonl", "ledger.json")}


@pytest.mark.timeout(280)
async def test_crews_that_come_and_go_leave_what_one_embedded_engine_leaves(
    new_bus: Callable[..., Awaitable[KafkaBus]], model: Tier0, tmp_path: Path
) -> None:
    events, end = world(3), START + 3 * DAY + 5 * HOUR
    sqlite = SqliteBus(tmp_path / "bus.sqlite", partitions=1, clock=lambda: 0, durable=False)
    await sqlite.open()
    engine = Engine(sqlite, TIMELINE, model, CONFIG)
    await engine.start()
    await append(sqlite, events, end)
    await engine.drain()
    expected = await outcome(sqlite, await engine.ledger(), tmp_path / "sqlite")
    assert expected["signals.jsonl"], "no signal to compare"
    assert await read_ledger(sqlite) == await engine.ledger()
    await sqlite.close()

    bus = await new_bus()
    others = Crews(crew(await new_bus(), "influence", model), crew(await new_bus(), "listen", model))
    first = Crews(crew(await new_bus(), "understand", model))
    size = -(-len(events) // 6)
    for turn in range(6):
        await append(bus, events[turn * size : (turn + 1) * size])
        if turn % 2:
            second = Crews(crew(await new_bus(), "understand", model), crew(await new_bus(), "listen", model))
            shares = (first.crews[0], second.crews[0])
            while any(len(share.partitions) != 2 for share in shares) or not second.crews[1].partitions:
                await second.pause()
            await first.stop()
            await others.pause()
            first = second
    await bus.append([tick_to(RAW, number, end, number) for number in range(4)])
    looking = await new_bus(fencing=False)
    for _ in range(200):
        await others.settled()
        await first.settled()
        ledger = await read_ledger(looking)
        if ledger.balanced and not ledger.in_flight:
            break
    await first.stop()
    await others.stop()
    assert ledger.accepted == len(events)
    assert await outcome(looking, ledger, tmp_path / "kafka") == expected


@pytest.mark.timeout(60)
async def test_who_is_shut_out_ends_and_says_by_whom(new_bus: Callable[..., Awaitable[KafkaBus]], model: Tier0) -> None:
    bus = await new_bus()
    crews = Crews(crew(await new_bus(), "influence", model))
    await crews.settled()
    thief = await new_bus()
    for number in range(4):
        await thief.load_state("influence", number)
    with pytest.raises(FencedError, match="another process works on influence"):
        while True:
            at = time.time_ns() // 1_000_000
            await bus.append([tick_to(INTERACTIONS, n, at, o) for n in range(4) for o in range(4)])
            await crews.pause()


@pytest.mark.timeout(120)
async def test_with_influence_dead_mentions_go_on_after_a_while_without_a_score_and_are_counted(
    new_bus: Callable[..., Awaitable[KafkaBus]], model: Tier0
) -> None:
    bus = await new_bus()
    plan, stages = plan_of(bus), []

    def make(number: int) -> Processor:
        stages.append(processors.understand(number, plan, TIMELINE, model, CONFIG))
        return stages[-1]

    authors = [Partition(AUTHORS, number) for number in range(plan.authors)]
    own = await new_bus()
    crews = Crews(Crew(own, "understand", RAW, make, authors, session=SESSION, deadline=0.5))
    events = world(1)[-600:]
    await append(bus, events, events[-1].observed_at + 1)
    while crews.crews[0].held() or len(stages) < 4 or not sum(stage.counts.forwarded for stage in stages):
        await crews.pause()
    await crews.settled()
    await crews.stop()
    counts = [stage.counts for stage in stages]
    assert sum(count.seen for count in counts) == len(events)
    assert sum(count.held for count in counts) == 0
    assert 0 < sum(stage.unscored for stage in stages) <= sum(count.forwarded for count in counts)
    mentions = []
    for number in range(4):
        mentions += [
            decode(Mention, record.value or b"")
            for record in await bus.read(Partition(MENTIONS, number), 0, 5_000)
            if not record.is_tick
        ]
    assert mentions
    assert all(m.understanding is None or m.understanding.influence is None for m in mentions)
