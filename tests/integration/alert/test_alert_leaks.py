"""Secrets stay secret: canaries in secrets, URL and password, every failure provoked, everything written is searched."""

from __future__ import annotations

import asyncio
import base64
import logging
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from agents.alert import keys
from agents.alert.deliver import DeliveryWorker, Endpoint
from agents.alert.receiver import Fault, Receiver
from agents.alert.secrets import BadSecret
from pipeline.runtime.metrics import Metrics
from schemas.codec import encode
from schemas.config import Route
from schemas.signal import Signal

KEY = base64.b64encode(b"canary-key-0123456789-abcdefghij").decode()
TOKEN = "canary-url-token"
CANARIES = (KEY, "canary-key", TOKEN, "canary-user", "canary-word", "canary-bad")


class Held:
    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "***"


async def test_no_log_metric_record_or_traceback_shows_a_secret_or_the_url(
    redis: Redis, make_signal: Callable[..., Signal], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("asyncio").setLevel(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    metrics = Metrics("test")
    listening = Receiver(
        [Held("whsec_" + KEY)],
        faults=[
            Fault(500, body=b"no"),
            Fault(301, {"Location": f"http://127.0.0.1:1/{TOKEN}"}),
            Fault(429),
            Fault(manner="close"),
            Fault(500, delay=5),
        ],
    )
    host = (await listening.start()).removeprefix("http://").rstrip("/")
    urls = [f"http://canary-user:canary-word@{host}/{TOKEN}?key={TOKEN}"] * 5 + [
        f"http://127.0.0.1:1/{TOKEN}",
        f"https://{host}/{TOKEN}",
        f"http://nowhere.invalid/{TOKEN}",
        f"http://169.254.169.254/{TOKEN}",
        f"http://[{TOKEN}/",
        f"http://{TOKEN} {TOKEN}:99999999/",
        f"ftp://{host}/{TOKEN}",
    ]
    workers = []
    written = []
    for i, url in enumerate(urls):
        route = f"r{i}"
        endpoint = Endpoint(Route(route, "webhook", url, "PR_SECRET", allow_private=True), [Held("whsec_" + KEY)])
        worker = DeliveryWorker(endpoint, redis, metrics, "tester", deadline=0.5)
        written.append(repr(worker) + repr(endpoint.secrets))
        await redis.xadd(keys.outbox(route), {"id": f"sig_{i}", "signal": encode(make_signal(f"sig_{i}"))})
        try:
            assert await worker.step(asyncio.Event()) == 1
            await worker.settle()
        except Exception:
            written.append(traceback.format_exc())
        await worker.close()
        workers.append(worker)
    await listening.stop()

    for bad in ("canary-bad, not base64", "whsec_" + base64.b64encode(b"canary-bad").decode(), ""):
        with pytest.raises(BadSecret) as caught:
            DeliveryWorker(
                Endpoint(Route("bad", "webhook", "https://example.org/", "BAD_SECRET"), [Held(bad)]),
                redis,
                metrics,
                "tester",
            )
        written.append("".join(traceback.format_exception(caught.value)))
    for key in await redis.keys("*"):
        kind = await redis.type(key)
        if kind == b"stream":
            written.append(repr(await redis.xrange(key)))
        elif kind == b"hash":
            written.append(repr(await redis.hgetall(key)))
    written += [record.getMessage() + str(record.exc_text or record.exc_info or "") for record in caplog.records]
    written.append(metrics.render().decode())

    everything = "\n".join(written)
    failed = {
        sample.labels["outcome"]
        for family in metrics.registry.collect()
        if family.name == "escucha_notifications"
        for sample in family.samples
        if sample.value and sample.name.endswith("_total")
    }
    assert failed == {"rejected", "redirected", "throttled", "unreachable", "timeout", "tls", "forbidden"}
    assert "rejected at attempt 1" in everything
    assert [canary for canary in CANARIES if canary in everything] == []
