"""The three routes, over a real socket."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from agents.ops.http import OpsServer
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_live_ready_and_metrics_say_what_is_and_why(client: aiohttp.ClientSession) -> None:
    metrics, progress, readiness = Metrics(), Progress(stall=30), Readiness("restored", "outbox")
    server = OpsServer(metrics, progress, readiness)
    await server.start()
    try:
        assert server.url.startswith("http://127.0.0.1:")
        async with client.get(f"{server.url}/-/live") as answer:
            assert (answer.status, await answer.json()) == (200, {"live": True, "reasons": {}})
        progress.backlog("listen", 9, time.monotonic() - 40)
        async with client.get(f"{server.url}/-/live") as answer:
            assert answer.status == 503
            assert (await answer.json())["reasons"] == {"listen": "9 waiting and nothing done for 40 s"}

        readiness.met("restored")
        async with client.get(f"{server.url}/-/ready") as answer:
            assert (answer.status, await answer.json()) == (503, {"ready": False, "reasons": {"outbox": "not yet"}})
        readiness.met("outbox")
        async with client.get(f"{server.url}/-/ready") as answer:
            assert (answer.status, await answer.json()) == (200, {"ready": True, "reasons": {}})

        metrics.time_clamps.inc()
        async with client.get(f"{server.url}/metrics") as answer:
            assert answer.content_type == "text/plain"
            assert "escucha_time_clamps_total 1.0" in await answer.text()
    finally:
        await server.stop()


async def test_a_taken_port_is_an_error_at_start() -> None:
    first = OpsServer(Metrics(), Progress(), Readiness())
    await first.start()
    try:
        second = OpsServer(Metrics(), Progress(), Readiness(), port=int(first.url.rsplit(":", 1)[1]))
        with pytest.raises(OSError, match="in use"):
            await second.start()
    finally:
        await first.stop()
