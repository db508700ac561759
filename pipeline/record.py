"""Records, what processors make of them, and the one interface by which every runner drives every processor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from schemas.codec import decode, encode
from schemas.headers import NO_HEADERS, TICK, Headers, get
from schemas.letter import DeadLetter
from schemas.tick import Tick

_IS_TICK = ("ce_type", TICK.encode())


class Partition(NamedTuple):
    topic: str
    number: int


class Record(NamedTuple):
    """One record as read from a topic. `timestamp` is its append time in milliseconds: the log's own time."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    """None is a tombstone."""
    headers: Headers = NO_HEADERS

    @property
    def is_tick(self) -> bool:
        # Asked of every record: most are told apart without looking at their headers one by one.
        return _IS_TICK in self.headers and get(self.headers, "ce_type") == TICK


class Outgoing(NamedTuple):
    """One record to append. Without `partition` the key chooses it; without `timestamp` the bus stamps its own time."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = NO_HEADERS
    partition: int | None = None
    timestamp: int | None = None


_TICK_HEADERS: Headers = (_IS_TICK,)


def tick_to(topic: str, partition: int, at: int, origin: int) -> Outgoing:
    """A tick for one partition of a topic: nothing observed before `at` will follow from `origin`."""
    return Outgoing(topic, None, encode(Tick(at, origin)), _TICK_HEADERS, partition, at)


def read_tick(record: Record) -> Tick:
    return decode(Tick, record.value or b"")


@dataclass(slots=True)
class Outputs:
    """What one batch led to. The runner writes records, letters and state before it acknowledges the input."""

    records: list[Outgoing] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)


class ScoringRequest(NamedTuple):
    """A text that a model outside of the core is to read, and the version of that model."""

    model: str
    text: str


Row = tuple[float, float, float]
"""A model's probabilities that a text is negative, neutral, positive."""


class Processor(Protocol):
    """One stage over one input partition. Pure: no clock, no I/O; the same records give the same outputs, however batched.

    A processor may hold records until time has passed far enough; `resume` says from where they must be read again.
    """

    def process(self, batch: Sequence[Record]) -> Outputs:
        """Take records in partition order; return what they, and any held before, led to. An empty batch only retries."""
        ...

    def snapshot(self) -> Mapping[str, bytes | None]:
        """State keys changed since the last snapshot; None removes a key."""
        ...

    def restore(self, state: Mapping[str, bytes]) -> None:
        """Start from the union of all snapshots ever taken."""
        ...

    @property
    def held(self) -> int:
        """How many records are held back. The runner stops reading above a limit: back pressure."""
        ...

    def resume(self) -> Mapping[Partition, int]:
        """For each input partition seen, the offset from which a restart must read: everything below it is in the state."""
        ...


@runtime_checkable
class Asking(Processor, Protocol):
    """A processor that a model outside can help. `process` is `prepare` and then `complete` without answers."""

    def prepare(self, batch: Sequence[Record]) -> Sequence[ScoringRequest]:
        """Take records as `process` does; return what to ask the model before `complete`, which must come next."""
        ...

    def complete(self, scores: Sequence[Row | None]) -> Outputs:
        """The outputs of the batch prepared, with an answer for each request, in order; None where there is none."""
        ...
