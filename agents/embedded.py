"""Everything in one process tree: bus, engine, sources, Redis, alerts, dashboard. Composed in one visible function."""

from __future__ import annotations

import asyncio
import shlex
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from agents.alert import keys
from agents.alert.agent import AlertAgent
from agents.alert.deliver import Endpoint
from agents.alert.receiver import Receiver
from agents.config import new_secret
from agents.dashboard.arrivals import Arrivals
from agents.dashboard.feed import Feed
from agents.dashboard.page import DashboardServer
from agents.enrich.role import beside
from agents.ingest.simulated import wall_clock
from agents.parts import endpoints_of, keep_house, only_one, open_bus, open_redis
from agents.sources import Sources
from agents.tier1 import ScorerVitals, open_scorer
from agents.together import ending
from agents.vitals import Vitals
from pipeline.ledger import Ledger
from pipeline.runtime.engine import Engine
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from pipeline.runtime.versions import config_timeline, follow
from pipeline.understand import Tier0
from schemas.codec import encode
from schemas.config import Config, Route
from schemas.signal import Signal

DEMO_ROUTE = "demo"
"""The route to the receiver that a demo starts beside itself."""
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

    @property
    def explain(self) -> str:
        """What to type before a signal's id to have it recomputed: as this process was called, on its data."""
        return shlex.join([sys.argv[0], "explain", "--data", str(self.data)])


@dataclass
class Running:
    """The parts of a run, for whoever shows them."""

    config: Config
    engine: Engine
    feed: Feed
    redis: Redis
    receiver: Receiver | None
    sources: Sources
    arrivals: Arrivals
    started: float
    explain: str
    url: str = ""

    @property
    def live(self) -> bool:
        """Whether every simulated source has filled its history."""
        return self.sources.live

    async def in_redis(self) -> int | None:
        """Signals in the public stream; None while Redis does not answer."""
        try:
            return int(await self.redis.xlen(keys.PUBLIC_STREAM))
        except RedisError:
            return None


@dataclass(frozen=True)
class Finished:
    """How a run ended: the ledger, the signals decided in it, and those of them that a webhook receiver took."""

    ledger: Ledger
    fired: list[Signal]
    delivered: list[Signal]


Screen = Callable[[Running, asyncio.Event], Coroutine[None, None, None]]


