"""What a broker answers to a Fetch, and what stands in it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

from pipeline.record import Partition, Record

_HEAD: Final = struct.Struct(">qi")
"""A batch begins with its first offset and the length of what follows these two."""
_LAST_DELTA: Final = struct.Struct(">i")
_LAST_DELTA_AT: Final = 23
"""Where a batch (format 2, the only one that Kafka 4 gives) says how far behind the first its last offset is."""


class Answer(NamedTuple):
    """Batches as they stand in the log from `offset` on; the last one may be cut off. `next`: the offset to go on from."""

    offset: int
    next: int
    aborted: list[tuple[int, int]] | None
    data: bytes


def answer(offset: int, aborted: list[tuple[int, int]] | None, data: bytes | None) -> Answer:
    return Answer(offset, next_offset(data or b"", offset), aborted, data or b"")


def next_offset(data: bytes, offset: int) -> int:
    """The offset after the last whole batch, found without reading what is in them."""
    start = 0
    while start + _HEAD.size <= len(data):
        first, length = _HEAD.unpack_from(data, start)
        if start + _HEAD.size + length > len(data):
            break
        offset = first + _LAST_DELTA.unpack_from(data, start + _LAST_DELTA_AT)[0] + 1
        start += _HEAD.size + length
    return offset


class _Batches(PartitionRecords):  # type: ignore[misc] # aiokafka has no types
    """The library's own reader of batches, which leaves out control records and what was aborted, without its records."""

    def __init__(self, partition: Partition, answer: Answer) -> None:
        records = MemoryRecords(answer.data)
        super().__init__(
            TopicPartition(*partition), records, answer.aborted, answer.offset, None, None, True, READ_COMMITTED
        )


class _Records(_Batches):
    def _consumer_record(self, tp: TopicPartition, record: Any) -> Record:
        topic, number = tp
        return Record(topic, number, record.offset, record.timestamp, record.key, record.value, tuple(record.headers))


class _Pairs(_Batches):
    def _consumer_record(self, tp: TopicPartition, record: Any) -> tuple[bytes | None, bytes | None]:
        return record.key, record.value


def records(partition: Partition, answer: Answer) -> list[Record]:
    """The committed records."""
    return list(_Records(partition, answer)) if answer.data else []


def pairs(partition: Partition, answer: Answer) -> Iterator[tuple[bytes | None, bytes | None]]:
    """Of the committed records only keys and values."""
    return iter(_Pairs(partition, answer)) if answer.data else iter(())
