"""Groups' committed offsets, asked of their coordinators. No group has members here: the worker decides what it reads."""

from __future__ import annotations

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

    async def committed(self, group: str) -> dict[Partition, int]:
        """The group's next offsets, of all topics; empty for a group that is not there."""
        return await patiently(self._client, lambda: self._ask(self._prefix + group))

    async def _ask(self, group: str) -> dict[Partition, int]:
        node = self._coordinators.get(group)
        if node is None:
            node = await self._client.coordinator_lookup(CoordinationType.GROUP, group)
        try:
            answer = await self._client.send(node, OffsetFetchRequest(group, None))
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
