"""The whole agent: from the bus to Redis and to signed webhooks, with duplicates, restarts and a receiver that fails."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
from redis.asyncio import Redis

from agents.alert import keys
from agents.alert.agent import AlertAgent
from agents.alert.client import connect
from agents.alert.deliver import Endpoint
from agents.alert.receiver import Fault, Receiver
from agents.alert.server import EmbeddedRedis
from pipeline.record import Outgoing
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from schemas.config import Route
from schemas.kinds import SignalKind
from schemas.signal import Signal


async def test_every_signal_on_the_bus_is_delivered_once_over_restarts_of_the_agent(
    bus: SqliteBus,
    redis_url: str,
    redis: Redis,
    receiver: Receiver,
    secret: Callable[[str], Any],
    make_signal: Callable[..., Signal],
    to_bus: Callable[..., Outgoing],
    until: Callable[..., Awaitable[None]],
) -> None:
    endpoints = [
        Endpoint(Route("pr", "webhook", receiver.url, "PR_SECRET", allow_private=True), [secret("pr")]),
        Endpoint(
            Route("praise", "webhook", receiver.url, "PR_SECRET", signals=[SignalKind.OPPORTUNITY], allow_private=True),
            [secret("pr")],
        ),
    ]
    readiness = Readiness("outbox")
    for start in range(3):
        client = connect(redis_url)
        metrics = Metrics("test", ["pr", "praise"])
        progress = Progress()
        agent = AlertAgent(bus, client, endpoints, metrics, progress, readiness, "host")
        stop = asyncio.Event()
        running = asyncio.create_task(agent.run(stop))
        for i in range(20):
            await bus.append([to_bus(make_signal(f"sig_{start}_{i}", brand=f"b{i % 4}"))] * 2)
        wanted = 20 * (start + 1)
        await until(lambda wanted=wanted: receiver.counts.accepted >= wanted)
        stop.set()
        await asyncio.wait_for(running, 10)
        await client.aclose()
    assert receiver.counts.accepted == 60
    assert receiver.counts.repeated == 0
    assert await redis.xlen(keys.PUBLIC_STREAM) == 60
    assert await redis.xlen(keys.outbox("pr")) == 0
    assert not await redis.exists(keys.outbox("praise")) or await redis.xlen(keys.outbox("praise")) == 0
    assert readiness.reasons == {}
    async with aiohttp.ClientSession() as session, session.get(receiver.url) as answer:
        shown = await answer.json()
    assert shown["counts"]["accepted"] == 60
    assert len(shown["received"]) == 60


async def test_under_fire_every_signal_reaches_the_stream_once_and_the_receiver_signed(
    bus: SqliteBus,
    tmp_path: Path,
    receiver: Receiver,
    secret: Callable[[str], Any],
    make_signal: Callable[..., Signal],
    to_bus: Callable[..., Outgoing],
    until: Callable[..., Awaitable[None]],
) -> None:
    """Redis is killed three times while signals come in, each told twice, and every third answer is a failure."""
    receiver.faults.extend(Fault(500) if i % 3 == 0 else Fault(200) for i in range(60))
    server = EmbeddedRedis(tmp_path / "redis")
    client = connect(await server.start())
    endpoint = Endpoint(Route("pr", "webhook", receiver.url, "PR_SECRET", allow_private=True), [secret("pr")])
    agent = AlertAgent(bus, client, [endpoint], Metrics("test"), Progress(), Readiness("outbox"), "host")
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(server.watch(stop))
        group.create_task(agent.run(stop))
        for i in range(90):
            await bus.append([to_bus(make_signal(f"sig_{i:02}", brand=f"b{i % 4}"))] * 2)
            if i % 30 == 15:
                assert server.pid is not None
                before = server.pid
                os.kill(before, signal.SIGKILL)
                await until(lambda before=before: server.running and server.pid != before)
            await asyncio.sleep(0.01)
        await until(lambda: receiver.counts.accepted >= 90)
        stop.set()
    names = [fields[b"id"].decode() for _, fields in await client.xrange(keys.PUBLIC_STREAM)]
    await client.aclose()
    await server.stop()
    assert sorted(names) == [f"sig_{i:02}" for i in range(90)]
    assert receiver.counts.accepted == 90
    assert receiver.counts.refused == 0
    assert receiver.counts.failed == 20


async def test_an_idle_agent_stays_alive_and_stops_at_once(
    bus: SqliteBus, redis: Redis, receiver: Receiver, secret: Callable[[str], Any], metrics: Metrics
) -> None:
    endpoint = Endpoint(Route("pr", "webhook", receiver.url, "PR_SECRET", allow_private=True), [secret("pr")])
    progress = Progress()
    agent = AlertAgent(bus, redis, [endpoint], metrics, progress, Readiness("outbox"))
    stop = asyncio.Event()
    running = asyncio.create_task(agent.run(stop))
    await asyncio.sleep(0.3)
    assert not running.done()
    assert progress.stalled(1e12) == []
    stop.set()
    await asyncio.wait_for(running, 2)
