"""The roles of a run as processes of their own, over one bus: what `agents.embedded` puts together, one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from agents.alert.agent import AlertAgent
from agents.dashboard.feed import Feed
from agents.dashboard.page import DashboardServer
from agents.ingest.simulated import wall_clock
from agents.ops.http import OpsServer
from agents.parts import endpoints_of, keep_house, only_one, open_bus, open_redis
from agents.sources import Sources
from agents.together import ending
from agents.vitals import Vitals
from pipeline.ledger import Ledger
from pipeline.runtime.engine import Engine
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from pipeline.runtime.versions import config_timeline
from pipeline.understand import Tier0
from schemas.config import Config

Say = Callable[[str], None]


async def worker(config: Config, model: Tier0, data: Path, stop: asyncio.Event, say: Say) -> Ledger:
    """understand, influence and listen; returns the ledger when told to stop."""
    metrics, progress, readiness = Metrics(version("escucha")), Progress(), Readiness("restored", "bus")
    vitals = Vitals(metrics, progress)
    with only_one(data, "worker"):
        async with open_bus(data) as bus:
            timeline = await config_timeline(bus, config, wall_clock())
            engine = Engine(bus, timeline, model, config, observe=vitals.observe)
            await engine.start()
            readiness.met("bus")
            readiness.met("restored")
            ops = OpsServer(metrics, progress, readiness)
            await ops.start()
            say(f"worker: listening; metrics and health at {ops.url}")
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(ending(engine.run(stop), stop), name="engine")
                    group.create_task(ending(vitals.run(engine, stop), stop), name="vitals")
                    group.create_task(ending(keep_house(bus, stop), stop), name="housekeeping")
                await engine.drain()
                return await engine.ledger()
            finally:
                await ops.stop()


async def ingest(config: Config, data: Path, stop: asyncio.Event, say: Say) -> None:
    """The configured sources into the bus, with the ticks that go with them."""
    with only_one(data, "ingest"):
        async with open_bus(data) as bus:
            say(f"ingest: {', '.join(source.id for source in config.sources)}")
            await Sources(config, bus, data).run(stop)


async def alert(config: Config, data: Path, stop: asyncio.Event, say: Say) -> None:
    """Signals to Redis, and from there to the configured routes."""
    metrics, progress, readiness = Metrics(version("escucha")), Progress(), Readiness("outbox")
    async with open_bus(data) as bus, open_redis(data) as (redis, server):
        agent = AlertAgent(bus, redis, endpoints_of(config), metrics, progress, readiness)
        ops = OpsServer(metrics, progress, readiness)
        await ops.start()
        say(f"alert: {len(config.routes)} routes; metrics and health at {ops.url}")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(ending(agent.run(stop), stop), name="alerts")
                if server is not None:
                    group.create_task(ending(server.watch(stop), stop), name="redis")
        finally:
            await ops.stop()


async def dashboard(config: Config, data: Path, stop: asyncio.Event, say: Say, host: str, port: int) -> None:
    """The live page over the public topics."""
    metrics, progress, readiness = Metrics(version("escucha")), Progress(), Readiness("bus")
    async with open_bus(data) as bus:
        readiness.met("bus")
        feed = Feed(bus, config)
        await feed.open(wall_clock())
        page = DashboardServer(feed, metrics, progress, readiness, host, port)
        await page.start()
        say(f"dashboard: {page.url}")
        try:
            await feed.run(stop)
        finally:
            await page.stop()
