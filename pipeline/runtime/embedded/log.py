"""One partition's log inside the file: rows in, records out, and the head that says where it ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec

from pipeline.record import Outgoing, Partition, Record, tick_to
from pipeline.runtime.bus import counts_in_ledger
from schemas.codec import RecordFault, decode, encode
from schemas.headers import NO_HEADERS, Headers
from schemas.tick import Tick
from schemas.topics import TOPICS

Row = tuple[int, int, bytes | None, bytes | int | None, bytes | int | None]
"""offset, timestamp, key, value, headers (MessagePack; null when empty). A tick keeps two integers instead: `at` less
the timestamp as its value, its origin as its headers. That makes a second of quiet cost about twenty bytes."""

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...]).decode
_TICK_HEADERS: Final[Headers] = tick_to("", 0, 0, 0).headers
_LARGEST: Final = 1 << 53


class Log:
    """One partition. The head (`first`, `next`, `last_timestamp`, `events`) is as of the bus's last look at the file."""

    def __init__(self, id: int, topic: str, number: int) -> None:
        self.id = id
        self.partition = Partition(topic, number)
        self.retention = TOPICS[topic].retention
        self.compacted = TOPICS[topic].cleanup == "compact"
        self.compaction_lag = TOPICS[topic].compaction_lag
        self.first = self.next = self.last_timestamp = self.events = 0
        self.table = f"log_{id}"
        self._insert = f"INSERT INTO {self.table} VALUES (?, ?, ?, ?, ?)"  # noqa: S608 (our own number)
        self._select = f"SELECT * FROM {self.table} WHERE offset >= ? ORDER BY offset LIMIT ?"  # noqa: S608 (same)
        self._seek = f"SELECT offset, timestamp FROM {self.table} WHERE offset >= ? ORDER BY offset LIMIT 1"  # noqa: S608 (same)

    def row(self, record: Outgoing, timestamp: int) -> Row:
        """The record's row at the end of the log; moves the head. The caller writes it, or reloads the head."""
        topic, key, value, headers, _, _ = record
        if key is None and self.compacted:
            raise ValueError(f"a record on the compacted topic {topic} needs a key: by it the latest is kept")
        if timestamp < self.last_timestamp:
            timestamp = self.last_timestamp
        else:
            self.last_timestamp = timestamp
        offset = self.next
        self.next += 1
        if counts_in_ledger(topic, headers):
            self.events += 1
        elif headers == _TICK_HEADERS and key is None and (tick := _plain_tick(value)):
            return offset, timestamp, None, tick.at - timestamp, tick.origin
        return offset, timestamp, key, value, _pack(headers) if headers else None

    def insert(self, db: sqlite3.Connection, rows: Sequence[Row]) -> None:
        db.executemany(self._insert, rows)

    def read(self, db: sqlite3.Connection, offset: int, limit: int) -> list[Record]:
        topic, number = self.partition
        return [
            Record(topic, number, at, timestamp, key, encode(Tick(timestamp + value, headers)), _TICK_HEADERS)
            if type(headers) is int
            else Record(topic, number, at, timestamp, key, value, _unpack(headers) if headers else NO_HEADERS)
            for at, timestamp, key, value, headers in db.execute(self._select, (offset, limit)).fetchall()
        ]

    def has_from(self, db: sqlite3.Connection, offset: int) -> bool:
        """Whether a record stands at or after `offset`: retention may have taken those between it and the end."""
        return self.next > offset and db.execute(self._seek, (offset,)).fetchone() is not None

    def offset_at(self, db: sqlite3.Connection, timestamp: int) -> int:
        """By bisection: append times never go back, so they need no index."""
        low, high = self.first, self.next
        while low < high:
            middle = (low + high) // 2
            found = db.execute(self._seek, (middle,)).fetchone()
            if found is None or found[0] >= high or found[1] >= timestamp:
                high = middle
            else:
                low = found[0] + 1
        found = db.execute(self._seek, (low,)).fetchone()
        return found[0] if found else self.next


def _plain_tick(value: bytes | None) -> Tick | None:
    """The tick, if two integers bring back these very bytes."""
    try:
        tick = decode(Tick, value or b"")
    except RecordFault:
        return None
    plain = 0 <= tick.at < _LARGEST and 0 <= tick.origin < _LARGEST and encode(tick) == value
    return tick if plain else None
