"""What listen knows of very many brands: real state, made by the real processors from a simulated world."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import msgspec

from pipeline import processors
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.normalize import peek
from pipeline.processors import Plan
from pipeline.record import Record, tick_to
from pipeline.runtime.bus import partition_of
from pipeline.simulate import World
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from pipeline.windows.listen import Listen
from schemas.codec import decode, encode
from schemas.config import Brand, Config, Target
from schemas.headers import cloud_event
from schemas.instants import DAY, HOUR, MINUTE, from_wire
from schemas.kinds import TargetType
from schemas.mention import Mention, Origin
from schemas.topics import AUTHORS, MENTIONS, RAW

START = 1_760_000_400_000
_TOLD = ("iberluz", "veloz", "cafeto", "zampaya", "luznorte", "brisa", "tarim", "ondalia")
"""Brands whose conversation is simulated; every other brand hears a part of one of theirs as its own."""
_RATE = 0.05
"""Opinions a minute and simulated brand; with what people do to them some 140 events a day."""
_SHARE = 0.15
"""The mean part of them that a brand hears: 20 mentions a day, most brands fewer and a few far more."""


class Crowd:
    """`brands` brands over `partitions` partitions of social.mentions, for `days` days."""

    def __init__(self, brands: int, partitions: int, days: float) -> None:
        self.brands = [f"brand-{number}" for number in range(brands)]
        self.partitions = partitions
        self.end = START + int(days * DAY)
        config = Config([_brand(id, id) for id in self.brands])
        self.config = config

    def listens(self) -> list[Listen]:
        """A processor for each partition, knowing nothing yet."""
        plan = Plan(raw=1, mentions=self.partitions, interactions=1, authors=1)
        return [processors.listen(partition, plan, self.config) for partition in range(self.partitions)]

    def batches(self) -> Iterator[list[list[Record]]]:
        """For each step the records of every partition, a tick at the end: an hour at a time, the last 26 in ten minutes."""
        told = _told(self.end)
        hearers = self._hearers()
        random = Random(5)  # noqa: S311 (no secret)
        offsets = [0] * self.partitions
        at, index = START, 0
        while at < self.end:
            at = min(at + (HOUR if at < self.end - 26 * HOUR else 10 * MINUTE), self.end)
            step: list[list[Record]] = [[] for _ in range(self.partitions)]
            while index < len(told) and told[index][0] < at:
                observed_at, brand, mention = told[index]
                for id, share, home in hearers[brand]:
                    if random.random() < share:
                        step[home].append(_heard(mention, id, home, offsets[home], observed_at))
                        offsets[home] += 1
                index += 1
            for home, records in enumerate(step):
                _, key, value, headers, _, _ = tick_to(MENTIONS, home, at, 0)
                records.append(Record(MENTIONS, home, offsets[home], at, key, value, headers))
                offsets[home] += 1
            yield step

    def _hearers(self) -> dict[str, list[tuple[str, float, int]]]:
        """For each simulated brand those that hear it: name, share, partition."""
        found: dict[str, list[tuple[str, float, int]]] = {brand: [] for brand in _TOLD}
        weights = [1 / (rank + 10) ** 0.7 for rank in range(len(self.brands))]
        scale = _SHARE * len(weights) / sum(weights)
        for rank, id in enumerate(self.brands):
            home = partition_of(id.encode(), self.partitions)
            found[_TOLD[rank % len(_TOLD)]].append((id, min(1.0, weights[rank] * scale), home))
        return found


def _told(end: int) -> list[tuple[int, str, Mention]]:
    """The simulated brands' mentions as understand makes them, in order of time."""
    config = Config([_brand(id, id) for id in _TOLD])
    timeline = Timeline(0, Matcher(config.brands, config_version(config)))
    stage = processors.understand(0, Plan(1, 1, 1, 1), timeline, Tier0(packaged_model()), config)
    _, key, value, headers, _, at = tick_to(AUTHORS, 0, end + DAY, 0)
    # Nobody has any influence here, and that is known from the start: nothing waits for it.
    stage.process([Record(AUTHORS, 0, 0, at or 0, key, value, headers)])
    world = World(config.brands, 11, START, rate=_RATE)
    records = []
    for offset, event in enumerate(world.events(START, end)):
        extra = [("network", event.network), ("source", "measure")]
        headers = cloud_event(id=event.id, source="/measure", type=RAW, extra=extra)
        named = (peek(event.network, event.payload).key or event.id).encode()
        records.append(Record(RAW, 0, offset, event.observed_at, named, event.payload, headers))
    found = []
    for record in stage.process(records).records:
        if record.topic == MENTIONS and record.value is not None:
            mention = decode(Mention, record.value)
            if mention.match is not None and mention.observed_at is not None:
                found.append((from_wire(mention.observed_at), mention.match.brand, mention))
    return found


def _heard(mention: Mention, brand: str, home: int, offset: int, observed_at: int) -> Record:
    """The mention as if it had been about `brand`."""
    assert mention.match is not None
    replace = msgspec.structs.replace
    ours = replace(
        mention,
        uid=f"{mention.uid}.{brand}",
        match=replace(mention.match, brand=brand),
        origin=Origin(RAW, 0, offset, 0, 1),
    )
    return Record(MENTIONS, home, offset, observed_at, brand.encode(), encode(ours))


def _brand(id: str, query: str) -> Brand:
    return Brand(id, id, [Target(TargetType.BRAND, id, query)])
