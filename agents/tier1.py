"""Tier 1 for whoever runs understand: opened as configured, shown in metrics and health."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from agents.parts import pause
from pipeline.runtime.health import Readiness
from pipeline.runtime.metrics import Metrics
from pipeline.runtime.scoring import BesideScorer, ScorerUnfit, Tally
from pipeline.understand.faults import ModelFault
from pipeline.understand.gate import Verdict
from pipeline.understand.package import packaged_tier1
from schemas.config import Config

LANGUAGES = ("en", "es")
"""Those for which the package may have a model."""
PART = "tier1"
EVERY = 1.0


def tier1_files() -> list[dict[str, bytes]]:
    """The files of each tier-1 model in the package. Raises ModelFault where there is none, or not what it needs."""
    found = [files for language in LANGUAGES if (files := packaged_tier1(language)) is not None]
    if not found:
        raise ModelFault("The package has no tier-1 model", "Reinstall it, or train one: make train-tier1 DATA_DIR=...")
    return found


@asynccontextmanager
async def open_scorer(config: Config, metrics: Metrics) -> AsyncIterator[BesideScorer | None]:
    """Tier 1 as configured, in its own process; None where it is not asked for. Raises ScorerUnfit with a remedy."""
    onnx = config.tiers.onnx
    if onnx is None:
        yield None
        return
    try:
        scorer = BesideScorer(
            tier1_files,
            deadline=onnx.deadline_ms / 1000,
            queue=onnx.queue,
            tally=Tally(waited=metrics.tier1_wait.observe),
        )
    except ModelFault as fault:
        raise ScorerUnfit(f"tiers.onnx is configured, but cannot be: {fault}") from None
    async with scorer:
        yield scorer


class ScorerVitals:
    """What tier 1 does, as metrics, and whether it is there, as a part that the process can do without."""

    def __init__(
        self,
        scorer: BesideScorer,
        verdicts: Callable[[], Counter[Verdict]],
        metrics: Metrics,
        readiness: Readiness,
    ) -> None:
        """`verdicts`: the gates' since the process started."""
        self._scorer = scorer
        self._verdicts = verdicts
        self._metrics = metrics
        self._readiness = readiness
        self._told: Counter[str] = Counter()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self.show()
            await pause(stop, EVERY)

    def show(self) -> None:
        scorer, tally, metrics = self._scorer, self._scorer.tally, self._metrics
        metrics.tier1_up.set(scorer.why_not is None)
        metrics.tier1_waiting.set(scorer.waiting)
        metrics.tier1_starts.inc(self._new("starts", tally.starts))
        metrics.tier1_late.inc(self._new("late", tally.late))
        metrics.tier1_texts.labels("read").inc(self._new("read", tally.read))
        for reason, count in tally.missed.items():
            metrics.tier1_texts.labels(reason).inc(self._new(reason, count))
        for verdict, count in self._verdicts().items():
            metrics.gate_verdicts.labels(verdict).inc(self._new(f"gate {verdict}", count))
        self._readiness.degraded(PART, scorer.why_not)

    def _new(self, what: str, count: int) -> int:
        """How much there is since it was last told. A partition that went and came back counts from zero again."""
        new = max(0, count - self._told[what])
        self._told[what] = count
        return new
