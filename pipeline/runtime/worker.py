"""One processor over one input partition of a bus: read, process, commit outputs, state and offsets as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from pipeline.letters import letter_record
from pipeline.record import Outputs, Partition, Processor, Record
from pipeline.runtime.bus import Bus, Commit
from pipeline.runtime.restoring import restore

HELD_LIMIT = 20_000
"""Above this many held records a processor that others set free gets no new input: back pressure.

What only its own input sets free must read on, or the tick that it waits for stays unread for ever."""


class Worker:
    """`source` is the partition whose positions are committed; `side` partitions are read whole on every start."""

    def __init__(
        self,
        bus: Bus,
        stage: str,
        processor: Processor,
        source: Partition,
        side: Sequence[Partition] = (),
        batch: int = 500,
        observe: Callable[[str, Sequence[Record], Outputs, float], None] | None = None,
    ) -> None:
        self._bus = bus
        self.stage = stage
        self.processor = processor
        self.source = source
        self._side = side
        self._batch = batch
        self._observe = observe
        self._next: dict[Partition, int] = {}
        self._resumed: Mapping[Partition, int] = {}
        self.behind = False
        """Whether the last step took all that it could: there is more to read."""
        self.newest = 0
        """Append time of the latest record read."""
        self.whole = asyncio.Lock()
        """Held during a step: whoever holds it sees the processor and the bus agree."""

    async def start(self) -> None:
        """Restore the state and find the positions to read from.

        The first start commits where it begins: retention and back pressure know only of groups that have committed, and
        would let go of what was never read.
        """
        restore(self.processor, await self._bus.load_state(self.stage, self.source.number))
        committed = await self._bus.committed(self.stage)
        if self.source not in committed:
            await self._bus.commit(Commit(self.stage, self.stage, self.source.number, {self.source: 0}))
        self._next = dict.fromkeys(self._side, 0)
        self._next[self.source] = committed.get(self.source, 0)

    @property
    def positions(self) -> Mapping[Partition, int]:
        """The next offset to read of every input."""
        return self._next

    @property
    def full(self) -> bool:
        """Whether only its side inputs can bring it on."""
        return bool(self._side) and self.processor.held >= HELD_LIMIT

    @property
    def waiting_for(self) -> Mapping[Partition, int]:
        """The inputs whose news would bring it on."""
        return {p: offset for p, offset in self._next.items() if p != self.source or not self.full}

    async def step(self, retry: bool = False) -> bool:
        """One batch through the processor; False when there was nothing new to read. `retry` processes an empty batch too."""
        async with self.whole:
            return await self._step(retry)

    async def _step(self, retry: bool) -> bool:
        batch: list[Record] = []
        self.behind = False
        for partition in self._side:
            batch += await self._read(partition)
        if not self.full:
            batch += await self._read(self.source)
        if not batch and not retry:
            return False
        started = perf_counter()
        outputs = self.processor.process(batch)
        took = perf_counter() - started
        resumed = self.processor.resume()
        # Without outputs, and with nothing more done than before, a restart comes to the same point by itself.
        if outputs.records or outputs.letters or resumed != self._resumed:
            await self._commit(outputs, resumed)
            self._resumed = resumed
        if self._observe is not None:
            self._observe(self.stage, batch, outputs, took)
        return bool(batch)

    async def _read(self, partition: Partition) -> list[Record]:
        records = await self._bus.read(partition, self._next[partition], self._batch)
        if records:
            self._next[partition] = records[-1].offset + 1
            self.behind |= len(records) == self._batch
            self.newest = max(self.newest, records[-1].timestamp)
        return records

    async def _commit(self, outputs: Outputs, resumed: Mapping[Partition, int]) -> None:
        records = [*outputs.records, *map(letter_record, outputs.letters)]
        await self._bus.commit(
            Commit(
                group=self.stage,
                owner=self.stage,
                partition=self.source.number,
                offsets=resumed,
                outputs=records,
                state=self.processor.snapshot(),
            )
        )
