"""The stages of a worker on Kafka as metrics and as health."""

from __future__ import annotations

import asyncio
import time

from aiokafka.errors import KafkaError

from agents.parts import pause
from agents.stages import Stages
from agents.vitals import EVERY, Vitals
from agents.watchdog import LOOP
from pipeline.runtime.health import Progress
from pipeline.runtime.kafka import KafkaBusError
from pipeline.runtime.metrics import Metrics
from pipeline.runtime.runner import Runner

LOOK_SECONDS = 2.0
"""How long a cluster may take to say what waits."""


class StageVitals(Vitals):
    """The same over the runners of a process on Kafka, which do what the group assigns to them."""

    def __init__(self, metrics: Metrics, progress: Progress) -> None:
        super().__init__(metrics, progress)
        self._unscored = 0

    async def watch(self, stages: Stages, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._progress.advanced(LOOP, time.monotonic())
            self._progress.backlog(LOOP, 1, time.monotonic())
            await asyncio.gather(*(self._look(runner) for runner in stages.runners))
            self._show(stages)
            await pause(stop, EVERY)

    async def _look(self, runner: Runner) -> None:
        metrics, stage = self._metrics, runner.stage
        metrics.records_held.labels(stage).set(runner.held())
        try:
            lag = await asyncio.wait_for(runner.lag(), LOOK_SECONDS)
        except (TimeoutError, KafkaError, KafkaBusError):
            # Whoever cannot be asked has work that waits: nothing gets done until it answers.
            self._progress.backlog(stage, 1, time.monotonic())
            return
        metrics.lag_records.labels(stage).set(lag)
        self._progress.backlog(stage, lag, time.monotonic())

    def _show(self, stages: Stages) -> None:
        metrics = self._metrics
        metrics.set_ledger(stages.ledger())
        if any(runner.stage == "listen" for runner in stages.runners):
            frontier = stages.frontier
            metrics.frontier_delay.set(max(time.time() - frontier / 1000, 0.0) if frontier else 0.0)
        # A partition that went to another process and came back counts from zero again.
        metrics.time_clamps.inc(max(0, stages.clamped - self._clamped))
        metrics.unscored.inc(max(0, stages.unscored - self._unscored))
        self._clamped, self._unscored = stages.clamped, stages.unscored
        self.show_influence(stages.ours("influence", stages.influence))
