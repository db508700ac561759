"""Versions of the configuration on `escucha.config`: what held when, and from when the present one will."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from pipeline.emit import outgoing
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.record import Partition
from pipeline.runtime.bus import Bus
from schemas.codec import decode
from schemas.config import Config, ConfigRecord
from schemas.instants import EARLIEST, SECOND, to_wire
from schemas.topics import CONFIG

AHEAD = 5 * SECOND
"""A version takes effect so long after it is written, so that every worker has read it by then."""
PAGE = 100


async def config_timeline(bus: Bus, config: Config, now: int) -> Timeline:
    """All versions on the bus and `config`, appended first if it is new. The first version ever holds from the beginning."""
    await publish(bus, config, now)
    first, *later = await _versions(bus)
    timeline = Timeline(first.effective_at, _maker(first))
    for record in later:
        timeline.add(record.effective_at, _maker(record))
    return timeline


async def publish(bus: Bus, config: Config, now: int) -> ConfigRecord:
    """The newest version on the bus: `config`, appended if it was not, AHEAD of `now`."""
    records = await _versions(bus)
    version = config_version(config)
    if records and records[-1].version == version:
        return records[-1]
    # A clock may step back; the last version written still comes into force last.
    effective_at = max(now + AHEAD, records[-1].effective_at + 1) if records else EARLIEST
    record = ConfigRecord(version, effective_at, config)
    # A return to an earlier configuration is a record of its own: compaction must not take the first one for it.
    id = f"{version}@{effective_at}"
    await bus.append([outgoing(CONFIG, id, record, id=id, time=to_wire(now))])
    return record


async def follow(
    bus: Bus,
    timeline: Timeline,
    stop: asyncio.Event,
    every: float = 1.0,
    passing: tuple[type[Exception], ...] = (),
    told: Callable[[ConfigRecord], None] = lambda record: None,
) -> None:
    """Take versions into the timeline as others write them: nobody need restart for new queries.

    Looks `every` so many seconds, which must stay well below AHEAD. `passing`: faults of the bus that the next look may
    not meet. `told` hears of each version taken.
    """
    offset = 0
    while not stop.is_set():
        try:
            offset, found = await _after(bus, offset)
        except passing:
            found = []
        for record in found:
            if record.effective_at not in timeline:
                # Thousands of queries take a second to compile: meanwhile the loop goes on.
                make = _maker(record)
                timeline.add(record.effective_at, make, await asyncio.to_thread(make))
                told(record)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)


def held_from(record: ConfigRecord) -> str:
    """What to tell people of a version that was taken."""
    return f"worker: the queries of {record.version} hold from {to_wire(record.effective_at)} on"


async def newest(bus: Bus) -> Config | None:
    """The version written last; None where there is none yet."""
    records = await _versions(bus)
    return records[-1].config if records else None


def _maker(record: ConfigRecord) -> Callable[[], Matcher]:
    return lambda: Matcher(record.config.brands, record.version)


async def _versions(bus: Bus) -> list[ConfigRecord]:
    return (await _after(bus, 0))[1]


async def _after(bus: Bus, offset: int) -> tuple[int, list[ConfigRecord]]:
    """The versions from an offset on, and where to look for the next."""
    found: list[ConfigRecord] = []
    while page := await bus.read(Partition(CONFIG, 0), offset, PAGE):
        offset = page[-1].offset + 1
        found += [decode(ConfigRecord, record.value) for record in page if record.value is not None]
    return offset, found
