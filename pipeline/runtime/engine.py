"""The embedded engine: all stages in one process over one bus, a step at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack

from pipeline import processors
from pipeline.ledger import Counts, Ledger, ledger_of
from pipeline.match.timeline import Timeline
from pipeline.processors import Plan
from pipeline.record import Outputs, Partition, Record
from pipeline.runtime.bus import Bus
from pipeline.runtime.collector import look_rarely
from pipeline.runtime.scoring.scorer import Scorer
from pipeline.runtime.worker import Worker, wall_clock
from pipeline.understand import Tier0
from pipeline.understand.gate import Verdict
from pipeline.understand.stage import Understand
from pipeline.windows.listen import Listen
from schemas.config import Config
from schemas.topics import AUTHORS, INTERACTIONS, MENTIONS, RAW

Observer = Callable[[str, Sequence[Record], Outputs, float], None]


class Engine:
    """understand, influence and listen over every partition of the bus.

    `order` chooses in which order the workers step; whatever it chooses, the results are the same (DESIGN rule 3).
    """

    def __init__(
        self,
        bus: Bus,
        timeline: Timeline,
        model: Tier0,
        config: Config,
        *,
        batch: int = 500,
        observe: Observer | None = None,
        order: Callable[[Sequence[Worker]], Iterable[Worker]] = iter,
        scorer: Scorer | None = None,
        clock: Callable[[], int] = wall_clock,
    ) -> None:
        """`scorer`: the tier-1 models that understand may ask; tier 0 has the last word without. `clock` as in Worker."""
        self.bus = bus
        models = scorer.models if scorer is not None else ()
        plan = plan_of(bus)
        authors = [Partition(AUTHORS, p) for p in range(plan.authors)]
        influences = processors.influence_table(plan)
        self._understand = [
            processors.understand(p, plan, timeline, model, config, models, influences=influences)
            for p in range(plan.raw)
        ]
        self.influence = [processors.influence(p, plan) for p in range(plan.interactions)]
        self._listen = [processors.listen(p, plan, config) for p in range(plan.mentions)]
        self.workers = [
            *(
                Worker(bus, "understand", s, Partition(RAW, p), authors, batch, observe, scorer, clock)
                for p, s in enumerate(self._understand)
            ),
            *(
                Worker(bus, "influence", s, Partition(INTERACTIONS, p), (), batch, observe)
                for p, s in enumerate(self.influence)
            ),
            *(Worker(bus, "listen", s, Partition(MENTIONS, p), (), batch, observe) for p, s in enumerate(self._listen)),
        ]
        self._order = order
        self._scorer = scorer

    async def start(self) -> None:
        look_rarely()
        for worker in self.workers:
            await worker.start()

    async def step(self) -> bool:
        """Let every worker take one step; False when none had anything to do."""
        return await self._step(self.workers)

    async def drain(self) -> None:
        """Step until everything appended so far has gone through.

        understand and influence wait for one another; listen waits for nobody and takes what they left in full batches.
        """
        first, last = self.workers[: -len(self._listen)], self.workers[-len(self._listen) :]
        moved = True
        while moved:
            while await self._step(first):
                pass
            moved = await self._step(last)

    async def _step(self, workers: Sequence[Worker]) -> bool:
        ordered = list(self._order(workers))
        if self._scorer is not None:
            # Those who wait for an answer wait together: their texts are read as one, and none waits for another's wait.
            async with asyncio.TaskGroup() as group:
                steps = [group.create_task(worker.step()) for worker in ordered]
            return any(step.result() for step in steps)
        moved = False
        for worker in ordered:
            moved = await worker.step() or moved
        return moved

    async def run(self, stop: asyncio.Event) -> None:
        """Step for ever; on `stop` finish what has been read and return."""
        while not stop.is_set():
            # A bus may answer without letting others run; here they always get their turn.
            await asyncio.sleep(0)
            if not await self.step():
                await self.bus.wait(self._waiting_for(), 0.5)

    def _waiting_for(self) -> dict[Partition, int]:
        positions: dict[Partition, int] = {}
        for worker in self.workers:
            for partition, offset in worker.positions.items():
                if partition == worker.source and worker.full:
                    continue
                positions[partition] = min(offset, positions.get(partition, offset))
        return positions

    @property
    def frontier(self) -> int:
        """Log time up to which every listen partition has applied everything."""
        return min(stage.frontier for stage in self._listen)

    @property
    def clamped(self) -> int:
        return sum(stage.clamped for stage in self._understand)

    @property
    def verdicts(self) -> Counter[Verdict]:
        """The gates' before tier 1."""
        return sum((stage.verdicts for stage in self._understand), Counter())

    def held(self) -> dict[str, int]:
        totals: dict[str, int] = {}
        for worker in self.workers:
            totals[worker.stage] = totals.get(worker.stage, 0) + worker.processor.held
        return totals

    async def lag(self) -> dict[str, int]:
        """Per stage, how many records of its input it has not read."""
        totals: dict[str, int] = {}
        for worker in self.workers:
            unread = await self.bus.end_offset(worker.source) - worker.positions[worker.source]
            totals[worker.stage] = totals.get(worker.stage, 0) + unread
        return totals

    async def ledger(self) -> Ledger:
        """The ledger between two steps: within one the processors are ahead of the bus."""
        async with AsyncExitStack() as stack:
            for worker in self.workers:
                await stack.enter_async_context(worker.whole)
            return ledger_of(
                accepted=await self.bus.events_appended(RAW),
                understand=_sum(self._understand),
                listen=_sum(self._listen),
                mentions_appended=await self.bus.events_appended(MENTIONS),
            )


def plan_of(bus: Bus) -> Plan:
    return Plan(bus.partitions(RAW), bus.partitions(MENTIONS), bus.partitions(INTERACTIONS), bus.partitions(AUTHORS))


def _sum(stages: Sequence[Understand] | Sequence[Listen]) -> Counts:
    total = Counts()
    for stage in stages:
        total.add(stage.counts)
    return total
