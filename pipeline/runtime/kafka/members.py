"""Membership of a consumer group for its assignment alone: which partitions are ours, now and after every rebalance."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.errors import KafkaConnectionError, KafkaError, NodeNotReadyError, RequestTimedOutError
from aiokafka.structs import TopicPartition

from pipeline.runtime.kafka.faults import PATIENCE_SECONDS, KafkaBusError

SESSION_SECONDS: Final = 15.0
"""A member that is not heard of for so long loses its partitions to the others."""
REBALANCE_SECONDS: Final = 60.0
"""How long the others wait for a member to finish the step in hand or to restore a large state."""
_LOOK_SECONDS: Final = 0.5
_LEAVE_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.5
log = logging.getLogger("escucha.kafka")

Assigned = Callable[[frozenset[int]], Awaitable[None]]
Revoked = Callable[[], Awaitable[None]]


class Membership:
    """One member of `group`, which shares the partitions of `topic` among its members. Reads nothing, commits nothing.

    `prefix` stands before both names on the cluster. `session`: see SESSION_SECONDS.
    """

    def __init__(
        self, bootstrap: str, group: str, topic: str, *, prefix: str = "", session: float = SESSION_SECONDS
    ) -> None:
        self._bootstrap = bootstrap
        self._group = prefix + group
        self._topic = prefix + topic
        self._session = session

    async def run(self, stop: asyncio.Event, assigned: Assigned, revoked: Revoked) -> None:
        """Take part until `stop`, then leave, so that the others take over at once.

        `revoked` is awaited before the group gives our partitions to anybody, and at the end; `assigned` gets all that
        are ours from then on. Whatever either raises ends the run. Raises KafkaBusError when the group cannot be joined,
        or does not hear us leave.
        """
        consumer = await self._joined()
        listener = _Listener(consumer, assigned, revoked)
        try:
            consumer.subscribe([self._topic], listener=listener)
            while not stop.is_set() and listener.fault is None:
                await self._look(consumer)
            if listener.fault is not None:
                raise listener.fault
            await revoked()
        finally:
            left = await _left(consumer)
        if not left:
            raise KafkaBusError(
                f"{self._group} has not left its group after {_LEAVE_SECONDS:.0f} s; is the broker away? "
                "What was committed stands; the rest is done again"
            )

    async def _look(self, consumer: AIOKafkaConsumer) -> None:
        """All partitions are paused, so nothing comes: this is where the library reports what befell the group."""
        try:
            await consumer.getmany(timeout_ms=int(_LOOK_SECONDS * 1000))
        except KafkaError as fault:
            if not _passes(fault):
                raise KafkaBusError(f"group {self._group} on {self._topic}: {fault!r}") from fault
            log.warning("group %s: %r; trying again", self._group, fault)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _joined(self) -> AIOKafkaConsumer:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        while True:
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self._bootstrap,
                group_id=self._group,
                enable_auto_commit=False,
                auto_offset_reset="latest",
                session_timeout_ms=int(self._session * 1000),
                heartbeat_interval_ms=int(self._session * 1000 / 5),
                rebalance_timeout_ms=int(REBALANCE_SECONDS * 1000),
                # What is slow here is a step, not a poll; whether steps advance is watched elsewhere.
                max_poll_interval_ms=2**31 - 1,
            )
            try:
                await consumer.start()
            except KafkaError as fault:
                with contextlib.suppress(KafkaError):
                    await consumer.stop()
                if not _passes(fault) or loop.time() >= deadline:
                    raise KafkaBusError(
                        f"group {self._group} cannot be joined at {self._bootstrap}: {fault}"
                    ) from fault
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return consumer


async def _left(consumer: AIOKafkaConsumer) -> bool:
    """Whether the group has heard us leave; where it has not, the session's end tells it."""
    try:
        await asyncio.wait_for(consumer.stop(), _LEAVE_SECONDS)
    except (TimeoutError, KafkaError):
        return False
    return True


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # the library ships no types
    """The library logs what its listeners raise and goes on: here it is kept, and ends the run."""

    def __init__(self, consumer: AIOKafkaConsumer, assigned: Assigned, revoked: Revoked) -> None:
        self._consumer = consumer
        self._assigned = assigned
        self._revoked = revoked
        self.fault: Exception | None = None

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._keeping(self._revoked())

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        assigned = list(assigned)
        self._consumer.pause(*assigned)
        await self._keeping(self._assigned(frozenset(partition.partition for partition in assigned)))

    async def _keeping(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as fault:
            self.fault = fault


def _passes(fault: KafkaError) -> bool:
    """Whether it goes away by itself: a broker that restarts, a coordinator that moves."""
    return bool(fault.retriable) or isinstance(fault, KafkaConnectionError | NodeNotReadyError | RequestTimedOutError)
