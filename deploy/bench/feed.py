"""What goes onto social.raw in a race: the stream's events with a network's headers, and the ticks that Escucha lives by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.record import Outgoing, tick_to
from pipeline.runtime.bus import Bus
from pipeline.runtime.replay.source import LOG, Recorded, read_recorded
from schemas.headers import cloud_event
from schemas.instants import SECOND
from schemas.topics import RAW

CHUNK = 2_000


def recorded(path: Path) -> list[Recorded]:
    return list(read_recorded([str(path)], LOG))


def raw_record(item: Recorded) -> Outgoing:
    """As a connector would append it, with the log's own time."""
    extra = [("network", item.network), ("source", "race")]
    headers = cloud_event(id=item.id, source=f"/ingest/{item.network}/race", type=RAW, extra=extra)
    return Outgoing(RAW, item.key.encode("utf-8", "replace"), item.payload, headers, None, item.at)


def ticks(bus: Bus, at: int) -> list[Outgoing]:
    return [tick_to(RAW, number, at, number) for number in range(bus.partitions(RAW))]


async def backlog(bus: Bus, records: Sequence[Outgoing], *, ticking: bool) -> None:
    """Append them all at once, each with its own time; with a tick a second of the log, and one after its end."""
    whole = list(_ticked(bus, records)) if ticking else list(records)
    for first in range(0, len(whole), CHUNK):
        await bus.append(whole[first : first + CHUNK])


def _ticked(bus: Bus, records: Iterable[Outgoing]) -> Iterator[Outgoing]:
    last = now = 0
    for record in records:
        now = max(now, record.timestamp or 0)
        if now - last >= SECOND:
            yield from ticks(bus, now)
            last = now
        yield record
    yield from ticks(bus, now + 2 * SECOND)
