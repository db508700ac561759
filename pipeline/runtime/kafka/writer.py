"""Writing: producers, batches built by partition, append times that never go back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from pipeline.record import Outgoing, Partition
from pipeline.runtime.kafka.reader import LATEST, Reader
from pipeline.runtime.kafka.topics import MESSAGE_BYTES

BATCH_BYTES: Final = 1 << 20
TRANSACTION_MILLIS: Final = 60_000
"""After this the broker undoes a transaction that nobody ends, and shuts its producer out; readers wait as long, and up to
ten seconds more until it looks. A successor undoes it at once. Shorter than a broker's restart or failover, it would
end workers that only waited for one."""
_STOP_SECONDS: Final = 5.0


def producer(bootstrap: str, transactional_id: str | None = None) -> AIOKafkaProducer:
    """Idempotent, acknowledged by all replicas in sync; not started."""
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        transactional_id=transactional_id,
        max_batch_size=BATCH_BYTES,
        max_request_size=MESSAGE_BYTES,
        linger_ms=0,
        retry_backoff_ms=20,
        transaction_timeout_ms=TRANSACTION_MILLIS,
    )


async def stop(producer: AIOKafkaProducer) -> None:
    """End the producer, delivering what it still holds; when the broker does not take that soon, without."""
    with contextlib.suppress(KafkaError, TimeoutError):
        async with asyncio.timeout(_STOP_SECONDS):
            await producer.stop()
            return
    # Its own `stop` waits for the delivery of every batch, for ever.
    with contextlib.suppress(KafkaError):
        await producer._sender.close()
    await producer.client.close()


async def send(
    producer: AIOKafkaProducer, prefix: str, records: Mapping[Partition, Sequence[Outgoing]]
) -> dict[Partition, int]:
    """Write the records, each with its timestamp; returns the offset after the last one of each partition."""
    for topic in {partition.topic for partition in records}:
        # The client begins by knowing all topics, and from the first one it is told of on only those it was told of: what
        # was handed over for another by then would wait for a leader until it is given up.
        await producer.client.add_topic(prefix + topic)
    sent: list[tuple[Partition, BatchBuilder, asyncio.Future[RecordMetadata]]] = []
    for partition, ours in records.items():
        for batch in _batches(producer, ours):
            future = await producer.send_batch(batch, prefix + partition.topic, partition=partition.number)
            sent.append((partition, batch, future))
    done = await asyncio.gather(*(future for _, _, future in sent))
    return {
        partition: metadata.offset + batch.record_count()
        for (partition, batch, _), metadata in zip(sent, done, strict=True)
    }


def _batches(producer: AIOKafkaProducer, records: Iterable[Outgoing]) -> list[BatchBuilder]:
    batch = producer.create_batch()
    batches = [batch]
    for _, key, value, headers, _, timestamp in records:
        if batch.append(key=key, value=value, timestamp=timestamp, headers=list(headers)) is None:
            batch = producer.create_batch()
            batches.append(batch)
            if batch.append(key=key, value=value, timestamp=timestamp, headers=list(headers)) is None:
                raise ValueError("a batch takes at least one record")
    return batches if batch.record_count() or len(batches) > 1 else []


@dataclass(slots=True)
class _Tail:
    """The end of a partition as of our last look: where it was, and the append time of its last record."""

    end: int
    timestamp: int


class Clocks:
    """Append times that never go back within a partition, on topics whose records bring them.

    The broker checks nothing there, so the last record's time is read before an append. Two producers that append to
    one partition in the same moment may still cross; on topics with the broker's time they cannot.
    """

    def __init__(self, reader: Reader, broker_timed: set[str]) -> None:
        self._reader = reader
        self.broker_timed = broker_timed
        """Topics with the broker's time: their records need no stamp of ours."""
        self._tails: dict[Partition, _Tail] = {}

    async def stamp(self, records: Sequence[tuple[Partition, Outgoing]], now: int) -> dict[Partition, list[Outgoing]]:
        """The records by partition, in order, each with the time it will have."""
        grouped: dict[Partition, list[Outgoing]] = {}
        for partition, record in records:
            grouped.setdefault(partition, []).append(record)
        await self._look([partition for partition in grouped if partition.topic not in self.broker_timed])
        for partition, ours in grouped.items():
            tail = self._tails.get(partition)
            latest = tail.timestamp if tail is not None else 0
            for index, record in enumerate(ours):
                latest = max(latest, now if record.timestamp is None else record.timestamp)
                ours[index] = record._replace(timestamp=latest)
        return grouped

    def sent(self, records: Mapping[Partition, Sequence[Outgoing]], ends: Mapping[Partition, int]) -> None:
        """What was stamped now stands in the log, up to the given ends."""
        for partition, ours in records.items():
            if partition.topic not in self.broker_timed and partition in ends:
                self._tails[partition] = _Tail(ends[partition], ours[-1].timestamp or 0)

    async def _look(self, partitions: Sequence[Partition]) -> None:
        if not partitions:
            return
        ends = await self._reader.offsets(partitions, LATEST)
        for partition, end in ends.items():
            tail = self._tails.get(partition)
            if tail is None or tail.end != end:
                self._tails[partition] = _Tail(end, await self._last_time(partition, end, tail))

    async def _last_time(self, partition: Partition, end: int, tail: _Tail | None) -> int:
        """The append time of the last record below `end`, looking back from there past markers of transactions."""
        back = 2
        known = tail.end if tail is not None else 0
        while True:
            position = max(known, end - back, 0)
            start = position
            latest = None
            while position < end:
                fetched = await self._reader.fetch(partition, position)
                if fetched.next == position:
                    break
                if fetched.records:
                    latest = fetched.records[-1].timestamp
                position = fetched.next
            if latest is not None:
                return max(latest, tail.timestamp if tail is not None else 0)
            if start <= known:
                return tail.timestamp if tail is not None else 0
            back *= 8
