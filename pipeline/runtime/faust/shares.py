"""The partitions of a stage that this process works on: a processor each, its position, one transaction a step.

Nothing here knows Faust: whoever hands over the records may repeat, reorder across partitions or leave out some.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple, Protocol

from pipeline.letters import letter_record
from pipeline.record import Outputs, Partition, Processor, Record
from pipeline.runtime.bus import Bus, Commit
from pipeline.runtime.engine import Observer
from pipeline.runtime.restoring import restore

log = logging.getLogger("escucha")


class Arrival(NamedTuple):
    """A record as it came. `after`: where its reader stood before it; between there and the record's offset is nothing."""

    record: Record
    after: int


class ClaimBus(Bus, Protocol):
    """A bus on which whoever loads a state has it alone, and can give it back."""

    async def release(self, owner: str, partition: int) -> None: ...


@dataclass(slots=True)
class _Share:
    source: Partition
    processor: Processor
    next: int
    """The next offset to give the processor."""


class Shares:
    def __init__(
        self,
        bus: ClaimBus,
        stage: str,
        topic: str,
        make: Callable[[int], Processor],
        observe: Observer | None = None,
    ) -> None:
        self.bus = bus
        self.stage = stage
        self.topic = topic
        self._make = make
        self._observe = observe
        self._shares: dict[int, _Share] = {}
        self._whole = asyncio.Lock()
        """Held during a step and during a change of hands: neither sees the other half done."""

    @property
    def partitions(self) -> frozenset[int]:
        return frozenset(self._shares)

    @property
    def positions(self) -> Mapping[int, int]:
        """By partition, the next offset to read."""
        return {number: share.next for number, share in self._shares.items()}

    def held(self) -> int:
        return sum(share.processor.held for share in self._shares.values())

    async def lag(self) -> int:
        """Records not read yet. Counted in offsets, so a transaction's mark counts as a record where more follow."""
        return sum([await self._unread(share) for share in list(self._shares.values())])

    async def take(self, numbers: Collection[int]) -> None:
        """Become the only one who works on these partitions, with the state and at the position that were left.

        `numbers` is looked at when the step in hand is done.

        The first start commits where it begins: retention and back pressure know only of groups that have committed.
        """
        async with self._whole:
            new = sorted(set(numbers) - self._shares.keys())
            processors: dict[Partition, Processor] = {}
            for number in new:
                processor = processors[Partition(self.topic, number)] = self._make(number)
                restore(processor, await self.bus.load_state(self.stage, number))
            # Asked last: from the claims on, nobody else moves them.
            committed = await self.bus.committed(self.stage) if new else {}
            for source, processor in processors.items():
                if source not in committed:
                    await self.bus.commit(Commit(self.stage, self.stage, source.number, {source: 0}))
                self._shares[source.number] = _Share(source, processor, committed.get(source, 0))

    async def give_back(self, numbers: Iterable[int] | None = None) -> None:
        """Let these partitions go (all of them by default), after the step in hand."""
        async with self._whole:
            for number in sorted(self._shares.keys() if numbers is None else set(numbers) & self._shares.keys()):
                del self._shares[number]
                await self.bus.release(self.stage, number)

    async def apply(self, arrivals: Iterable[Arrival]) -> None:
        """One step of every partition that has something new. What is not ours, or is a repeat, is dropped.

        Raises what the processor or the commit raises; the processors are not to be used after that.
        """
        async with self._whole:
            steps = []
            for share, arrived in self._sorted(arrivals):
                batch = await self._batch(share, arrived)
                if batch:
                    steps.append(self._commit(share, batch, *self._process(share, batch)))
            # All of them end before the first fault is raised: none goes on behind our back.
            for result in await asyncio.gather(*steps, return_exceptions=True):
                if isinstance(result, BaseException):
                    raise result

    def _sorted(self, arrivals: Iterable[Arrival]) -> list[tuple[_Share, list[Arrival]]]:
        by_partition: dict[int, list[Arrival]] = {}
        for arrival in arrivals:
            by_partition.setdefault(arrival.record.partition, []).append(arrival)
        return [(self._shares[number], arrived) for number, arrived in by_partition.items() if number in self._shares]

    async def _batch(self, share: _Share, arrived: Sequence[Arrival]) -> list[Record]:
        """What of it is next, without repeats and without holes."""
        batch: list[Record] = []
        for record, after in arrived:
            if record.offset < share.next:
                continue
            if after > share.next:
                missed = await self._missed(share, after)
                log.warning("%s/%d: %d records from offset %d were skipped; read again", *share.source, len(missed), share.next)  # fmt: skip
                batch += missed
            batch.append(record)
            share.next = record.offset + 1
        return batch

    async def _missed(self, share: _Share, end: int) -> list[Record]:
        missed: list[Record] = []
        position = share.next
        while found := [r for r in await self.bus.read(share.source, position, 500) if r.offset < end]:
            missed += found
            position = found[-1].offset + 1
        return missed

    def _process(self, share: _Share, batch: Sequence[Record]) -> tuple[Outputs, float]:
        started = perf_counter()
        outputs = share.processor.process(batch)
        return outputs, perf_counter() - started

    async def _commit(self, share: _Share, batch: Sequence[Record], outputs: Outputs, took: float) -> None:
        await self.bus.commit(
            Commit(
                group=self.stage,
                owner=self.stage,
                partition=share.source.number,
                offsets=share.processor.resume(),
                outputs=[*outputs.records, *map(letter_record, outputs.letters)],
                state=share.processor.snapshot(),
            )
        )
        if self._observe is not None:
            self._observe(self.stage, batch, outputs, took)

    async def _unread(self, share: _Share) -> int:
        unread = max(0, await self.bus.end_offset(share.source) - share.next)
        # The last transactions' marks, one of each writer, stand behind the last record for as long as nothing follows.
        if unread and not await self.bus.read(share.source, share.next, 1):
            return 0
        return unread
