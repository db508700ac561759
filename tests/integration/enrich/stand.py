"""The embedded engine with tier 2 beside it, driven by hand: real bus, real tier 0, real processes; time by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import orjson

from agents.enrich.agent import Enricher
from agents.enrich.pool import Pool
from pipeline import processors
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.normalize import peek
from pipeline.record import Outgoing, Partition, Record, tick_to
from pipeline.runtime.bus import Bus
from pipeline.runtime.engine import Engine, plan_of
from pipeline.runtime.health import Progress
from pipeline.runtime.metrics import Metrics
from pipeline.simulate import World
from pipeline.understand import Tier0
from schemas.codec import decode, encode
from schemas.config import Brand, Budget, Config, Target, Tiers, Transformers
from schemas.headers import LEDGER, cloud_event, get
from schemas.instants import HOUR, MINUTE, from_wire
from schemas.kinds import Op, TargetType
from schemas.mention import Mention, Sentiment
from schemas.score import NETWORK
from schemas.topics import MENTIONS, RAW, WINDOWS
from schemas.window import Window

START = 1_760_000_400_000 // HOUR * HOUR
BRANDS = [
    Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")]),
    Brand("veloz", "Veloz", [Target(TargetType.BRAND, "veloz", "veloz")], own_accounts=["x:veloz"]),
]
EVERYTHING = Budget(share=1.0)


def config(model: Path, budget: Budget = EVERYTHING) -> Config:
    return Config(BRANDS, tiers=Tiers(transformers=Transformers(str(model), budget=budget)))


def world(minutes: int, rate: float = 40.0) -> list[Outgoing]:
    return [raw(event) for event in World(BRANDS, 5, START, rate=rate).events(START, START + minutes * MINUTE)]


def raw(event) -> Outgoing:  # type: ignore[no-untyped-def]
    headers = cloud_event(id=event.id, source="/test", type=RAW, extra=[("network", event.network), ("source", "test")])
    key = peek(event.network, event.payload).key.encode()
    return Outgoing(RAW, key, event.payload, headers, None, event.observed_at)


class Stand:
    """`now` is the time of clock and log alike."""

    def __init__(self, bus: Bus, settings: Config, tier0: Tier0, pool: Pool, name: str, metrics: Metrics) -> None:
        self.bus, self.config, self.metrics = bus, settings, metrics
        self.now = START
        self._tier0, self._pool, self._name = tier0, pool, name
        self.stop = asyncio.Event()

    async def begin(self) -> None:
        """Start, or start again from what the bus keeps."""
        timeline = Timeline(0, Matcher(BRANDS, config_version(self.config)))
        self.engine = Engine(self.bus, timeline, self._tier0, self.config)
        await self.engine.start()
        await self.second()

    async def second(self) -> None:
        """Tier 2 alone."""
        tier = self.config.tiers.transformers
        assert tier is not None
        self.stop = asyncio.Event()
        lateness = self.config.detection.lateness_seconds
        self.enricher = Enricher(
            self.bus, self._pool, self._name, tier, lateness, self.metrics, Progress(), lambda: self.now
        )
        await self.enricher.open()

    async def append(self, records: Sequence[Outgoing]) -> None:
        """And let the engine do all it can."""
        await self.bus.append(records)
        self.now = max(self.now, records[-1].timestamp or 0)
        await self.tick(self.now)

    async def tick(self, at: int) -> None:
        self.now = at
        await self.bus.append([tick_to(RAW, p, at, p) for p in range(self.bus.partitions(RAW))])
        await self.engine.drain()

    async def read_again(self) -> None:
        while await self.enricher.step(self.stop):
            pass
        await self.engine.drain()

    async def close_windows(self) -> None:
        await self.tick(self.now + 3 * HOUR)

    def outcomes(self) -> dict[str, int]:
        metric = next(iter(self.metrics.tier2_mentions.collect()))
        return {s.labels["outcome"]: int(s.value) for s in metric.samples if s.name.endswith("_total") and s.value}


async def everything(bus: Bus, partition: Partition) -> list[Record]:
    found: list[Record] = []
    while page := await bus.read(partition, found[-1].offset + 1 if found else 0, 1_000):
        found += page
    return found


async def records(bus: Bus, topic: str) -> list[Record]:
    """Of all partitions, without ticks."""
    partitions = [Partition(topic, number) for number in range(bus.partitions(topic))]
    return [record for one in partitions for record in await everything(bus, one) if not record.is_tick]


async def scores(bus: Bus) -> list[Record]:
    """The events of our own in the raw log."""
    return [record for record in await records(bus, RAW) if get(record.headers, "network") == NETWORK]


async def told(bus: Bus) -> tuple[list[Mention], list[Mention]]:
    """Mentions (one a raw event), and scores as they were made known; a score once, not once a partition."""
    found = [(record, decode(Mention, record.value or b"")) for record in await records(bus, MENTIONS)]
    first = [mention for record, mention in found if LEDGER in record.headers]
    known = {m.origin: m for _, m in found if m.op is Op.SCORE and m.origin is not None and m.origin.ordinal == 0}
    return first, list(known.values())


async def log_lines(bus: Bus) -> bytes:
    """The raw log as `escucha replay --network log` takes it."""
    lines = []
    for record in sorted(
        await records(bus, RAW), key=lambda record: (record.timestamp, record.partition, record.offset)
    ):
        try:
            payload: object = msgspec.Raw(orjson.dumps(orjson.loads(record.value or b"")))
        except orjson.JSONDecodeError:
            payload = (record.value or b"").decode(errors="replace")
        line = {
            "network": get(record.headers, "network"),
            "observed_at": record.timestamp,
            "id": get(record.headers, "ce_id"),
            "payload": payload,
        }
        lines.append(msgspec.json.encode(line))
    return b"\n".join(lines) + b"\n"


def judged(mention: Mention) -> bool:
    """Whether it counts as an opinion that has words."""
    own = mention.match is not None and mention.match.own
    aside = own or mention.flags.spam or mention.flags.boilerplate or mention.kind == "repost"
    return not aside and bool(mention.text or mention.title)


def came_late(mention: Mention) -> bool:
    """So late after it was written that its window may be final by the time it is looked at."""
    return from_wire(mention.observed_at or "") - from_wire(mention.event_time or "") > 5 * MINUTE


def sentiment(mention: Mention) -> Sentiment:
    assert mention.understanding is not None
    assert mention.understanding.sentiment is not None
    return mention.understanding.sentiment


async def finals(stand: Stand) -> dict[tuple[str, str, str], tuple[object, ...]]:
    """What every final window counts, by brand, size and start."""
    return {
        (window.brand, window.size, window.start): counts(window)
        for record in await records(stand.bus, WINDOWS)
        if (window := decode(Window, record.value or b"")).state == "final"
    }


def counts(window: Window) -> tuple[object, ...]:
    return (
        window.mentions,
        window.amplifications,
        window.sentiment,
        window.weighted_negative_e4,
        window.authors,
        window.targets,
        window.networks,
        window.languages,
    )


async def as_if_read_at_once(stand: Stand) -> dict[tuple[str, str, str], tuple[object, ...]]:
    """The same mentions through a listen of its own, each with its score from the beginning, and no score afterwards."""
    found = {}
    _, known = await told(stand.bus)
    felt_of = {(score.uid, score.version): sentiment(score) for score in known}
    for number in range(stand.bus.partitions(MENTIONS)):
        listen = processors.listen(number, plan_of(stand.bus), stand.config)
        altered = []
        for record in await everything(stand.bus, Partition(MENTIONS, number)):
            if record.is_tick:
                altered.append(record)
                continue
            mention = decode(Mention, record.value or b"")
            at_once = felt_of.get((mention.uid, mention.version))
            if at_once is not None and mention.match is not None and mention.understanding is not None:
                said = msgspec.structs.replace(mention.understanding, sentiment=at_once)
                altered.append(record._replace(value=encode(msgspec.structs.replace(mention, understanding=said))))
            elif mention.op is not Op.SCORE:
                altered.append(record)
        for out in listen.process(altered).records:
            if out.topic == WINDOWS and (window := decode(Window, out.value or b"")).state == "final":
                found[window.brand, window.size, window.start] = counts(window)
    return found
