"""DESIGN rules 1 to 8: whatever the batches, interleavings, partitions, ticks and restarts, the same bytes come out."""

from random import Random

import pytest

from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.normalize import peek
from pipeline.record import Outgoing, tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
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
    Brand("cafeto", "Cafeto", [Target(TargetType.BRAND, "cafeto", "cafeto")]),
]
CONFIG = Config(BRANDS)


@pytest.fixture(scope="module")
def model():
    return Tier0(packaged_model())


@pytest.fixture(scope="module")
def events():
    """Three and a half days: thin until the third, whole around a crisis and an opportunity."""
    world = World(BRANDS, 11, START, rate=0.5)
    world.plant(Episode(SignalKind.CRISIS, "iberluz", START + 3 * DAY, 20 * MINUTE, 20.0, "outage"))
    world.plant(Episode(SignalKind.OPPORTUNITY, "veloz", START + 3 * DAY + 2 * HOUR, 20 * MINUTE, 20.0, "praise"))
    quiet = list(world.events(START, START + 3 * DAY - HOUR))[::3]
    return quiet + list(world.events(START + 3 * DAY - HOUR, START + 3 * DAY + 5 * HOUR))


async def outcome(directory, events, model, *, seed, partitions, batch, restarts):
    """Run the events through an engine whose every freedom is used at random; return what it leaves."""
    random = Random(seed)
    directory.mkdir()
    bus = SqliteBus(directory / "bus.sqlite", partitions=partitions, clock=lambda: 0, durable=False)
    await bus.open()

    def shuffled(workers):
        order = list(workers)
        random.shuffle(order)
        return order[: random.randint(1, len(order))]

    async def engine():
        timeline = Timeline(0, Matcher(BRANDS, config_version(CONFIG)))
        made = Engine(bus, timeline, model, CONFIG, batch=batch, order=shuffled)
        await made.start()
        return made

    running = await engine()
    cuts = sorted(random.sample(range(len(events)), restarts))
    position = 0
    while position < len(events):
        size = random.randint(1, 400)
        chunk = events[position : position + size]
        await bus.append([raw(event) for event in chunk])
        upto = chunk[-1].observed_at
        if random.random() < 0.7:
            await bus.append([tick_to(RAW, p, upto, p) for p in range(bus.partitions(RAW)) if random.random() < 0.8])
        for _ in range(random.randint(0, 6)):
            await running.step()
        while cuts and cuts[0] < position + size:
            cuts.pop(0)
            running = await engine()
        position += size
    assert not cuts, "a planned restart never happened"
    end = events[-1].observed_at + 3 * HOUR
    await bus.append([tick_to(RAW, p, end, p) for p in range(bus.partitions(RAW))])
    final = Engine(bus, Timeline(0, Matcher(BRANDS, config_version(CONFIG))), model, CONFIG, batch=batch)
    await final.start()
    await final.drain()
    ledger = await final.ledger()
    await write_results(bus, directory, ledger)
    await bus.close()
    return {name: (directory / name).read_bytes() for name in ("windows.jsonl", "signals.jsonl", "ledger.json")}


def raw(event):
    headers = cloud_event(id=event.id, source="/test", type=RAW, extra=[("network", event.network), ("source", "test")])
    key = peek(event.network, event.payload).key.encode()
    return Outgoing(RAW, key, event.payload, headers, None, event.observed_at)


@pytest.fixture(scope="module")
def reference(tmp_path_factory, events, model):
    import asyncio

    directory = tmp_path_factory.mktemp("reference") / "run"
    return asyncio.run(outcome(directory, events, model, seed=0, partitions=1, batch=500, restarts=0))


def test_the_reference_run_says_something(reference):
    """Equal bytes of nothing would prove nothing."""
    assert reference["windows.jsonl"].count(b"\n") > 500
    assert b'"kind":"crisis"' in reference["signals.jsonl"]
    assert b'"kind":"opportunity"' in reference["signals.jsonl"]


def test_every_event_is_accounted_for_once(reference, events):
    import orjson

    ledger = orjson.loads(reference["ledger.json"])
    assert ledger["accepted"] == len(events)
    assert ledger["in_flight"] == 0
    assert ledger["accepted"] == sum(count for name, count in ledger.items() if name != "accepted")
    assert ledger["aggregated"] and ledger["unmatched"] and ledger["duplicate"] and ledger["dead_lettered"]


@pytest.mark.parametrize(
    ("seed", "partitions", "batch", "restarts"),
    [(1, 1, 1, 0), (2, 1, 37, 3), (3, 4, 500, 0), (4, 4, 64, 3), (5, 8, 500, 0), (6, 8, 111, 3)],
)
async def test_batches_interleavings_partitions_and_restarts_change_nothing(
    tmp_path, events, model, reference, seed, partitions, batch, restarts
):
    found = await outcome(
        tmp_path / "run", events, model, seed=seed, partitions=partitions, batch=batch, restarts=restarts
    )
    assert found == reference
