"""Faust's Kafka transport as we need it: committed records only, positions from the state, and every record with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage
from mode.threads import ServiceThread, WorkerThread

from pipeline.record import Record
from pipeline.runtime.faust.shares import Arrival

FETCH_WAIT_MILLIS: Final = 500
"""How long the broker may hold a fetch that finds nothing. It answers as soon as there is something."""


class Message(ConsumerMessage):
    """Everything that was fetched of a partition at once. Faust takes one turn of the event loop for each message: with a
    message for each record a loop that has other work lets through a few hundred a second, whatever waits.
    """

    __slots__ = ("arrivals",)
    arrivals: Sequence[Arrival]


class _Daemon(WorkerThread):
    """A thread that does not keep a process alive whose broker is away."""

    def __init__(self, service: ServiceThread, **options: Any) -> None:
        super().__init__(service, **options)
        self.daemon = True


class _Thread(driver.AIOKafkaConsumerThread):
    """Faust's reader: a thread with a loop of its own, so that heartbeats go on during a long step."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._stands: dict[TopicPartition, int] = {}

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        # Faust's own reads uncommitted records unless it commits transactions itself, and fixes the fetch wait.
        conf = self.app.conf
        return AIOKafkaConsumer(
            bootstrap_servers=_ours(transport).bootstrap,
            client_id=conf.broker_client_id,
            group_id=conf.id,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            partition_assignment_strategy=[RoundRobinPartitionAssignor],
            session_timeout_ms=_millis(conf.broker_session_timeout),
            heartbeat_interval_ms=_millis(conf.broker_heartbeat_interval),
            rebalance_timeout_ms=_millis(conf.broker_rebalance_timeout),
            max_poll_interval_ms=_millis(conf.broker_max_poll_interval),
            request_timeout_ms=_millis(conf.broker_request_timeout),
            max_poll_records=conf.broker_max_poll_records,
            fetch_max_wait_ms=FETCH_WAIT_MILLIS,
            retry_backoff_ms=50,
        )

    async def _seek_wait(self, consumer: AIOKafkaConsumer, partitions: Mapping[TP, int]) -> None:
        self._stands |= {TopicPartition(*tp): offset for tp, offset in partitions.items()}
        await super()._seek_wait(consumer, partitions)

    async def _fetch_records(self, *args: Any, **options: Any) -> dict[TopicPartition, list[list[Arrival]]]:
        fetched = await super()._fetch_records(*args, **options)
        return {partition: [self._placed(partition, records)] for partition, records in fetched.items() if records}

    def _placed(self, partition: TopicPartition, records: list[Any]) -> list[Arrival]:
        topic = _ours(self.transport).name_of(partition.topic)
        after = self._stands.get(partition, records[0].offset)
        placed = []
        for found in records:
            record = Record(
                topic,
                found.partition,
                found.offset,
                found.timestamp,
                found.key,
                found.value,
                tuple(found.headers),
            )
            placed.append(Arrival(record, after))
            after = found.offset + 1
        self._stands[partition] = after
        return placed


class Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon, Worker=_Daemon)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Where Faust asks for the group's offsets it gets the processors' positions: the same, and never older."""
        assigned = self.assignment()
        found = {tp: offset for tp, offset in _ours(self.transport).positions().items() if tp in assigned}
        if found:
            await self._thread.seek_wait(found)
        return found

    def _to_message(self, tp: TP, arrivals: Sequence[Arrival]) -> Message:
        last = arrivals[-1].record
        message = Message(
            tp.topic,
            last.partition,
            last.offset,
            last.timestamp / 1000,
            0,
            None,
            None,
            None,
            None,
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )
        message.arrivals = arrivals
        return message


class Transport(driver.Transport):
    """`prefix` stands before topics' names on the cluster. `positions` says where reading is to go on, by partition."""

    Consumer = Consumer

    def __init__(self, app: Any, bootstrap: str, prefix: str, positions: Callable[[], Mapping[TP, int]]) -> None:
        super().__init__(app.conf.broker_consumer, app)
        self.bootstrap = bootstrap
        self._prefix = prefix
        self.positions = positions

    def name_of(self, topic: str) -> str:
        return topic.removeprefix(self._prefix)


def _ours(transport: object) -> Transport:
    """For the type checker: Faust knows its own kind only."""
    assert isinstance(transport, Transport)
    return transport


def _millis(seconds: float) -> int:
    return int(seconds * 1000)
