"""The bus: partitioned topics, consumer positions and processor state behind one interface.

The embedded bus (SQLite) and Kafka implement it; `tests/contract` holds both to the same behaviour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.record import Outgoing, Partition, Record
from schemas.headers import LEDGER, TICK, Headers, get
from schemas.ids import hash64
from schemas.topics import MENTIONS


def partition_of(key: bytes | None, partitions: int) -> int:
    """The partition of a key among `partitions`: the same on every bus and machine. Records without a key share 0."""
    if key is None or partitions == 1:
        return 0
    return hash64(key.decode("utf-8", "surrogateescape")) % partitions


def is_tick(headers: Headers) -> bool:
    return ("ce_type", _TICK) in headers and get(headers, "ce_type") == TICK


_TICK = TICK.encode()


def counts_in_ledger(topic: str, headers: Headers) -> bool:
    """Whether a record is one event of the ledger (DESIGN rule 8): see `Bus.events_appended`."""
    if topic == MENTIONS:
        return LEDGER in headers
    return not is_tick(headers)


class BusFull(Exception):
    """The bus refuses events until consumers catch up: back pressure. Wait and append the same records again."""


@dataclass(slots=True)
class Commit:
    """What one step of a consumer leaves behind, all of it or nothing.

    `offsets` are the next offsets to read. `state` belongs to `owner` ("listen") and its input `partition`.
    """

    group: str
    owner: str
    partition: int
    offsets: Mapping[Partition, int]
    outputs: Sequence[Outgoing] = ()
    state: Mapping[str, bytes | None] = field(default_factory=dict)


class Bus(Protocol):
    """Ordered partitions by key, consumer groups' offsets, state. Every call returns when its effect is durable.

    A topic or partition that does not exist raises KeyError wherever it is named. Keys, values, headers (order and
    repeats included) and tombstones come back byte for byte. Offsets rise along a partition but may leave gaps: the next
    offset to read is `record.offset + 1`.
    """

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def append(self, records: Sequence[Outgoing]) -> None:
        """Append all or none, in order per partition. Equal keys of a topic share a partition (`partition_of`).

        Append times never go back within a partition: an earlier `timestamp` is raised to the previous record's.
        Raises BusFull when events for social.raw meet back pressure (ticks never do), ValueError for a record without a
        key on a compacted topic.
        """
        ...

    async def read(self, partition: Partition, offset: int, limit: int) -> list[Record]:
        """Up to `limit` records from `offset` on, at once, in order; empty at the end of the log."""
        ...

    async def wait(self, partitions: Mapping[Partition, int], timeout: float) -> bool:  # noqa: ASYNC109 (an answer, not a fault)
        """Wait until one of the partitions has a record at or after the given offset; False after `timeout` seconds."""
        ...

    async def commit(self, commit: Commit) -> None:
        """Outputs, state and offsets as one: after a crash either all of them are there or none. Never refused as full.

        Offsets are taken as given: a group may go back.
        """
        ...

    async def committed(self, group: str) -> Mapping[Partition, int]:
        """The group's next offsets; empty for a group that never committed."""
        ...

    async def load_state(self, owner: str, partition: int) -> Mapping[str, bytes]:
        """The union of all states committed by the owner for the partition, less the keys removed since."""
        ...

    async def end_offset(self, partition: Partition) -> int:
        """The offset that the next appended record will get."""
        ...

    async def offset_at(self, partition: Partition, timestamp: int) -> int:
        """The first offset whose append time is at or after `timestamp`; the end offset when there is none."""
        ...

    async def events_appended(self, topic: str) -> int:
        """How many ledger events were ever appended to the topic: on social.mentions the records with the LEDGER header
        (matched mentions with ordinal 0), elsewhere all but ticks. Counted at append, kept after retention."""
        ...

    def partitions(self, topic: str) -> int: ...
