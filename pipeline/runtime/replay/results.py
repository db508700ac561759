"""What a replay leaves: the topics as sorted JSON lines, and the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from pipeline.ledger import Ledger
from pipeline.record import Partition, Record
from pipeline.runtime.bus import Bus
from pipeline.runtime.replay.sorter import Sorter
from schemas.codec import decode, encode
from schemas.kinds import WindowState
from schemas.mention import Origin
from schemas.topics import DEADLETTERS, LATE, MENTIONS, SIGNALS, WINDOWS

PAGE = 1_000


class _Placed(msgspec.Struct):
    observed_at: str
    uid: str
    origin: Origin
    match: _Brand | None = None


class _Brand(msgspec.Struct):
    brand: str


class _WindowKey(msgspec.Struct):
    id: str
    brand: str
    start: str
    size: str
    state: WindowState
    revision: int


class _SignalKey(msgspec.Struct):
    id: str
    at: str
    brand: str


class _LetterKey(msgspec.Struct):
    topic: str
    partition: int
    offset: int
    observed_at: str


async def write_results(bus: Bus, out: Path, ledger: Ledger) -> None:
    """Write `mentions.jsonl`, `changes.jsonl` (deletes and edits), `windows.jsonl` (finals), `signals.jsonl`, `late.jsonl`,
    `deadletters.jsonl`, `ledger.json`."""
    await _write_mentions(bus, MENTIONS, out / "mentions.jsonl", out / "changes.jsonl")
    await _write_mentions(bus, LATE, out / "late.jsonl")
    await _write_windows(bus, out)
    await _write_signals(bus, out)
    await _write_letters(bus, out)
    (out / "ledger.json").write_bytes(msgspec.json.format(encode(ledger), indent=2) + b"\n")


async def _write_mentions(bus: Bus, topic: str, matched: Path, changes: Path | None = None) -> None:
    """Mentions of a brand to `matched`, changes to whatever was said before to `changes`."""
    keys = ("TEXT", "TEXT", "INTEGER")
    brands = Sorter(matched.with_suffix(".sort"), keys)
    others = None if changes is None else Sorter(changes.with_suffix(".sort"), keys)
    async for record in _records(bus, topic):
        place = decode(_Placed, record.value or b"")
        sorter = brands if place.match is not None else others
        if sorter is not None:
            sorter.add([(place.observed_at, place.uid, place.origin.ordinal, record.value or b"")])
    _write(brands, matched)
    if others is not None and changes is not None:
        _write(others, changes)


async def _write_windows(bus: Bus, out: Path) -> None:
    """Finals alone; of a window corrected by backfill the latest revision."""
    sorter = Sorter(out / "windows.sort", ("TEXT", "TEXT", "TEXT", "INTEGER"))
    async for record in _records(bus, WINDOWS):
        key = decode(_WindowKey, record.value or b"")
        if key.state is WindowState.FINAL:
            sorter.add([(key.start, key.brand, key.size, key.revision, record.value or b"")])
    with (out / "windows.jsonl").open("wb") as file:
        last: tuple[object, ...] = ()
        line = b""
        for row in sorter:
            if row[:3] != last and line:
                file.write(line + b"\n")
            last, line = row[:3], _payload(row)
        if line:
            file.write(line + b"\n")
    sorter.close()


async def _write_signals(bus: Bus, out: Path) -> None:
    """Each id once: a repeat says nothing new."""
    sorter = Sorter(out / "signals.sort", ("TEXT", "TEXT", "TEXT"))
    seen: set[str] = set()
    async for record in _records(bus, SIGNALS):
        key = decode(_SignalKey, record.value or b"")
        if key.id not in seen:
            seen.add(key.id)
            sorter.add([(key.at, key.brand, key.id, record.value or b"")])
    _write(sorter, out / "signals.jsonl")


async def _write_letters(bus: Bus, out: Path) -> None:
    sorter = Sorter(out / "deadletters.sort", ("TEXT", "TEXT", "INTEGER", "INTEGER"))
    async for record in _records(bus, DEADLETTERS):
        key = decode(_LetterKey, record.value or b"")
        sorter.add([(key.observed_at, key.topic, key.partition, key.offset, record.value or b"")])
    _write(sorter, out / "deadletters.jsonl")


async def _records(bus: Bus, topic: str) -> AsyncIterator[Record]:
    for number in range(bus.partitions(topic)):
        offset = 0
        while page := await bus.read(Partition(topic, number), offset, PAGE):
            offset = page[-1].offset + 1
            for record in page:
                if not record.is_tick:
                    yield record


def _write(sorter: Sorter, path: Path) -> None:
    with path.open("wb") as file:
        for row in sorter:
            file.write(_payload(row) + b"\n")
    sorter.close()


def _payload(row: tuple[object, ...]) -> bytes:
    payload = row[-1]
    if not isinstance(payload, bytes):
        raise TypeError("a sorter row ends with its payload")
    return payload
