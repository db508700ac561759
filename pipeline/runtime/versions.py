"""Versions of the configuration on `escucha.config`: what held when, and from when the present one will."""

from __future__ import annotations

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
    records = await _versions(bus)
    version = config_version(config)
    if not records or records[-1].version != version:
        # A clock may step back; the last version written still comes into force last.
        effective_at = max(now + AHEAD, records[-1].effective_at + 1) if records else EARLIEST
        record = ConfigRecord(version, effective_at, config)
        # A return to an earlier configuration is a record of its own: compaction must not take the first one for it.
        id = f"{version}@{effective_at}"
        await bus.append([outgoing(CONFIG, id, record, id=id, time=to_wire(now))])
        records.append(record)
    first, *later = records
    timeline = Timeline(first.effective_at, Matcher(first.config.brands, first.version))
    for record in later:
        timeline.add(record.effective_at, Matcher(record.config.brands, record.version))
    return timeline


async def newest(bus: Bus) -> Config | None:
    """The version written last; None where there is none yet."""
    records = await _versions(bus)
    return records[-1].config if records else None


async def _versions(bus: Bus) -> list[ConfigRecord]:
    found = []
    offset = 0
    while page := await bus.read(Partition(CONFIG, 0), offset, PAGE):
        offset = page[-1].offset + 1
        found += [decode(ConfigRecord, record.value) for record in page if record.value is not None]
    return found
