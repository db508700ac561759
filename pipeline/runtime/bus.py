"""The bus: partitioned topics, consumer positions and processor state behind one interface.

The embedded bus (SQLite) and Kafka implement it; `tests/contract` holds both to the same behaviour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.record import Outgoing, Partition, Record


class BusFull(Exception):
    """The bus refuses appends until consumers catch up: back pressure. Wait and append the same records again."""


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
    """Ordered partitions by key, consumer groups' offsets, state. Every call returns when its effect is durable."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def append(self, records: Sequence[Outgoing]) -> None:
        """Append all or none. Raises BusFull under back pressure, KeyError for an undeclared topic."""
        ...

    async def read(self, partition: Partition, offset: int, limit: int) -> list[Record]:
        """Up to `limit` records from `offset` on, at once, in order; empty at the end of the log."""
        ...

    async def wait(self, partitions: Mapping[Partition, int], timeout: float) -> bool:
        """Wait until one of the partitions has a record at or after the given offset; False after `timeout` seconds."""
        ...

    async def commit(self, commit: Commit) -> None:
        """Outputs, state and offsets as one: after a crash either all of them are there or none."""
        ...

    async def committed(self, group: str) -> Mapping[Partition, int]:
        """The group's next offsets."""
        ...

    async def load_state(self, owner: str, partition: int) -> Mapping[str, bytes]: ...

    async def end_offset(self, partition: Partition) -> int:
        """The offset that the next appended record will get."""
        ...

    async def offset_at(self, partition: Partition, timestamp: int) -> int:
        """The first offset whose append time is at or after `timestamp`; the end offset when there is none."""
        ...

    async def events_appended(self, topic: str) -> int:
        """How many ledger events were ever appended to the topic: on social.raw all but ticks, on social.mentions
        matched mentions with ordinal 0. Counted at append, kept after retention."""
        ...

    def partitions(self, topic: str) -> int: ...
