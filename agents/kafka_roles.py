"""The worker on Kafka: one or more stages, each sharing its partitions with the other processes of its group."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from aiokafka.errors import KafkaError

from agents.enrich.role import on_kafka
from agents.ingest.simulated import wall_clock
from agents.kafka import Say, open_kafka
from agents.ops.http import OpsServer
from agents.parts import pause
from agents.process import Process
from agents.stage_vitals import StageVitals
from agents.stages import Stages, runner_for
from agents.tier1 import ScorerVitals, open_scorer
from agents.together import ending
from pipeline.runtime.collector import look_rarely
from pipeline.runtime.engine import plan_of
from pipeline.runtime.kafka import KafkaBus, KafkaBusError
from pipeline.runtime.versions import config_timeline, follow, held_from
from pipeline.understand import Tier0
from schemas.config import Config
from schemas.topics import MENTIONS, RAW

log = logging.getLogger("escucha")
STAGES = ("understand", "influence", "listen")
COUNT_SECONDS = 60.0
STAND_BY_SECONDS = 30.0
"""Without partitions for so long, the others of the group have them all."""


async def worker(
    config: Config,
    model: Tier0 | None,
    names: Sequence[str],
    bootstrap: str,
    process: Process,
    stop: asyncio.Event,
    say: Say,
) -> None:
    """The named stages until told to stop: then each finishes the step in hand and leaves its group."""
    look_rarely()
    vitals = StageVitals(process.metrics, process.progress)
    stages = Stages()
    async with AsyncExitStack() as stack:
        # A bus of its own for each: one object waits and commits for one.
        buses = {name: await stack.enter_async_context(open_kafka(bootstrap, say)) for name in names}
        bus = buses[names[0]]
        plan, timeline = plan_of(bus), await config_timeline(bus, config, wall_clock())
        process.readiness.met("bus")
        # A worker that does it all also reads again, where the configuration has it so.
        whole = tuple(names) == STAGES and config.tiers.transformers is not None
        opened = on_kafka(config, bootstrap, process.metrics, process.progress, say) if whole else None
        reread = None if opened is None else await stack.enter_async_context(opened)
        scorer = None
        if "understand" in names:
            scorer = await stack.enter_async_context(open_scorer(config, process.metrics))
        for name in names:
            stages.runners.append(
                runner_for(name, buses[name], stages, plan, timeline, model, config, vitals.observe, scorer)
            )
        ops = OpsServer(process.metrics, process.progress, process.readiness, process.host, process.port)
        await ops.start()
        stack.push_async_callback(ops.stop)
        process.begun = True
        say(f"worker: {', '.join(names)} on {bootstrap}; metrics and health at {ops.url}")
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(ending(vitals.watch(stages, enough), stop), name="vitals")
            group.create_task(ending(_assigned(stages, process, enough), stop), name="assigned")
            group.create_task(_count(buses, stages, enough), name="count")
            if "understand" in names:
                passing, told = (KafkaError, KafkaBusError), lambda record: say(held_from(record))
                versions = follow(buses["understand"], timeline, enough, passing=passing, told=told)
                group.create_task(ending(versions, stop), name="versions")
            if scorer is not None:
                shown = ScorerVitals(scorer, lambda: stages.verdicts, process.metrics, process.readiness)
                group.create_task(ending(shown.run(enough), stop), name="tier1")
            async with asyncio.TaskGroup() as runs:
                for runner in stages.runners:
                    runs.create_task(ending(runner.run(stop), stop), name=runner.stage)
                if reread is not None:
                    runs.create_task(ending(reread(stop), stop), name="tier2")
            enough.set()
            await watching


async def _assigned(stages: Stages, process: Process, enough: asyncio.Event) -> None:
    """Ready when every group has given us partitions, or seems to have none for us: then we stand by."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not all(runner.partitions for runner in stages.runners) and loop.time() - began < STAND_BY_SECONDS:
        if enough.is_set():
            return
        await asyncio.sleep(0.1)
    process.readiness.met("assigned")


async def _count(buses: Mapping[str, KafkaBus], stages: Stages, enough: asyncio.Event) -> None:
    """Have the ledger's events counted before retention takes them: by the one process that has understand's first partition."""
    while not enough.is_set():
        await pause(enough, COUNT_SECONDS)
        if any(runner.stage == "understand" and 0 in runner.partitions for runner in stages.runners):
            try:
                for topic in (RAW, MENTIONS):
                    await buses["understand"].events_appended(topic)
            except (KafkaError, KafkaBusError) as fault:
                log.warning("the ledger's events could not be counted (%s); trying again", fault)
