"""Groups' committed offsets, asked of their coordinators. No group has members here: the worker decides what it reads."""

from __future__ import annotations

from collections.abc import Sequence

from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.errors import KafkaError
from aiokafka.protocol.commit import OffsetFetchRequest

from pipeline.record import Partition
from pipeline.runtime.kafka.faults import patiently, raise_for


class Groups:
    """`prefix` stands before the names of groups and topics on the cluster."""

    def __init__(self, client: AIOKafkaClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._coordinators: dict[str, int] = {}

    async def committed(self, group: str, partitions: Sequence[Partition] | None = None) -> dict[Partition, int]:
        """The group's next offsets of these partitions, or of all; empty for a group that is not there."""
        named = None if partitions is None else [(self._prefix + p.topic, [p.number]) for p in partitions]
        return await patiently(self._client, lambda: self._ask(self._prefix + group, named))

    async def _ask(self, group: str, partitions: list[tuple[str, list[int]]] | None) -> dict[Partition, int]:
        node = self._coordinators.get(group)
        if node is None:
            node = await self._client.coordinator_lookup(CoordinationType.GROUP, group)
        try:
            answer = await self._client.send(node, OffsetFetchRequest(group, partitions))
            raise_for(getattr(answer, "error_code", 0), group)
        except KafkaError:
            # It may have moved to another broker.
            self._coordinators.pop(group, None)
            raise
        self._coordinators[group] = node
        found: dict[Partition, int] = {}
        for topic, parts in answer.topics:
            for number, offset, _, code in parts:
                raise_for(code, f"{group} on {topic}/{number}")
                if offset >= 0 and topic.startswith(self._prefix):
                    found[Partition(topic.removeprefix(self._prefix), number)] = offset
        return found