async def run(
    config: Config,
    model: Tier0,
    options: Options,
    stop: asyncio.Event,
    screen: Screen,
    begun: Callable[[], None] = lambda: None,
) -> Finished:
    """Run until `stop` or `options.seconds`, then drain: sources first, then the engine, then the alerts.

    `begun` is called when there is something to drain. Before, `stop` is not looked at: cancel the run instead.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(only_one(options.data, "worker"))
        stack.enter_context(only_one(options.data, "ingest"))
        bus = await stack.enter_async_context(open_bus(options.data))
        redis, server = await stack.enter_async_context(open_redis(options.data))
        receiver, endpoints = await stack.enter_async_context(_endpoints(config, options))
        metrics = Metrics(version("escucha"))
        progress, readiness = Progress(), Readiness("restored", "bus", "outbox")
        vitals = Vitals(metrics, progress)
        scorer = await stack.enter_async_context(open_scorer(config, metrics))
        reread = await stack.enter_async_context(beside(config, bus, options.data, metrics, progress, _say))
        timeline = await config_timeline(bus, config, wall_clock())
        engine = Engine(bus, timeline, model, config, observe=vitals.observe, scorer=scorer)
        await engine.start()
        readiness.met("bus")
        readiness.met("restored")
        alerts = AlertAgent(bus, redis, endpoints, metrics, progress, readiness)
        feed = Feed(bus, config)
        await feed.open(wall_clock())
        sources = Sources(config, bus, options.data, feed.busy)
        running = Running(
            config, engine, feed, redis, receiver, sources, Arrivals(redis), time.monotonic(), options.explain
        )
        page = DashboardServer(
            feed,
            metrics,
            progress,
            readiness,
            options.host,
            options.port,
            status=lambda: _status(running),
            explain=options.explain,
        )
        await page.start()
        stack.push_async_callback(page.stop)
        running.url = page.url

        begun()
        engine_stop, rest_stop = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:

            def also(work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
                return group.create_task(ending(work, stop, engine_stop, rest_stop), name=name)

            rereading = also(reread(stop), "tier2")
            also(engine.run(engine_stop), "engine")
            also(alerts.run(rest_stop), "alerts")
            also(feed.run(rest_stop), "feed")
            also(vitals.run(engine, rest_stop), "vitals")
            also(keep_house(bus, rest_stop), "housekeeping")
            also(follow(bus, timeline, rest_stop), "versions")
            if scorer is not None:
                also(ScorerVitals(scorer, lambda: engine.verdicts, metrics, readiness).run(rest_stop), "tier1")
            also(screen(running, rest_stop), "screen")
            if server is not None:
                also(server.watch(rest_stop), "redis")
            timer = group.create_task(_ring(stop, options.seconds), name="timer")
            await feed.catch_up()
            await ending(_feed_and_drain(running, alerts, rereading, stop, engine_stop), stop, engine_stop, rest_stop)
            timer.cancel()
            rest_stop.set()
        taken = _taken(receiver) if receiver is not None else set()
        fired = [signal for signal in feed.signals if not signal.observe]
        return Finished(await engine.ledger(), fired, [signal for signal in fired if signal.id in taken])


async def _feed_and_drain(
    running: Running, alerts: AlertAgent, rereading: asyncio.Task[None], stop: asyncio.Event, engine_stop: asyncio.Event
) -> None:
    await running.sources.run(stop)
    stop.set()
    # Its scores are events too: none comes after the engine has drained.
    await asyncio.wait([rereading])
    await running.sources.last_tick()
    engine_stop.set()
    await running.engine.drain()
    await _settle(alerts, running.feed, running.receiver)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def _ring(stop: asyncio.Event, seconds: float | None) -> None:
    if seconds is not None:
        await asyncio.sleep(seconds)
        stop.set()


async def _settle(alerts: AlertAgent, feed: Feed, receiver: Receiver | None) -> None:
    """Wait until every signal is in Redis and, where a receiver stands beside us, has arrived there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        await feed.catch_up()
        expected = {signal.id for signal in feed.signals if not signal.observe}
        arrived = receiver is None or expected <= _taken(receiver)
        if await alerts.publisher.behind() == 0 and arrived:
            return
        await asyncio.sleep(0.1)


def _taken(receiver: Receiver) -> set[str]:
    """Ids of the last webhooks that were verified."""
    return {webhook.id for webhook in receiver.received}


async def _status(running: Running) -> dict[str, object]:
    """What the page shows beside the topics."""
    receiver = running.receiver
    return {
        "live": running.live,
        "frontier": running.engine.frontier,
        "now": wall_clock(),
        "ledger": encode(await running.engine.ledger()).decode(),
        "redis": await running.in_redis(),
        "published": await running.arrivals.of([signal.id for signal in running.feed.signals]),
        "webhooks": None
        if receiver is None
        else {"accepted": receiver.counts.accepted, "ids": sorted(_taken(receiver))},
    }


@asynccontextmanager
async def _endpoints(config: Config, options: Options) -> AsyncIterator[tuple[Receiver | None, list[Endpoint]]]:
    """The configured routes, and in a demo one more to a receiver on this machine."""
    endpoints = endpoints_of(config)
    if not options.demo:
        yield None, endpoints
        return
    secret = new_secret()
    receiver = Receiver([secret])
    route = Route(DEMO_ROUTE, "webhook", await receiver.start(), "", allow_private=True)
    try:
        yield receiver, [*endpoints, Endpoint(route, [secret])]
    finally:
        await receiver.stop()
