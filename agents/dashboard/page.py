"""The live page: static files, the state as JSON, changes as Server-Sent Events, and the ops routes, on one listener."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from typing import Any

from aiohttp import web

from agents.dashboard.feed import Feed
from agents.dashboard.stream import HEARTBEAT, drain, event, events_of
from agents.dashboard.views import hour_view, state_view
from agents.dashboard.voices import repeated_view
from agents.ops.http import add_routes
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from schemas.codec import encode

Status = Callable[[], Awaitable[Mapping[str, Any]]]
"""What the page shows beside the topics; every key may be missing or null. `live`: whether the history is filled;
`frontier`: the log's time in ms; `ledger`: a Ledger (or its JSON); `redis`: length of the public stream; `published`: ids
of signals in Redis; `webhooks`: {`accepted`, `ids`: signals that the receiver verified}."""

BREATH = 0.2
"""Seconds between two looks at what is new for a reader: faster than anybody reads."""
STATUS_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
PATIENCE_SECONDS = 30.0
"""A reader that takes nothing for so long is gone."""
READERS = 64
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
log = logging.getLogger("escucha.dashboard")


class DashboardServer:
    """Serves the feed to browsers. `feed.open` has been awaited, and somebody runs `feed.run`."""

    def __init__(
        self,
        feed: Feed,
        metrics: Metrics,
        progress: Progress,
        readiness: Readiness,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        status: Status | None = None,
        explain: str = "escucha explain",
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """Port 0 takes a free one; see `url` after `start`. `explain`: the command that takes a signal's id."""
        self._feed = feed
        self._source = status
        self._explain = explain
        self._clock = clock
        self._host = host
        self._port = port
        self._status: dict[str, Any] = {}
        self._repeated: dict[str, bytes] = {}
        self._beat = 0
        self._readers = 0
        self._stopping = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        self._app = web.Application()
        self._app.on_response_prepare.append(_guard)
        self._app.router.add_get("/api/state", self._state)
        self._app.router.add_get("/events", self._events)
        _add_static(self._app)
        add_routes(self._app, metrics, progress, readiness)

    @property
    def url(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/"

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await self.stop()
            raise
        if self._port == 0:
            self._port = self._runner.addresses[0][1]
        self._watch = asyncio.create_task(self._keep_status(), name="dashboard-status")

    async def stop(self) -> None:
        self._stopping.set()
        if self._watch is not None:
            await self._watch
            self._watch = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _state(self, _: web.Request) -> web.Response:
        state = state_view(self._feed, await self._look())
        state["explain"] = self._explain
        return web.Response(body=encode(state), content_type="application/json", headers={"Cache-Control": "no-store"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if self._readers >= READERS:
            return web.Response(status=503, text="too many readers", headers={"Retry-After": "10"})
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                # Proxies that buffer would turn live into late.
                "X-Accel-Buffering": "no",
            }
        )
        self._readers += 1
        try:
            with self._feed.subscribe() as queue:
                await response.prepare(request)
                # Whoever connects, for the first time or again, begins with the state; what follows changes it.
                await self._send(response, b"retry: 2000\n\n" + event("reset", {}))
                beat, last = self._beat, time.monotonic()
                sent: dict[str, bytes] = {}
                while not self._stopping.is_set():
                    await asyncio.sleep(BREATH)
                    # Repeated words go ahead of the changes: a deletion among these is later than they are.
                    body = b"" if self._beat == beat else self._news(sent)
                    body += events_of(drain(queue))
                    if self._beat != beat:
                        beat = self._beat
                        body += event("status", self._status)
                    if not body and time.monotonic() - last >= HEARTBEAT_SECONDS:
                        body = HEARTBEAT
                    if body:
                        last = time.monotonic()
                        await self._send(response, body)
        except (ConnectionError, TimeoutError):
            # The reader went away: its own right, and nobody's fault.
            return response
        finally:
            self._readers -= 1
        return response

    def _news(self, sent: dict[str, bytes]) -> bytes:
        """Brands whose repeated texts are others than those last sent to this reader."""
        news = {brand: body for brand, body in self._repeated.items() if sent.get(brand) != body}
        sent.update(news)
        return b"".join(news.values())

    async def _send(self, response: web.StreamResponse, body: bytes) -> None:
        await asyncio.wait_for(response.write(body), PATIENCE_SECONDS)

    async def _keep_status(self) -> None:
        while not self._stopping.is_set():
            if self._readers:
                self._status = await self._look()
                self._repeated = {
                    brand.id: event(
                        "repeated",
                        {"brand": brand.id, "texts": repeated_view(self._feed, brand.id, self._status["at"])},
                    )
                    for brand in self._feed.config.brands
                }
                self._beat += 1
            try:
                await asyncio.wait_for(self._stopping.wait(), STATUS_SECONDS)
            except TimeoutError:
                continue

    async def _look(self) -> dict[str, Any]:
        """The status handed in, the log time that counts as now (`at`), and each brand's last hour before it."""
        status: dict[str, Any] = {}
        if self._source is not None:
            try:
                status.update(await asyncio.wait_for(self._source(), PATIENCE_SECONDS))
            except Exception:
                # The page watches the run; whatever it cannot find out must not end what it watches.
                log.exception("the page's status cannot be read")
        at = status.get("frontier") or self._clock()
        return {**status, "at": at, "hour": hour_view(self._feed, at)}


def _add_static(app: web.Application) -> None:
    """The package's own few files, read once: no path of a request ever reaches the disk."""
    for file in resources.files("agents.dashboard").joinpath("static").iterdir():
        suffix = file.name[file.name.rfind(".") :]
        if suffix in TYPES:
            path = "/" if file.name == "index.html" else f"/static/{file.name}"
            app.router.add_get(path, _serve(file.read_bytes(), TYPES[suffix]))


def _serve(body: bytes, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers={"Cache-Control": "no-cache"})

    return serve


async def _guard(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
