"""Tier 2 as a role: the model's processes, the consumer, and where both run. Composed here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from agents.enrich.agent import GROUP, Enricher
from agents.enrich.faults import EnrichUnfit
from agents.enrich.frames import Begin, Ready
from agents.enrich.pool import Pool
from agents.ingest.simulated import wall_clock
from agents.kafka import Say, cluster, open_kafka
from agents.ops.http import OpsServer
from agents.parts import only_one, open_bus
from agents.process import Process
from pipeline.runtime.bus import Bus
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from schemas.config import Config, Transformers
from schemas.kinds import Stage
from schemas.topics import MENTIONS

MODEL = "model"
"""The condition of readiness that a process has the model loaded."""

Run = Callable[[asyncio.Event], Coroutine[None, None, None]]
"""Works until told to stop."""


async def enrich(config: Config, data: Path, process: Process, stop: asyncio.Event, say: Say) -> None:
    """The role by itself: on the cluster of ESCUCHA_KAFKA, else beside the others on the bus of `data`. Raises EnrichUnfit."""
    _tier(config)
    async with AsyncExitStack() as stack:
        bootstrap = cluster()
        if bootstrap is None:
            bus = await stack.enter_async_context(open_bus(data))
            opened = beside(config, bus, data, process.metrics, process.progress, say, process.readiness)
        else:
            opened = on_kafka(config, bootstrap, process.metrics, process.progress, say, process.readiness)
        run = await stack.enter_async_context(opened)
        process.readiness.met("bus")
        ops = OpsServer(process.metrics, process.progress, process.readiness, process.host, process.port)
        await ops.start()
        stack.push_async_callback(ops.stop)
        process.begun = True
        say(f"worker: enrich on {bootstrap or data}; metrics and health at {ops.url}")
        process.readiness.met("assigned")
        await run(stop)


@asynccontextmanager
async def beside(
    config: Config,
    bus: SqliteBus,
    data: Path,
    metrics: Metrics,
    progress: Progress,
    say: Say,
    readiness: Readiness | None = None,
) -> AsyncIterator[Run]:
    """Tier 2, if the configuration asks for it, on an embedded bus that is open.

    Raises EnrichUnfit, BusFileError where another one works on `data`.
    """
    if config.tiers.transformers is None:
        # What a former configuration had read would hold back retention for ever.
        await bus.forget(GROUP)
        yield _nothing
        return
    with only_one(data, GROUP):
        async with _makers(config, bus, metrics, progress, say, readiness) as make:
            yield make(None).run


@asynccontextmanager
async def on_kafka(
    config: Config, bootstrap: str, metrics: Metrics, progress: Progress, say: Say, readiness: Readiness | None = None
) -> AsyncIterator[Run]:
    """Tier 2 on a cluster, over the partitions that its group gives this process. Raises EnrichUnfit, KafkaUnfit."""
    from agents.alert.shared import SharedPublisher

    async with (
        open_kafka(bootstrap, say) as bus,
        _makers(config, bus, metrics, progress, say, readiness) as make,
    ):
        shared = SharedPublisher(bus, GROUP, MENTIONS)
        yield lambda stop: shared.run(make, stop)


@asynccontextmanager
async def _makers(
    config: Config, bus: Bus, metrics: Metrics, progress: Progress, say: Say, readiness: Readiness | None
) -> AsyncIterator[Callable[[Collection[int] | None], Enricher]]:
    """The model loaded and measured, and what makes consumers that use it."""
    tier = _tier(config)

    def alive(processes: int) -> None:
        metrics.tier2_processes.set(processes)
        if readiness is not None and processes:
            readiness.met(MODEL)
        elif readiness is not None:
            readiness.unmet(MODEL, "no process has the model loaded; they are started again, and nothing is lost")

    pool = Pool(
        Begin(tier.model, tier.labels),
        tier.workers,
        lost=metrics.tier2_lost.inc,
        alive=alive,
        stirred=lambda: progress.advanced(Stage.ENRICH, time.monotonic()),
    )
    ready = await pool.start()
    try:
        metrics.tier2_seconds.labels("wall").set(ready.wall)
        metrics.tier2_seconds.labels("core").set(ready.core)
        say(told(ready, tier.workers))
        yield lambda partitions: Enricher(
            bus, pool, ready.name, tier, config.detection.lateness_seconds, metrics, progress, wall_clock, partitions
        )
    finally:
        await pool.stop()


async def _nothing(stop: asyncio.Event) -> None:
    return


def told(ready: Ready, workers: int) -> str:
    """What the model costs on this machine, for whoever decides on a budget."""
    rate = workers / ready.wall if ready.wall else 0.0
    processes = "process" if workers == 1 else "processes"
    return (
        f"{ready.name} on {ready.runtime}: {ready.wall * 1000:.3g} ms a mention, {ready.core * 1000:.3g} cores for 1,000 mentions/s; "
        f"{workers} {processes}, so at most {rate:,.0f} mentions/s"
    )


def _tier(config: Config) -> Transformers:
    tier = config.tiers.transformers
    if tier is None:
        raise EnrichUnfit(
            "the configuration names no model for tier 2; say which: tiers: {transformers: {model: OWNER/NAME or a folder}}"
        )
    return tier
