"""The roles of a run as processes of their own, over one bus: what `agents.embedded` puts together, one by one."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

from agents.alert.agent import AlertAgent
from agents.dashboard.feed import Feed
from agents.dashboard.page import DashboardServer
from agents.enrich.role import beside
from agents.ingest.simulated import wall_clock
from agents.kafka import KafkaUnfit, Say, cluster, open_kafka, own_times
from agents.ops.http import OpsServer
from agents.parts import endpoints_of, keep_house, only_one, open_bus, open_redis, pause
from agents.process import Process
from agents.sources import Sources
from agents.tier1 import ScorerVitals, open_scorer
from agents.together import ending
from agents.vitals import EVERY, Vitals
from pipeline.ledger import Ledger
from pipeline.runtime.bus import Bus
from pipeline.runtime.engine import Engine
from pipeline.runtime.versions import config_timeline, follow, held_from
from pipeline.understand import Tier0
from schemas.config import Config
from schemas.kinds import Stage


async def worker(config: Config, model: Tier0, data: Path, process: Process, stop: asyncio.Event, say: Say) -> Ledger:
    """understand, influence and listen on the embedded bus; returns the ledger when told to stop."""
    vitals = Vitals(process.metrics, process.progress)
    with only_one(data, "worker"):
        async with AsyncExitStack() as stack:
            bus = await stack.enter_async_context(open_bus(data))
            timeline = await config_timeline(bus, config, wall_clock())
            scorer = await stack.enter_async_context(open_scorer(config, process.metrics))
            engine = Engine(bus, timeline, model, config, observe=vitals.observe, scorer=scorer)
            await engine.start()
            process.readiness.met("bus")
            ops = await _ops(process)
            stack.push_async_callback(ops.stop)
            # A model may first have to be downloaded: until then there is nothing to drain, and a stop ends the process.
            reread = await stack.enter_async_context(beside(config, bus, data, process.metrics, process.progress, say))
            process.readiness.met("assigned")
            process.begun = True
            say(f"worker: listening; metrics and health at {ops.url}")
            async with asyncio.TaskGroup() as group:
                group.create_task(ending(reread(stop), stop), name="tier2")
                group.create_task(ending(engine.run(stop), stop), name="engine")
                group.create_task(ending(vitals.run(engine, stop), stop), name="vitals")
                group.create_task(ending(keep_house(bus, stop), stop), name="housekeeping")
                group.create_task(
                    ending(follow(bus, timeline, stop, told=lambda record: say(held_from(record))), stop),
                    name="versions",
                )
                if scorer is not None:
                    shown = ScorerVitals(scorer, lambda: engine.verdicts, process.metrics, process.readiness)
                    group.create_task(ending(shown.run(stop), stop), name="tier1")
            await engine.drain()
            return await engine.ledger()


async def ingest(config: Config, data: Path, process: Process, stop: asyncio.Event, say: Say) -> None:
    """The configured sources into the bus, with the ticks that go with them."""
    async with AsyncExitStack() as stack:
        bus: Bus
        bootstrap = cluster()
        if bootstrap is None:
            stack.enter_context(only_one(data, "ingest"))
            bus = await stack.enter_async_context(open_bus(data))
        else:
            bus = kafka = await stack.enter_async_context(open_kafka(bootstrap, say))
            if any(source.kind == "simulator" for source in config.sources) and not await own_times(kafka):
                raise KafkaUnfit(
                    "a simulated world makes its own past, but social.raw takes the broker's time; "
                    f"for a demonstration run: escucha topics apply --replay --kafka {bootstrap}"
                )
        process.readiness.met("bus")
        ops = await _ops(process)
        stack.push_async_callback(ops.stop)
        process.begun = True
        say(f"ingest: {', '.join(source.id for source in config.sources)}; metrics and health at {ops.url}")
        sources = Sources(config, bus, data, ticked=lambda: process.progress.advanced(Stage.INGEST, time.monotonic()))
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(_watch(sources, process, stop), name="vitals")
            await ending(sources.run(stop), stop)
            await watching


async def _watch(sources: Sources, process: Process, stop: asyncio.Event) -> None:
    """There is always a next tick to append: a bus that takes none is a stall."""
    told = 0
    while not stop.is_set():
        process.progress.backlog(Stage.INGEST, 1, time.monotonic())
        process.metrics.records_out.labels(Stage.INGEST).inc(sources.sent - told)
        told = sources.sent
        await pause(stop, EVERY)


async def alert(config: Config, data: Path, process: Process, stop: asyncio.Event, say: Say) -> None:
    """Signals to Redis, and from there to the configured routes."""
    metrics, progress, readiness = process.metrics, process.progress, process.readiness
    async with AsyncExitStack() as stack:
        endpoints = endpoints_of(config)
        bootstrap = cluster()
        if bootstrap is None:
            bus: Bus = await stack.enter_async_context(open_bus(data))
            publishing = None
        else:
            from agents.alert.shared import SharedPublisher

            kafka = await stack.enter_async_context(open_kafka(bootstrap, say))
            bus, publishing = kafka, SharedPublisher(kafka)
        readiness.met("bus")
        redis, server = await stack.enter_async_context(open_redis(data))
        agent = AlertAgent(bus, redis, endpoints, metrics, progress, readiness, shared=publishing)
        ops = await _ops(process)
        stack.push_async_callback(ops.stop)
        process.begun = True
        say(f"alert: {len(config.routes)} routes; metrics and health at {ops.url}")
        async with asyncio.TaskGroup() as group:
            group.create_task(ending(agent.run(stop), stop), name="alerts")
            if server is not None:
                group.create_task(ending(server.watch(stop), stop), name="redis")


async def dashboard(config: Config, data: Path, process: Process, stop: asyncio.Event, say: Say) -> None:
    """The live page over the public topics."""
    async with AsyncExitStack() as stack:
        bootstrap = cluster()
        bus: Bus = await stack.enter_async_context(
            open_bus(data) if bootstrap is None else open_kafka(bootstrap, say, looking=True)
        )
        process.readiness.met("bus")
        feed = Feed(bus, config)
        await feed.open(wall_clock())
        page = DashboardServer(feed, process.metrics, process.progress, process.readiness, process.host, process.port)
        await page.start()
        stack.push_async_callback(page.stop)
        process.begun = True
        say(f"dashboard: {page.url}")
        await feed.run(stop)


async def _ops(process: Process) -> OpsServer:
    ops = OpsServer(process.metrics, process.progress, process.readiness, process.host, process.port)
    await ops.start()
    return ops
