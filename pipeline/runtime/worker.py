"""One processor over one input partition of a bus: read, process, commit outputs, state and offsets as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter, time_ns

from pipeline.letters import letter_record
from pipeline.record import Asking, Outputs, Partition, Processor, Record
from pipeline.runtime.bus import Bus, Commit
from pipeline.runtime.restoring import restore
from pipeline.runtime.scoring.scorer import Scorer

HELD_LIMIT = 20_000
"""Above this many held records a processor that others set free gets no new input: back pressure.

What only its own input sets free must read on, or the tick that it waits for stays unread for ever."""

PRESENT = 10_000
"""Milliseconds. Whoever works on what is older than that catches up."""


def wall_clock() -> int:
    return time_ns() // 1_000_000


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
        scorer: Scorer | None = None,
        clock: Callable[[], int] = wall_clock,
    ) -> None:
        """`scorer`: whom to ask on behalf of a processor that asks. `clock` (ms) tells what is old by now."""
        self._bus = bus
        self._scorer = scorer
        self._clock = clock
        self._asking = processor if scorer is not None and isinstance(processor, Asking) else None
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
        self._behind_for = 0
        """For how many steps without a break there was more to read, or what was read was old."""
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
        outputs, took = await self._process(batch)
        resumed = self.processor.resume()
        # Without outputs, and with nothing more done than before, a restart comes to the same point by itself.
        if outputs.records or outputs.letters or resumed != self._resumed:
            await self._commit(outputs, resumed)
            self._resumed = resumed
        if self._observe is not None:
            self._observe(self.stage, batch, outputs, took)
        return bool(batch)

    async def _process(self, batch: Sequence[Record]) -> tuple[Outputs, float]:
        """The outputs, and the seconds that making them took; the wait for an answer is not among them."""
        started = perf_counter()
        if self._asking is None or self._scorer is None:
            return self.processor.process(batch), perf_counter() - started
        requests = self._asking.prepare(batch)
        took = perf_counter() - started
        # Whoever is behind waits half as long at each step: no model keeps the stream from catching up.
        behind = self.behind or self._clock() - self.newest > PRESENT
        self._behind_for = min(self._behind_for + 1, 60) if behind else 0
        answers = await self._scorer.score(requests, 0.5**self._behind_for) if requests else []
        started = perf_counter()
        outputs = self._asking.complete(answers)
        return outputs, took + perf_counter() - started

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
