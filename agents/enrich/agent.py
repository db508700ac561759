"""The consumer of `social.mentions` that has the doubtful ones read again and gives their scores to `social.raw`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from agents.enrich.frames import Row
from agents.enrich.picking import OLD, Picker, Wanted, event_of, felt
from agents.enrich.pool import Pool
from pipeline.record import Outgoing, Partition, Record
from pipeline.runtime.bus import Bus, Commit
from pipeline.runtime.health import Progress
from pipeline.runtime.metrics import Metrics
from pipeline.windows.times import BUCKET
from schemas.config import Transformers
from schemas.instants import SECOND
from schemas.kinds import Stage
from schemas.topics import MENTIONS, RAW

GROUP = "enrich"
BATCH = 500
PICKS = 64
"""Readings of one step: little to do again after a crash, enough to keep several processes busy."""
COMMIT_SECONDS = 5.0
COMMIT_RECORDS = 2_000
"""Positions are kept at every score, and without one as often as that."""
_IDLE_SECONDS = 0.5


class Enricher:
    """Works until told to stop. A step's scores, its position and the budget's state are one commit: done once, or not at all."""

    def __init__(
        self,
        bus: Bus,
        pool: Pool,
        model: str,
        tier: Transformers,
        lateness_seconds: int,
        metrics: Metrics,
        progress: Progress,
        clock: Callable[[], int],
        partitions: Collection[int] | None = None,
    ) -> None:
        """`pool` is started; `model` as it named itself. `clock` in milliseconds. `partitions`: all by default."""
        self._bus = bus
        self._pool = pool
        self._model = model
        self._metrics = metrics
        self._progress = progress
        numbers = range(bus.partitions(MENTIONS)) if partitions is None else sorted(partitions)
        lateness = lateness_seconds * SECOND
        self._parts = [
            _Part(bus, number, Picker(tier, lateness, bus.partitions(MENTIONS)), lateness, clock) for number in numbers
        ]

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. What is being read then is left for the next start. Raises what is our own fault."""
        await self.open()
        while not stop.is_set():
            moved = await asyncio.gather(*(self._step(part, stop) for part in self._parts))
            await self._measure()
            if not any(moved):
                positions = {part.partition: part.next for part in self._parts}
                await self._bus.wait(positions, _IDLE_SECONDS)
                await self._keep_due()
        await self.keep()

    async def open(self) -> None:
        """Take up every partition where it was left. Once, before `step`."""
        for part in self._parts:
            await part.open()

    async def step(self, stop: asyncio.Event) -> bool:
        """One step in every partition; False when there was nothing to read."""
        return any(await asyncio.gather(*(self._step(part, stop) for part in self._parts)))

    async def _step(self, part: _Part, stop: asyncio.Event) -> bool:
        records = await self._bus.read(part.partition, part.next, BATCH)
        if not records:
            return False
        began = time.perf_counter()
        wanted, outcomes, after = part.pick(records)
        rows = await self._read([one.text for one in wanted], stop) if wanted else []
        if rows is None:
            part.left = True
            return False
        raw = self._bus.partitions(RAW)
        read = [(one, row) for one, row in zip(wanted, rows, strict=True) if row is not None]
        scores = [event_of(one, felt(row, self._model, one.mixed), raw) for one, row in read]
        taken = after - part.next
        part.moved(after, taken)
        if scores or part.due:
            await part.commit(scores)
        outcomes["read"] = len(read)
        outcomes["failed"] = len(wanted) - len(read)
        self._count(outcomes, taken, len(scores), time.perf_counter() - began)
        return True

    async def _read(self, texts: Sequence[str], stop: asyncio.Event) -> list[Row | None] | None:
        """The rows; None when told to stop meanwhile."""
        reading = asyncio.ensure_future(self._pool.read(texts))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait([reading, stopping], return_when=asyncio.FIRST_COMPLETED)
            return await reading if reading.done() else None
        finally:
            stopping.cancel()
            reading.cancel()

    async def keep(self) -> None:
        """Commit what was passed over since the last score: at the end, so that the next start does not look at it again."""
        for part in self._parts:
            if part.unkept and not part.left:
                await part.commit([])

    async def _keep_due(self) -> None:
        for part in self._parts:
            if part.due:
                await part.commit([])

    def _count(self, outcomes: Mapping[str, int], records: int, scores: int, seconds: float) -> None:
        metrics = self._metrics
        for outcome, count in outcomes.items():
            metrics.tier2_mentions.labels(outcome).inc(count)
        metrics.records_in.labels(Stage.ENRICH).inc(records)
        metrics.records_out.labels(Stage.ENRICH).inc(scores)
        metrics.stage_duration.labels(Stage.ENRICH).observe(seconds)
        metrics.last_progress.labels(Stage.ENRICH).set_to_current_time()
        self._progress.advanced(Stage.ENRICH, time.monotonic())

    async def behind(self) -> int:
        """How many records are not read."""
        return sum([await part.lag() for part in self._parts])

    async def _measure(self) -> None:
        lag = await self.behind()
        self._metrics.lag_records.labels(Stage.ENRICH).set(lag)
        self._progress.backlog(Stage.ENRICH, lag, time.monotonic())


