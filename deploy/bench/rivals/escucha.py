"""Escucha on Kafka: what `escucha worker --role all` and `escucha alert` run, in one process, on topics of its own."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from agents.alert.agent import AlertAgent
from agents.alert.client import connect
from agents.commands.common import tier0
from agents.kafka_roles import STAGES
from agents.stage_vitals import StageVitals
from agents.stages import Stages, runner_for
from deploy.bench.rivals.job import Asked, asked
from deploy.bench.sampler import Sampler
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.runtime.collector import look_rarely
from pipeline.runtime.engine import plan_of
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.kafka import KafkaBus
from pipeline.runtime.metrics import Metrics
from schemas.instants import EARLIEST

PROFILE = "ESCUCHA_RACE_PROFILE"
"""Environment: a file for samples of where the CPU goes."""


async def run(told: Asked, stop: asyncio.Event) -> None:
    """Until `stop`. A bus for each stage and one for the alerts, as the roles have them."""
    look_rarely()
    config, metrics, progress = told.config, Metrics("race"), Progress()
    async with AsyncExitStack() as stack:
        buses = {name: KafkaBus(told.bootstrap, prefix=told.prefix) for name in (*STAGES, "alert")}
        for bus in buses.values():
            await bus.open()
            stack.push_async_callback(bus.close)
        plan, model = plan_of(buses["alert"]), tier0()
        timeline = Timeline(EARLIEST, Matcher(config.brands, config_version(config)))
        vitals, stages = StageVitals(metrics, progress), Stages()
        for name in STAGES:
            stages.runners.append(runner_for(name, buses[name], stages, plan, timeline, model, config, vitals.observe))
        readiness = Readiness("outbox", "alert")
        agent = AlertAgent(buses["alert"], connect(told.redis), [], metrics, progress, readiness, "race")
        async with asyncio.TaskGroup() as group:
            for runner in stages.runners:
                group.create_task(runner.run(stop), name=runner.stage)
            if told.state.name.endswith("-0"):
                # One of the processes tells; the others work.
                group.create_task(agent.run(stop), name="alert")
            group.create_task(vitals.watch(stages, stop), name="vitals")


def main() -> None:
    told = asked()
    if PROFILE in os.environ:
        Sampler(Path(os.environ[PROFILE]))
    logging.basicConfig(level=logging.WARNING)
    uvloop.run(run(told, asyncio.Event()))


if __name__ == "__main__":
    main()
