"""Reading committed records by offset: one Fetch a call, answered at once, and what it brought kept for the next call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.fetcher import READ_COMMITTED
from aiokafka.errors import LeaderNotAvailableError, OffsetOutOfRangeError, RequestTimedOutError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.offset import OffsetRequest
from aiokafka.structs import TopicPartition

from pipeline.record import Partition, Record
from pipeline.runtime.kafka.batches import Answer, answer, records
from pipeline.runtime.kafka.faults import patiently, raise_for

log = logging.getLogger("escucha.kafka")
LATEST: Final = -1
EARLIEST: Final = -2
PARTITION_BYTES: Final = 1 << 20
_FETCH_BYTES: Final = 32 << 20
_LONGEST_WAIT_SECONDS: Final = 5.0
"""Well below the time after which the client takes a broker for dead."""


class Fetched(NamedTuple):
    """What stood from an offset on: records that are committed, and where to go on. Equal to the offset asked: the end."""

    records: list[Record]
    next: int


@dataclass(slots=True)
class _Kept:
    """A stretch of a partition: all its committed records below `next`, from the first one on."""

    records: list[Record] = field(default_factory=list)
    start: int = 0
    next: int = 0

    def index(self, offset: int) -> int | None:
        """Where the records from `offset` on begin, if this stretch tells."""
        if not self.start <= offset <= self.next:
            return None
        low, high = 0, len(self.records)
        while low < high:
            middle = (low + high) // 2
            if self.records[middle].offset < offset:
                low = middle + 1
            else:
                high = middle
        return low


class Reader:
    """Reads through `client`. `prefix` stands before the topics' names on the cluster and in no record."""

    def __init__(self, client: AIOKafkaClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._kept: dict[Partition, _Kept] = {}

    async def read(self, partition: Partition, offset: int, limit: int) -> list[Record]:
        """Up to `limit` committed records from `offset` on; empty at the end of what is committed."""
        kept = self._kept.get(partition)
        index = kept.index(offset) if kept is not None else None
        if kept is None or index is None:
            kept = self._kept[partition] = _Kept(start=offset, next=offset)
            index = 0
        if len(kept.records) - index >= limit:
            await asyncio.sleep(0)
            return kept.records[index : index + limit]
        found = kept.records[index:]
        position = max(kept.next, offset)
        while len(found) < limit:
            fetched = await self.fetch(partition, position)
            if fetched.next == position:
                break
            found += fetched.records
            position = fetched.next
        self._kept[partition] = _Kept(found, offset, position)
        return found[:limit]

    async def has_from(self, partitions: Mapping[Partition, int], wait: float, client: AIOKafkaClient) -> bool:
        """Whether a committed record stands at or after one of the offsets; waits for the broker up to `wait` seconds."""
        for partition, offset in partitions.items():
            kept = self._kept.get(partition)
            index = kept.index(offset) if kept is not None else None
            if kept is not None and index is not None and index < len(kept.records):
                return True
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        positions = dict(partitions)
        while True:
            left = max(0.0, deadline - loop.time())
            found = await self.fetch_many(positions, wait=min(left, _LONGEST_WAIT_SECONDS), client=client)
            moved = False
            for partition, fetched in found.items():
                if fetched.records:
                    self._kept[partition] = _Kept(fetched.records, partitions[partition], fetched.next)
                    return True
                moved |= fetched.next != positions[partition]
                positions[partition] = fetched.next
            if not moved and loop.time() >= deadline:
                return False

    async def fetch(self, partition: Partition, offset: int) -> Fetched:
        """What the broker has from `offset` on, at once."""
        return (await self.fetch_many({partition: offset}))[partition]

    async def fetch_many(
        self, positions: Mapping[Partition, int], *, wait: float = 0, client: AIOKafkaClient | None = None
    ) -> dict[Partition, Fetched]:
        """Likewise for several; the broker waits up to `wait` seconds until there is something in one of them."""
        asked = client or self._client
        answers = await patiently(asked, lambda: self._fetch(asked, positions, wait, PARTITION_BYTES))
        return {partition: Fetched(records(partition, found), found.next) for partition, found in answers.items()}

    async def ask(self, partition: Partition, offset: int, size: int, client: AIOKafkaClient) -> Answer:
        """Up to `size` bytes of batches from `offset` on, at once and as they are."""
        return (await patiently(client, lambda: self._fetch(client, {partition: offset}, 0, size)))[partition]

    async def offsets(self, partitions: Sequence[Partition], which: int) -> dict[Partition, int]:
        """For each partition the offset that LATEST (the end of what is committed) or EARLIEST stands for."""
        return await patiently(self._client, lambda: self._offsets(partitions, which))

    async def _fetch(
        self, client: AIOKafkaClient, positions: Mapping[Partition, int], wait: float, size: int
    ) -> dict[Partition, Answer]:
        by_leader = _by_leader(client, self._prefix, positions)
        # Only one broker may hold the answer back: the others are asked what they have now.
        pause = int(wait * 1000) if len(by_leader) == 1 else min(int(wait * 1000), 50)
        replies = await asyncio.gather(
            *(
                client.send(
                    node,
                    FetchRequest(
                        pause,
                        1,
                        _FETCH_BYTES,
                        READ_COMMITTED,
                        [(self._prefix + p.topic, [(p.number, positions[p], size)]) for p in partitions],
                    ),
                )
                for node, partitions in by_leader.items()
            )
        )
        found: dict[Partition, Answer] = {}
        for reply in replies:
            for topic, parts in reply.topics:
                for number, code, _, *rest in parts:
                    partition = Partition(topic.removeprefix(self._prefix), number)
                    position = positions[partition]
                    if code and for_code(code) is OffsetOutOfRangeError:
                        # Below what retention kept: go on where the log begins. Above the end: there is nothing.
                        first = (await self._offsets([partition], EARLIEST))[partition]
                        if first > position:
                            log.warning(
                                "%s/%d: offsets %d to %d went with retention, unread", *partition, position, first - 1
                            )
                        found[partition] = Answer(position, max(first, position), None, b"")
                        continue
                    raise_for(code, f"{topic}/{number}")
                    aborted = rest[2] if reply.API_VERSION >= 11 else rest[-2]
                    found[partition] = answer(position, aborted, rest[-1])
        if missing := positions.keys() - found.keys():
            # A quota: the broker answers with nothing at all, which is not the end of the log, and says for how long.
            await asyncio.sleep(max(reply.throttle_time_ms for reply in replies) / 1000)
            raise RequestTimedOutError(f"{', '.join(p.topic for p in missing)}: held back by a quota of the cluster")
        return found

    async def _offsets(self, partitions: Sequence[Partition], which: int) -> dict[Partition, int]:
        found: dict[Partition, int] = {}
        for node, led in _by_leader(self._client, self._prefix, partitions).items():
            by_topic: dict[str, list[tuple[int, int]]] = {}
            for partition in led:
                by_topic.setdefault(self._prefix + partition.topic, []).append((partition.number, which))
            answer = await self._client.send(node, OffsetRequest(-1, READ_COMMITTED, list(by_topic.items())))
            for topic, parts in answer.topics:
                for number, code, _, offset in parts:
                    raise_for(code, f"{topic}/{number}")
                    found[Partition(topic.removeprefix(self._prefix), number)] = offset
        return found


def _by_leader(
    client: AIOKafkaClient, prefix: str, partitions: Mapping[Partition, int] | Sequence[Partition]
) -> dict[int, list[Partition]]:
    led: dict[int, list[Partition]] = {}
    for partition in partitions:
        node = client.cluster.leader_for_partition(TopicPartition(prefix + partition.topic, partition.number))
        if node is None or node == -1:
            raise LeaderNotAvailableError(f"{partition.topic}/{partition.number}")
        led.setdefault(node, []).append(partition)
    return led
