"""How many ledger events a topic ever had: a pure function of its log, kept in checkpoints that outlive retention."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.record import Outgoing, Partition
from pipeline.runtime.bus import counts_in_ledger
from pipeline.runtime.kafka.reader import EARLIEST, LATEST, Reader
from pipeline.runtime.kafka.topics import COUNTS

_EVERY: Final = 10_000
"""Records between two checkpoints of a partition: what a restart counts again."""
_HOME: Final = Partition(COUNTS, 0)
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Count:
    """`events` ledger events stand below offset `next`; `saved` is the `next` of the latest checkpoint."""

    next: int = 0
    events: int = 0
    saved: int = 0


class Counts:
    """Counts on from checkpoints (partition, offset, events below it) in a compacted topic.

    A checkpoint says something about the log alone, so it does not matter who writes it, how often, or that one is
    lost: any process counts the same from it. It must only be written before retention reaches its offset: whoever
    shows a ledger asks every few seconds.
    """

    def __init__(self, reader: Reader, save: Callable[[Sequence[Outgoing]], Awaitable[None]]) -> None:
        self._reader = reader
        self._save = save
        self._counts: dict[Partition, _Count] = {}
        self._loaded = False

    async def events(self, partitions: Sequence[Partition]) -> int:
        """How many ledger events the partitions ever had, in all."""
        await self._load()
        ends = await self._reader.offsets(partitions, LATEST)
        for partition in partitions:
            await self._advance(partition, ends[partition])
        await self.checkpoint(_EVERY)
        return sum(self._counts[partition].events for partition in partitions)

    async def checkpoint(self, every: int = 1) -> None:
        """Save the counts that have moved by at least `every` offsets since they were saved."""
        moved = {p: count for p, count in self._counts.items() if count.next - count.saved >= every}
        if not moved:
            return
        await self._save([_checkpoint(partition, count) for partition, count in moved.items()])
        for count in moved.values():
            count.saved = count.next

    async def _load(self) -> None:
        if self._loaded:
            return
        position = 0
        while (fetched := await self._reader.fetch(_HOME, position)).next != position:
            for record in fetched.records:
                topic, number, next, events = (record.value or b"").decode().split(" ")
                count = self._counts.setdefault(Partition(topic, int(number)), _Count())
                if int(next) > count.next:
                    count.next, count.events, count.saved = int(next), int(events), int(next)
            position = fetched.next
        self._loaded = True

    async def _advance(self, partition: Partition, end: int) -> None:
        count = self._counts.get(partition)
        if count is None:
            count = self._counts[partition] = _Count()
        if count.next >= end:
            return
        first = (await self._reader.offsets([partition], EARLIEST))[partition]
        if first > count.next:
            _log.warning(
                "%s/%d: events at offsets %d to %d went with retention before anyone counted them; the count lacks them",
                *partition,
                count.next,
                first - 1,
            )
        while count.next < end:
            fetched = await self._reader.fetch(partition, count.next)
            if fetched.next == count.next:
                return
            count.events += sum(counts_in_ledger(partition.topic, record.headers) for record in fetched.records)
            count.next = fetched.next


def _checkpoint(partition: Partition, count: _Count) -> Outgoing:
    topic, number = partition
    value = f"{topic} {number} {count.next} {count.events}"
    return Outgoing(COUNTS, f"{topic}/{number}".encode(), value.encode(), partition=0)
