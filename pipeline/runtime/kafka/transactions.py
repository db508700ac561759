"""A step's outputs, state and offsets in one Kafka transaction."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced
from aiokafka.structs import TopicPartition

from pipeline.record import Outgoing, Partition
from pipeline.runtime.kafka import writer
from pipeline.runtime.kafka.faults import PATIENCE_SECONDS, FencedError, KafkaBusError

_ABORT_SECONDS: Final = 5.0
"""How long to try to undo a transaction in order; after that its successor, or the broker, does."""


class Transaction:
    """One step, begun."""

    def __init__(self, producer: AIOKafkaProducer, prefix: str, group: str) -> None:
        self._producer = producer
        self._prefix = prefix
        self._group = group
        self.ending = False
        """Whether the broker was asked to commit: from then on only it knows the outcome."""
        self.committed = False

    async def write(
        self, records: Mapping[Partition, Sequence[Outgoing]], offsets: Mapping[Partition, int]
    ) -> dict[Partition, int]:
        """Send the records, each with its timestamp, and set the group's offsets; returns where each partition then ends.

        The records go first and together: one request names their partitions, one more brings them. A change to the
        transaction meanwhile, as offsets are, would have the broker refuse them for a moment and cost a pause of 20 ms.
        """
        ends = await writer.send(self._producer, self._prefix, records)
        if offsets:
            moved = {TopicPartition(self._prefix + p.topic, p.number): offset for p, offset in offsets.items()}
            await self._producer.send_offsets_to_transaction(moved, self._prefix + self._group)
        return ends

    async def commit(self) -> None:
        self.ending = True
        await self._producer.commit_transaction()
        self.committed = True


class Transactions:
    """A transactional producer per owner and partition when `fencing`, so that a second worker shuts out the first; else one.

    Transactions of different partitions go on side by side, those of one partition one after the other.
    """

    def __init__(self, bootstrap: str, prefix: str, *, fencing: bool) -> None:
        self._bootstrap = bootstrap
        self._prefix = prefix
        self._own = None if fencing else f"{prefix}{uuid.uuid4()}"
        self._producers: dict[str, AIOKafkaProducer] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._lost: dict[str, KafkaBusError] = {}

    async def claim(self, owner: str, partition: int) -> None:
        """Take over the owner's partition, when fencing: what a predecessor left unfinished is undone, and it is shut out."""
        if self._own is None:
            id = self._id(owner, partition)
            async with self._locks[id]:
                try:
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        await self._producer(id)
                except (KafkaError, TimeoutError) as fault:
                    raise KafkaBusError(f"{owner} partition {partition} cannot be taken over: {fault!r}") from fault

    async def release(self, owner: str, partition: int) -> None:
        """Forget the owner's partition and everything held for it, a lost claim included; `claim` takes it anew."""
        if self._own is not None:
            return
        id = self._id(owner, partition)
        async with self._locks[id]:
            self._lost.pop(id, None)
            producer = self._producers.pop(id, None)
            if producer is not None:
                await writer.stop(producer)

    @contextlib.asynccontextmanager
    async def begin(self, group: str, owner: str, partition: int) -> AsyncIterator[Transaction]:
        """A transaction; aborted when the body raises.

        Raises FencedError when another worker has taken over, and KafkaBusError when the broker refuses the step, or does
        not take it in PATIENCE_SECONDS. If what became of it is not certain, later ones are refused too.
        """
        id = self._id(owner, partition)
        transaction: Transaction | None = None
        async with self._locks[id]:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    producer = await self._producer(id)
                    await producer.begin_transaction()
                    transaction = Transaction(producer, self._prefix, group)
                    try:
                        yield transaction
                    except BaseException:
                        if not transaction.committed:
                            await self._abandon(id, producer, owner, partition)
                        raise
            except (ProducerFenced, InvalidProducerEpoch) as fault:
                # To begin anew would shut out the successor in turn.
                self._lost[id] = _fenced(owner, partition)
                raise _fenced(owner, partition) from fault
            except (KafkaError, TimeoutError) as fault:
                if transaction is not None and transaction.ending:
                    raise _uncertain(owner, partition) from fault
                raise _refused(owner, partition, fault) from fault

    async def close(self) -> None:
        while self._producers:
            _, producer = self._producers.popitem()
            await writer.stop(producer)

    def _id(self, owner: str, partition: int) -> str:
        return self._own or f"{self._prefix}{owner}-{partition}"

    async def _producer(self, id: str) -> AIOKafkaProducer:
        lost = self._lost.get(id)
        if lost is not None:
            raise type(lost)(*lost.args)
        producer = self._producers.get(id)
        if producer is None:
            producer = writer.producer(self._bootstrap, id)
            try:
                await producer.start()
            except BaseException:
                await writer.stop(producer)
                raise
            self._producers[id] = producer
        return producer

    async def _abandon(self, id: str, producer: AIOKafkaProducer, owner: str, partition: int) -> None:
        try:
            async with asyncio.timeout(_ABORT_SECONDS):
                await producer.abort_transaction()
        except (KafkaError, AssertionError, ValueError, TimeoutError):
            # Fenced, or in a state that the library does not leave: its successor's start ends the transaction. To begin
            # anew here could shut a successor out, and would repeat a step that may have been committed.
            self._producers.pop(id, None)
            if self._own is None:
                self._lost[id] = _uncertain(owner, partition)
            await writer.stop(producer)


def _fenced(owner: str, partition: int) -> FencedError:
    return FencedError(
        f"another process works on {owner} partition {partition} now: this one was away for too long, "
        "or two were started for the same; nothing of this step was written"
    )


def _refused(owner: str, partition: int, fault: Exception) -> KafkaBusError:
    said = f"{type(fault).__name__}: {fault}".rstrip(": ")
    if isinstance(fault, TimeoutError):
        said = f"not taken within {PATIENCE_SECONDS:.0f} s: is a topic gone, or a broker down?"
    return KafkaBusError(f"a step of {owner} partition {partition} was not committed ({said}); its input is read again")


def _uncertain(owner: str, partition: int) -> KafkaBusError:
    return KafkaBusError(
        f"it is not certain whether a step of {owner} partition {partition} was committed: load its state anew"
    )
