"""A real webhook receiver, as small as the specification allows: it verifies, keeps each id once, and can misbehave."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from agents.alert.secrets import Revealable
from schemas.codec import UpstreamFault, dump_json, parse_payload

KEPT = 100
IDS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Fault:
    """How to treat one request. The slow manners drip an answer for ever, `huge` sends `body` over and over, `close` hangs up."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    manner: Literal["plain", "slow_headers", "slow_body", "huge", "close"] = "plain"
    body: bytes = b""
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Received:
    """One verified webhook."""

    id: str
    type: str
    timestamp: str
    data: dict[str, Any]


@dataclass(slots=True)
class Counts:
    requests: int = 0
    accepted: int = 0
    """Distinct ids verified and taken."""
    repeated: int = 0
    refused: int = 0
    """Signature missing, wrong or too old."""
    failed: int = 0
    """Answered by a fault instead."""


class Receiver:
    """POST / takes webhooks, GET / answers counts and the last ones. Loopback by default."""

    def __init__(
        self, secrets: Sequence[Revealable], host: str = "127.0.0.1", port: int = 0, faults: Iterable[Fault] = ()
    ) -> None:
        """A webhook signed with any of the secrets is accepted. Each request takes the next fault until there are none."""
        self._keys = [Webhook(secret.reveal()) for secret in secrets]
        self._host = host
        self._port = port
        self.faults = deque(faults)
        self.counts = Counts()
        self.received: deque[Received] = deque(maxlen=KEPT)
        self.ids: list[str] = []
        """`webhook-id` of the last requests, in order of arrival, repeats included."""
        self._known: OrderedDict[str, None] = OrderedDict()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/"

    async def start(self) -> str:
        """Listen and return the URL. Raises OSError when the port is taken."""
        app = web.Application(client_max_size=64_000)
        app.router.add_post("/{tail:.*}", self._take)
        app.router.add_get("/", self._show)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        if self._port == 0:
            self._port = self._runner.addresses[0][1]
        return self.url

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.counts.requests += 1
        body = await request.read()
        self.ids = [*self.ids[1 - IDS_KEPT :], request.headers.get("webhook-id", "")]
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and (fault.status >= 300 or fault.manner == "close"):
            self.counts.failed += 1
            return await _misbehave(request, fault)
        refusal = self._verify(body, dict(request.headers))
        if refusal is not None:
            self.counts.refused += 1
            return web.Response(status=401, text=refusal)
        try:
            self._keep(request.headers["webhook-id"], parse_payload(body))
        except (UpstreamFault, KeyError, TypeError):
            self.counts.refused += 1
            return web.Response(status=400, text="not a webhook body")
        return web.Response(status=204) if fault is None else await _misbehave(request, fault)

    def _verify(self, body: bytes, headers: dict[str, str]) -> str | None:
        reason = "no secret is known here"
        for key in self._keys:
            try:
                key.verify(body, headers, json_parse=False)
            except (WebhookVerificationError, ValueError) as fault:
                # The library lets a bare ValueError through for a malformed header.
                reason = str(fault)
            else:
                return None
        return reason

    def _keep(self, id: str, body: Any) -> None:
        if id in self._known:
            self.counts.repeated += 1
            return
        self.received.append(Received(id, body["type"], body["timestamp"], body["data"]))
        self.counts.accepted += 1
        self._known[id] = None
        if len(self._known) > IDS_KEPT:
            self._known.popitem(last=False)

    async def _show(self, _: web.Request) -> web.Response:
        counts = {name: getattr(self.counts, name) for name in Counts.__slots__}
        last = [
            {"id": item.id, "type": item.type, "timestamp": item.timestamp, "data": item.data} for item in self.received
        ]
        return web.Response(body=dump_json({"counts": counts, "received": last}), content_type="application/json")


async def _misbehave(request: web.Request, fault: Fault) -> web.StreamResponse:
    await asyncio.sleep(fault.delay)
    transport = request.transport
    if fault.manner == "plain" or transport is None:
        return web.Response(status=fault.status, headers=fault.headers, body=fault.body)
    if fault.manner == "close":
        transport.abort()
        return web.Response()
    if fault.manner == "slow_headers":
        transport.write(b"HTTP/1.1 200 OK\r\n")
        while not transport.is_closing():
            transport.write(b"x-drip: drip\r\n")
            await asyncio.sleep(0.05)
        return web.Response()
    response = web.StreamResponse(status=fault.status, headers=fault.headers)
    await response.prepare(request)
    try:
        while not transport.is_closing():
            await response.write(fault.body or b".")
            if fault.manner == "slow_body":
                await asyncio.sleep(0.05)
    except ConnectionError:
        pass
    return response
