"""The floor: what every contender calls, in a loop over the same records: no bus, no order, nothing kept.

`python -m deploy.bench.rivals.floor FILE CONFIG` prints a `Floor` as JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time

import msgspec
import psutil

from agents.commands.common import tier0
from deploy.bench.feed import recorded
from deploy.bench.rivals.job import LATENESS, STEP, WINDOW, Job, Tally, adds, empty, holds, plus, read_config
from pipeline.match import Matcher, config_version
from pipeline.normalize import normalize
from pipeline.runtime.replay.source import Recorded
from pipeline.windows.times import clamp
from schemas.codec import UpstreamFault
from schemas.config import Config
from schemas.instants import from_wire
from schemas.mention import Mention
from schemas.raw import RawEvent

BATCH = 500


class Floor(msgspec.Struct):
    """`matched`: events that match a query; `mentions`: one for each of their brands; `stages`: CPU seconds."""

    events: int
    matched: int
    mentions: int
    brands: list[str]
    """Those for which the rule holds."""
    cpu: float
    wall: float
    peak_bytes: int
    stages: dict[str, float]

    def expected(self, contender: str) -> int:
        """How many mentions a contender must write; Escucha's are counted by its ledger, in events."""
        return self.matched if contender == "escucha" else self.mentions


class Hours:
    """Windows and the rule over mentions, as cheaply as they can be had."""

    def __init__(self) -> None:
        self._buckets: dict[str, dict[int, Tally]] = {}
        self.fired: list[str] = []

    def take(self, brand: str, at: int, more: Tally) -> bool:
        """Count a mention; whether the rule has come to hold by it."""
        mine = self._buckets.setdefault(brand, {})
        number = at // STEP
        mine[number] = plus(mine.get(number, empty()), more)
        hour = empty()
        for bucket in range(number - WINDOW // STEP + 1, number + 1):
            if bucket in mine:
                hour = plus(hour, mine[bucket])
        if brand in self.fired or not holds(hour):
            return False
        self.fired.append(brand)
        return True


def mentions_of(items: Sequence[Recorded], config: Config) -> Iterator[tuple[str, str, int, Tally]]:
    """Event id, brand, event time and what is added, of everything that matches, in order."""
    job = Job(config)
    for item in items:
        headers = (("network", item.network.encode()), ("ce_id", item.id.encode()))
        for said in job.understand(headers, item.payload, item.at or 0):
            yield item.id, said.brand, said.at, said.adds


def run(path: Path, config: Config) -> Floor:
    matcher, model = Matcher(config.brands, config_version(config)), tier0()
    items = recorded(path)
    hours = Hours()
    matched = mentions = 0
    stages = dict.fromkeys(("normalise", "match", "understand", "windows and rule"), 0.0)
    begun, started = perf_counter(), process_time()
    for first in range(0, len(items), BATCH):
        laps = [process_time()]
        read: list[tuple[Mention, int]] = []
        for item in items[first : first + BATCH]:
            try:
                mention = normalize(RawEvent(item.network, "floor", item.id, item.payload), item.at or 0).mention
            except UpstreamFault:
                continue
            if mention is not None and mention.op.value == "upsert":
                read.append((mention, item.at or 0))
        laps.append(process_time())
        hit = [(mention, at, found) for mention, at in read if (found := matcher.match(mention))]
        laps.append(process_time())
        results = model.understand([mention for mention, _, _ in hit])
        laps.append(process_time())
        for (mention, observed, found), (lang, understanding) in zip(hit, results, strict=True):
            claimed = from_wire(mention.created_at) if mention.created_at else None
            at, _ = clamp(claimed, observed, LATENESS)
            for match in found:
                said = msgspec.structs.replace(mention, lang=lang, match=match, understanding=understanding)
                hours.take(match.brand, at, adds(said))
            mentions += len(found)
        laps.append(process_time())
        matched += len(hit)
        for stage, before, after in zip(stages, laps, laps[1:], strict=False):
            stages[stage] += after - before
    cpu, wall = process_time() - started, perf_counter() - begun
    peak = psutil.Process().memory_info().rss
    return Floor(len(items), matched, mentions, hours.fired, cpu, wall, peak, stages)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(run(Path(sys.argv[1]), read_config(Path(sys.argv[2])))))
