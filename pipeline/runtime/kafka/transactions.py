"""A step's outputs, state and offsets in one Kafka transaction."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced
from aiokafka.structs import TopicPartition

from pipeline.record import Outgoing, Partition
from pipeline.runtime.kafka import writer
from pipeline.runtime.kafka.faults import FencedError


class Transaction:
    """One step, begun."""

    def __init__(self, producer: AIOKafkaProducer, prefix: str, group: str) -> None:
        self._producer = producer
        self._prefix = prefix
        self._group = group

    async def send(self, records: Mapping[Partition, Sequence[Outgoing]]) -> dict[Partition, int]:
        """Send the records, each with its timestamp; returns the offset after the last one of each partition."""
        return await writer.send(self._producer, self._prefix, records)

    async def move(self, offsets: Mapping[Partition, int]) -> None:
        """Set the group's offsets along with the rest."""
        if offsets:
            moved = {TopicPartition(self._prefix + p.topic, p.number): offset for p, offset in offsets.items()}
            await self._producer.send_offsets_to_transaction(moved, self._prefix + self._group)

    async def commit(self) -> None:
        await self._producer.commit_transaction()


class Transactions:
    """A transactional producer per owner and partition when `fencing`, so that a second worker shuts out the first; else one."""

    def __init__(self, bootstrap: str, prefix: str, *, fencing: bool) -> None:
        self._bootstrap = bootstrap
        self._prefix = prefix
        self._own = None if fencing else f"{prefix}{uuid.uuid4()}"
        self._producers: dict[str, AIOKafkaProducer] = {}
        self._lost: set[str] = set()

    async def claim(self, owner: str, partition: int) -> None:
        """Take over the owner's partition, when fencing: what a predecessor left unfinished is undone, and it is shut out."""
        if self._own is None:
            await self._producer(self._id(owner, partition), owner, partition)

    @contextlib.asynccontextmanager
    async def begin(self, group: str, owner: str, partition: int) -> AsyncIterator[Transaction]:
        """One transaction at a time; aborted when the body raises. Raises FencedError when another worker has taken over."""
        id = self._id(owner, partition)
        try:
            producer = await self._producer(id, owner, partition)
            await producer.begin_transaction()
            try:
                yield Transaction(producer, self._prefix, group)
            except BaseException:
                await self._abandon(id, producer)
                raise
        except (ProducerFenced, InvalidProducerEpoch) as fault:
            # To begin anew would shut out the successor in turn.
            self._lost.add(id)
            raise _fenced(owner, partition) from fault

    async def close(self) -> None:
        while self._producers:
            _, producer = self._producers.popitem()
            await producer.stop()

    def _id(self, owner: str, partition: int) -> str:
        return self._own or f"{self._prefix}{owner}-{partition}"

    async def _producer(self, id: str, owner: str, partition: int) -> AIOKafkaProducer:
        if id in self._lost:
            raise _fenced(owner, partition)
        producer = self._producers.get(id)
        if producer is None:
            producer = writer.producer(self._bootstrap, id)
            await producer.start()
            self._producers[id] = producer
        return producer

    async def _abandon(self, id: str, producer: AIOKafkaProducer) -> None:
        try:
            await producer.abort_transaction()
        except (KafkaError, AssertionError, ValueError):
            # Fenced, or in a state that the library does not leave: its successor's start ends the transaction.
            self._producers.pop(id, None)
            with contextlib.suppress(KafkaError):
                await producer.stop()


def _fenced(owner: str, partition: int) -> FencedError:
    return FencedError(
        f"another process works on {owner} partition {partition} now: this one was away for too long, "
        "or two were started for the same; nothing of this step was written"
    )
