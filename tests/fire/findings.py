"""What became of every event, read from the topics of a bus: the same on Kafka as on the embedded one."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from pipeline.ledger import Ledger
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.record import Partition, Record
from pipeline.runtime.bus import Bus
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.replay.results import write_results
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Config
from schemas.headers import get
from schemas.instants import EARLIEST
from schemas.topics import DEADLETTERS, LATE, MENTIONS, RAW, SIGNALS
from tests.fire.story import Story

FOREIGN: Final = "of no network"
"""The uid of a record that follows from no raw event."""
FILES: Final = ("windows", "signals")
"""What must be the same bytes on every bus; other records name offsets, which have gaps on Kafka."""


@dataclass
class Findings:
    """`logged`: how often each event's id stands in social.raw. `fates`: what was made of each, and how often.

    An event without a fate was unmatched or a duplicate of an earlier one: those leave only counts, in the ledger.
    """

    ledger: Ledger
    logged: Counter[str] = field(default_factory=Counter)
    fates: dict[str, Counter[str]] = field(default_factory=dict)
    foreign: Counter[str] = field(default_factory=Counter)
    """What was made of records that follow from no raw event."""
    signals: Counter[str] = field(default_factory=Counter)
    results: Mapping[str, bytes] = field(default_factory=dict)

    def signal_ids(self) -> list[str]:
        return sorted(self.signals)


async def find(bus: Bus, ledger: Ledger, out: Path) -> Findings:
    """Read everything there is; `out` takes what a replay would write."""
    found = Findings(ledger)
    places: dict[tuple[int, int], str] = {}
    async for record in records(bus, RAW):
        id = get(record.headers, "ce_id") or ""
        found.logged[id] += 1
        places[record.partition, record.offset] = id
    for topic in (MENTIONS, LATE, DEADLETTERS):
        async for record in records(bus, topic):
            told = orjson.loads(record.value or b"null")
            if told.get("uid") == FOREIGN:
                continue
            origin = told if topic == DEADLETTERS else told["origin"]
            if origin["topic"] != RAW:
                found.foreign[_fate(topic, told)] += 1
                continue
            id = places[origin["partition"], origin["offset"]]
            found.fates.setdefault(id, Counter())[_fate(topic, told)] += 1
    async for record in records(bus, SIGNALS):
        found.signals[orjson.loads(record.value or b"null")["id"]] += 1
    await write_results(bus, _made(out), ledger)
    found.results = {name: (out / f"{name}.jsonl").read_bytes() for name in FILES}
    return found


async def undisturbed(story: Story, config: Config, folder: Path, partitions: int) -> Findings:
    """The same story through one engine over the embedded bus, with nobody to disturb it."""
    bus = SqliteBus(folder / "calm.sqlite", partitions=partitions, clock=lambda: EARLIEST, durable=False)
    await bus.open()
    try:
        engine = engine_over(bus, config)
        await engine.start()
        for start in range(0, len(story.records), 500):
            batch = story.records[start : start + 500]
            await bus.append([*batch, *story.ticks(batch[-1].timestamp or 0, partitions)])
            await engine.drain()
        await bus.append(story.ticks(story.end, partitions))
        await engine.drain()
        return await find(bus, await engine.ledger(), folder / "calm")
    finally:
        await bus.close()


def engine_over(bus: Bus, config: Config) -> Engine:
    return Engine(
        bus, Timeline(EARLIEST, Matcher(config.brands, config_version(config))), Tier0(packaged_model()), config
    )


async def records(bus: Bus, topic: str) -> AsyncIterator[Record]:
    """Every record but the ticks."""
    for number in range(bus.partitions(topic)):
        offset = 0
        while page := await bus.read(Partition(topic, number), offset, 1_000):
            offset = page[-1].offset + 1
            for record in page:
                if not record.is_tick:
                    yield record


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fate(topic: str, told: Mapping[str, object]) -> str:
    if topic == DEADLETTERS:
        return f"letter of {told['stage']}: {told['reason']}"
    match, origin = told.get("match"), told["origin"]
    brand = match["brand"] if isinstance(match, dict) else "nobody"
    ordinal = origin["ordinal"] if isinstance(origin, dict) else None
    return f"{'late' if topic == LATE else told['op']} of {brand}, {ordinal}"
