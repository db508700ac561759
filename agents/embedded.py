"""Everything in one process tree: bus, engine, sources, Redis, alerts, dashboard. Composed in one visible function."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from redis.asyncio import Redis

from agents.alert.agent import AlertAgent
from agents.alert.client import connect, examine
from agents.alert.deliver import Endpoint
from agents.alert.receiver import Receiver
from agents.alert.server import EmbeddedRedis
from agents.config import Secret, new_secret, secret_of
from agents.dashboard.feed import Feed
from agents.dashboard.page import DashboardServer
from agents.ingest.simulated import wall_clock
from agents.places import bus_file, redis_directory
from agents.sources import Sources
from agents.vitals import Vitals
from pipeline.ledger import Ledger
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from pipeline.runtime.versions import config_timeline
from pipeline.understand import Tier0
from schemas.config import Config, Route
from schemas.signal import Signal

DEMO_ROUTE = "demo"
"""The route to the receiver that a demo starts beside itself."""
HOUSEKEEPING = 60.0
PATIENCE = 10.0
"""Seconds a stopping run gives deliveries under way. What is not delivered stays in the outbox for the next run."""


@dataclass(frozen=True)
class Options:
    """What the command line decides."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    seconds: float | None = None
    """Stop by itself after so long; None runs until told to."""
    demo: bool = True
    """Start a webhook receiver and route every signal to it."""


@dataclass
class Running:
    """The parts of a run, for whoever shows them."""

    config: Config
    engine: Engine
    feed: Feed
    redis: Redis
    receiver: Receiver | None
    sources: Sources
    url: str
    started: float


@dataclass(frozen=True)
class Finished:
    """How a run ended: the ledger, the signals decided in it, and those of them that a webhook receiver took."""

    ledger: Ledger
    fired: list[Signal]
    delivered: list[Signal]


Screen = Callable[[Running, asyncio.Event], Awaitable[None]]


async def run(config: Config, model: Tier0, options: Options, stop: asyncio.Event, screen: Screen) -> Finished:
    """Run until `stop` or `options.seconds`, then drain: sources first, then the engine, then the alerts."""
    options.data.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        bus = SqliteBus(bus_file(options.data), partitions=None, clock=wall_clock)
        await bus.open()
        stack.push_async_callback(bus.close)
        metrics = Metrics(version("escucha"))
        progress, readiness = Progress(), Readiness("restored", "bus", "outbox")
        vitals = Vitals(metrics, progress)
        engine = Engine(bus, await config_timeline(bus, config, wall_clock()), model, config, observe=vitals.observe)
        await engine.start()
        readiness.met("bus")
        readiness.met("restored")
        redis = await stack.enter_async_context(_redis(options.data))
        receiver, endpoints = await stack.enter_async_context(_endpoints(config, options))
        alerts = AlertAgent(bus, redis, endpoints, metrics, progress, readiness)
        feed = Feed(bus, config, receiver)
        page = DashboardServer(feed, metrics, progress, readiness, options.host, options.port)
        await page.start()
        stack.push_async_callback(page.stop)
        sources = Sources(config, bus, options.data)
        running = Running(config, engine, feed, redis, receiver, sources, page.url, time.monotonic())

        engine_stop, rest_stop = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(engine.run(engine_stop), name="engine")
            group.create_task(alerts.run(rest_stop), name="alerts")
            group.create_task(feed.run(rest_stop), name="feed")
            group.create_task(vitals.run(engine, rest_stop), name="vitals")
            group.create_task(_keep_house(bus, rest_stop), name="housekeeping")
            group.create_task(screen(running, rest_stop), name="screen")
            timer = group.create_task(_ring(stop, options.seconds), name="timer")
            await sources.run(stop)
            stop.set()
            engine_stop.set()
            await engine.drain()
            await _settle(alerts, feed, receiver)
            rest_stop.set()
            timer.cancel()
        await feed.catch_up()
        fired = [signal for signal in feed.signals if not signal.observe]
        taken = {webhook.id for webhook in receiver.received} if receiver is not None else set()
        return Finished(await engine.ledger(), fired, [signal for signal in fired if signal.id in taken])


async def _ring(stop: asyncio.Event, seconds: float | None) -> None:
    if seconds is not None:
        await asyncio.sleep(seconds)
        stop.set()


async def _settle(alerts: AlertAgent, feed: Feed, receiver: Receiver | None) -> None:
    """Wait until every signal is in Redis and, where a receiver stands beside us, has arrived there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        await feed.catch_up()
        published = await alerts.publisher.behind() == 0
        arrived = receiver is None or receiver.counts.accepted >= min(len(feed.signals), 1)
        if published and arrived:
            return
        await asyncio.sleep(0.1)


async def _keep_house(bus: SqliteBus, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await bus.prune(wall_clock())
        try:
            await asyncio.wait_for(stop.wait(), HOUSEKEEPING)
        except TimeoutError:
            continue


@asynccontextmanager
async def _redis(data: Path) -> AsyncIterator[Redis]:
    """The server named by ESCUCHA_REDIS, else a private one of our own. Raises RedisUnfit."""
    url = os.environ.get("ESCUCHA_REDIS")
    server = None if url else EmbeddedRedis(redis_directory(data))
    client = connect(url or (await server.start() if server is not None else ""))
    try:
        await examine(client)
        yield client
    finally:
        await client.aclose()
        if server is not None:
            await server.stop()


@asynccontextmanager
async def _endpoints(config: Config, options: Options) -> AsyncIterator[tuple[Receiver | None, list[Endpoint]]]:
    """The configured routes, and in a demo one more to a receiver on this machine."""
    endpoints = [Endpoint(route, [secret_of(route, os.environ)]) for route in config.routes]
    if not options.demo:
        yield None, endpoints
        return
    secret: Secret = new_secret()
    receiver = Receiver([secret])
    route = Route(DEMO_ROUTE, "webhook", await receiver.start(), "", allow_private=True)
    try:
        yield receiver, [*endpoints, Endpoint(route, [secret])]
    finally:
        await receiver.stop()