class _Part:
    """One partition: where it is read, and what of that is kept."""

    def __init__(self, bus: Bus, number: int, picker: Picker, lateness: int, clock: Callable[[], int]) -> None:
        self.partition = Partition(MENTIONS, number)
        self.next = 0
        self.unkept = 0
        self.left = False
        """Told to stop in the middle of a step: the picker is ahead of what was done, and its state is not to be kept."""
        self._bus = bus
        self._picker = picker
        self._lateness = lateness
        self._clock = clock
        self._kept_at = time.monotonic()

    async def open(self) -> None:
        """Restore. The first start of all begins where windows are still open, and commits that: see `runtime.worker.Worker.start`."""
        state = await self._bus.load_state(GROUP, self.partition.number)
        if "picker" in state:
            self._picker.load(state["picker"])
        committed = await self._bus.committed(GROUP)
        if self.partition in committed:
            self.next = committed[self.partition]
        else:
            self.next = await self._bus.offset_at(self.partition, max(0, self._clock() - self._lateness - 2 * BUCKET))
            await self.commit([])

    def pick(self, records: Sequence[Record]) -> tuple[list[Wanted], dict[str, int], int]:
        """Up to PICKS mentions to read, how many were passed over and why, and where to go on."""
        now = self._clock()
        wanted: list[Wanted] = []
        outcomes = {OLD: 0}
        after = self.next
        for record in records:
            after = record.offset + 1
            found = self._picker.take(record, now)
            if isinstance(found, str):
                outcomes[found] = outcomes.get(found, 0) + 1
            elif found is not None:
                wanted.append(found)
                if len(wanted) == PICKS:
                    break
        return wanted, outcomes, after

    def moved(self, after: int, records: int) -> None:
        self.next = after
        self.unkept += records

    @property
    def due(self) -> bool:
        """Whether what was passed over has waited long enough to be kept as such."""
        waited = time.monotonic() - self._kept_at
        return not self.left and (self.unkept >= COMMIT_RECORDS or (self.unkept > 0 and waited >= COMMIT_SECONDS))

    async def commit(self, scores: Sequence[Outgoing]) -> None:
        number = self.partition.number
        state = {"picker": self._picker.dump()}
        await self._bus.commit(Commit(GROUP, GROUP, number, {self.partition: self.next}, scores, state))
        self.unkept, self._kept_at = 0, time.monotonic()

    async def lag(self) -> int:
        # Asked by reading: behind the last record the log may hold marks of transactions, which nobody reads.
        if not await self._bus.read(self.partition, self.next, 1):
            return 0
        return await self._bus.end_offset(self.partition) - self.next
