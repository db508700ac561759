"""What the stages do, as metrics, and whether they still advance, as health."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.influence import Influence
from pipeline.record import Outputs, Record
from pipeline.runtime.engine import Engine
from pipeline.runtime.health import Progress
from pipeline.runtime.metrics import Metrics

EVERY = 1.0


class Vitals:
    """`observe` is called by every worker after a step is committed; `run` measures the embedded engine besides."""

    def __init__(self, metrics: Metrics, progress: Progress) -> None:
        self._metrics = metrics
        self._progress = progress
        self._clamped = 0
        self._forgotten = 0

    def observe(self, stage: str, batch: Sequence[Record], outputs: Outputs, seconds: float) -> None:
        metrics = self._metrics
        metrics.records_in.labels(stage).inc(len(batch))
        metrics.records_out.labels(stage).inc(len(outputs.records))
        metrics.stage_duration.labels(stage).observe(seconds)
        metrics.last_progress.labels(stage).set_to_current_time()
        for reason, count in Counter(letter.reason for letter in outputs.letters).items():
            metrics.dead_letters.labels(reason).inc(count)
        self._progress.advanced(stage, time.monotonic())

    async def run(self, engine: Engine, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.measure(engine)
            try:
                await asyncio.wait_for(stop.wait(), EVERY)
            except TimeoutError:
                continue

    async def measure(self, engine: Engine) -> None:
        now = time.monotonic()
        self._metrics.set_ledger(await engine.ledger())
        self._metrics.frontier_delay.set(max(time.time() - engine.frontier / 1000, 0.0) if engine.frontier else 0.0)
        for stage, held in engine.held().items():
            self._metrics.records_held.labels(stage).set(held)
        for stage, lag in (await engine.lag()).items():
            self._metrics.lag_records.labels(stage).set(lag)
            self._progress.backlog(stage, lag, now)
        self._metrics.time_clamps.inc(engine.clamped - self._clamped)
        self._clamped = engine.clamped
        self.show_influence(engine.influence)

    def show_influence(self, stages: Iterable[Influence]) -> None:
        known = forgotten = 0
        for stage in stages:
            known += stage.authors_known
            forgotten += stage.authors_evicted
        self._metrics.influence_authors.set(known)
        # A partition that went to another process and came back counts from zero again.
        self._metrics.influence_forgotten.inc(max(0, forgotten - self._forgotten))
        self._forgotten = forgotten
