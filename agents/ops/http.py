"""`/-/live`, `/-/ready` and `/metrics` over HTTP, on the loopback address unless told otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from schemas.codec import dump_json


def add_routes(
    app: web.Application,
    metrics: Metrics,
    progress: Progress,
    readiness: Readiness,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Add the three routes to an application. Answers are JSON with reasons; 503 means no."""

    async def live(_: web.Request) -> web.Response:
        stalls = progress.stalled(monotonic())
        reasons = {
            stall.stage: f"{stall.backlog} waiting and nothing done for {stall.seconds:.0f} s" for stall in stalls
        }
        return _answer("live", reasons)

    async def ready(_: web.Request) -> web.Response:
        return _answer("ready", readiness.reasons, readiness.without)

    async def expose(_: web.Request) -> web.Response:
        return web.Response(body=metrics.render(), headers={"content-type": CONTENT_TYPE_LATEST})

    app.router.add_get("/-/live", live)
    app.router.add_get("/-/ready", ready)
    app.router.add_get("/metrics", expose)


def _answer(name: str, reasons: dict[str, str], without: dict[str, str] | None = None) -> web.Response:
    degraded = {"degraded": without} if without else {}
    body = dump_json({name: not reasons, "reasons": reasons, **degraded})
    return web.Response(body=body, status=503 if reasons else 200, content_type="application/json")


class OpsServer:
    """The routes on a listener of their own, for roles without a dashboard."""

    def __init__(
        self, metrics: Metrics, progress: Progress, readiness: Readiness, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        """Port 0 takes a free one; see `url` after `start`."""
        self._app = web.Application()
        add_routes(self._app, metrics, progress, readiness)
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        self._runner = web.AppRunner(self._app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        if self._port == 0:
            self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
