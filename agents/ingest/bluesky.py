"""The public Bluesky Jetstream, keyless: receive, append, acknowledge, then the cursor; reconnects by policy."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from agents.ingest.backoff import Outcome, decide, good, outcome_of_status
from agents.ingest.connector import CredentialsRefused, Gap, NetworkUnreachable, Received, Sink
from agents.ingest.cursor import Checkpoint, CursorStore
from agents.ingest.jetstream import (
    COLLECTIONS,
    DEFAULT_ENDPOINTS,
    SUBPROTOCOL,
    Endpoint,
    Frame,
    Wire,
    address,
    clamped,
    read_frame,
    read_refusal,
    rewound,
)
from schemas.limits import PAYLOAD_BYTES

LOG = logging.getLogger("escucha.ingest.bluesky")
NETWORK = "bluesky"
_GOING_AWAY = frozenset((1001, 1012, 1013))
_PATIENCE = 3
"""Failures in a row on one host before the next is tried."""
_REMEDY = (
    "check the connection and any proxy, or name other hosts in the source's `hosts`; `make run` alone needs no network"
)


@dataclass(frozen=True, slots=True)
class JetstreamOptions:
    """Times in seconds."""

    endpoints: Sequence[Endpoint] = DEFAULT_ENDPOINTS
    collections: Sequence[str] = COLLECTIONS
    idle: float = 60.0
    """No data for so long means a dead stream, however open it looks."""
    batch: int = 500
    linger: float = 0.02
    open_timeout: float = 10.0
    save_every: float = 1.0
    """The cursor is written this often at most; what a crash loses is only read again."""
    give_up_first: bool = True
    """Raise NetworkUnreachable when no host answers the first time, instead of waiting for one."""


@dataclass(slots=True)
class JetstreamStatus:
    """What the connector did, for metrics and for a person."""

    host: str = ""
    received: int = 0
    connections: int = 0
    last_event: float = 0.0
    """Monotonic seconds."""
    ends: dict[str, int] = field(default_factory=dict)


class _Ended(NamedTuple):
    """How one connection ended. `unsupported`: this endpoint does not speak this wire."""

    outcome: Outcome
    why: str
    retry_after: float | None = None
    unsupported: bool = False


class BlueskyConnector:
    """One subscription. `sleep` and `rand` are handed in by tests."""

    def __init__(
        self,
        source: str,
        store: CursorStore,
        options: JetstreamOptions | None = None,
        *,
        on_gap: Callable[[Gap], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self._source = source
        self._store = store
        self._options = options if options is not None else JetstreamOptions()
        self._on_gap = on_gap
        self._sleep = sleep
        self._rand = rand
        self._floor: dict[Endpoint, int] = {}
        self._acked: Checkpoint | None = None
        self._saved: Checkpoint | None = None
        self._saved_at = 0.0
        self.status = JetstreamStatus()

    async def run(self, sink: Sink) -> None:
        """Listen until cancelled. Raises NetworkUnreachable when no host answers the first time, CredentialsRefused on 401 and 403."""
        endpoints = list(self._options.endpoints)
        attempt = index = 0
        first_why = ""
        while True:
            endpoint = endpoints[index]
            began, before = time.monotonic(), self.status.received
            try:
                ended = await self._listen(endpoint, sink)
            finally:
                self._save(force=True)
            delivered = self.status.received - before
            self.status.ends[ended.outcome] = self.status.ends.get(ended.outcome, 0) + 1
            if ended.outcome is Outcome.UNAUTHORISED:
                raise CredentialsRefused(endpoint.host, ended.why)
            if self._options.give_up_first and self.status.connections == 0:
                first_why = first_why or ended.why
                index += 1
                if index == len(endpoints):
                    raise NetworkUnreachable(endpoints[0].host, first_why, _REMEDY)
                continue
            if good(time.monotonic() - began, delivered):
                attempt = 0
            decision = decide(attempt, ended.outcome, ended.retry_after, self._rand())
            LOG.warning("%s: %s; again in %.1f s", endpoint.host, ended.why, decision.delay)
            attempt += 1
            if ended.unsupported or attempt % _PATIENCE == 0:
                index = (index + 1) % len(endpoints)
            await self._sleep(decision.delay)

    async def _listen(self, endpoint: Endpoint, sink: Sink) -> _Ended:
        options = self._options
        cursor, asked_us, gap = self._start(endpoint)
        try:
            socket = await connect(
                address(endpoint, options.collections, cursor),
                subprotocols=[Subprotocol(SUBPROTOCOL)] if endpoint.wire is Wire.V2 else None,
                compression=None,
                max_size=2 * PAYLOAD_BYTES,
                open_timeout=options.open_timeout,
                close_timeout=1.0,
                ping_interval=30.0,
                ping_timeout=45.0,
                user_agent_header="escucha/0.1 (social listening)",
            )
        except InvalidStatus as refused:
            return self._refused(endpoint, refused)
        except (InvalidHandshake, InvalidURI) as fault:
            return _Ended(Outcome.REFUSED, f"no WebSocket there ({fault})", unsupported=True)
        except TimeoutError:
            return _Ended(Outcome.UNREACHABLE, f"no answer within {options.open_timeout:.0f} s")
        except OSError as fault:
            return _Ended(Outcome.UNREACHABLE, str(fault) or type(fault).__name__)
        # Outside the guard above: what the sink raises is our own fault, never the network's.
        self.status.connections += 1
        self.status.host = endpoint.host
        try:
            return await self._drain(_Stream(endpoint, cursor, asked_us, gap), socket, sink)
        finally:
            await socket.close()

    def _start(self, endpoint: Endpoint) -> tuple[int | None, int | None, bool]:
        """Cursor to ask for, the time it stands for, and whether a gap is certain already."""
        own = self._store.load(self._source, endpoint.host, endpoint.cursor_kind)
        if own is not None:
            floor = self._floor.pop(endpoint, None)
            if endpoint.wire is Wire.V1:
                return rewound(own.value), rewound(own.value), False
            if floor is None:
                return own.value, own.time_us, False
            # Without a floor that helps, ask by time: the server moves such a cursor to its floor.
            return (floor if floor > own.value else rewound(own.time_us)), own.time_us, True
        latest = self._store.latest(self._source)
        # A position of another host means nothing here; its time does.
        return (None, None, False) if latest is None else (rewound(latest.time_us), rewound(latest.time_us), False)

    async def _drain(self, stream: _Stream, socket: ClientConnection, sink: Sink) -> _Ended:
        """Batches from the socket to the sink until either ends."""
        loop = asyncio.get_running_loop()
        while True:
            frames: list[bytes] = []
            ended: _Ended | None = None
            try:
                async with asyncio.timeout(self._options.idle):
                    frames.append(await socket.recv(decode=False))
                async with asyncio.timeout_at(loop.time() + self._options.linger):
                    while len(frames) < self._options.batch:
                        frames.append(await socket.recv(decode=False))
            except TimeoutError:
                if not frames:
                    return _Ended(Outcome.DROPPED, f"silent for {self._options.idle:.0f} s")
            except ConnectionClosed as closed:
                ended = _closing(closed)
            ended = await self._take(stream, frames, sink) or ended
            if ended is not None:
                return ended

    async def _take(self, stream: _Stream, frames: Sequence[bytes], sink: Sink) -> _Ended | None:
        """Append what was received, and only then move the cursor. An end that the server announces in the stream, else None."""
        items: list[Received] = []
        ended: _Ended | None = None
        for data in frames:
            frame = read_frame(data, stream.endpoint.wire)
            if frame.kind == "error":
                slow = frame.name == "ConsumerTooSlow"
                ended = _Ended(Outcome.TOO_SLOW if slow else Outcome.DROPPED, f"{frame.name}: {frame.message}")
                break
            if frame.kind == "info":
                stream.gap |= frame.name == "OutdatedCursor"
                LOG.warning("%s: %s %s", stream.endpoint.host, frame.name, frame.message)
                continue
            self._first(stream, frame)
            stream.see(frame)
            items.append(Received(NETWORK, "", data))
        if items:
            await sink.send(items)
            self.status.received += len(items)
            self.status.last_event = time.monotonic()
            self._advance(stream)
        return ended

    def _first(self, stream: _Stream, frame: Frame) -> None:
        """At the first event with a position: did the server begin where it was asked to?"""
        if stream.began or frame.position is None:
            return
        stream.began = True
        asked = stream.asked_us
        if asked is None:
            return
        moved = stream.endpoint.wire is Wire.V1 and frame.time_us is not None and clamped(asked, frame.time_us)
        renumbered = stream.cursor_is_seq and stream.cursor is not None and frame.position < stream.cursor
        if stream.gap or moved or renumbered:
            why = "the host numbers anew" if renumbered else "the cursor is older than what the host keeps"
            until = None if frame.time_us is None else frame.time_us // 1000
            gap = Gap(NETWORK, self._source, stream.endpoint.host, asked // 1000, until, why)
            self._store.gap(gap)
            LOG.error("%s: events between %s and %s are lost: %s", gap.host, gap.since, gap.until, why)
            if self._on_gap is not None:
                self._on_gap(gap)
        if renumbered:
            self._acked = None

    def _advance(self, stream: _Stream) -> None:
        if stream.position is None or stream.time_us is None:
            return
        endpoint, before = stream.endpoint, self._acked
        same = before is not None and (before.host, before.kind) == (endpoint.host, endpoint.cursor_kind)
        # Frames may come out of order: a cursor never moves back.
        if same and before is not None and stream.position <= before.value:
            return
        self._acked = Checkpoint(
            self._source, NETWORK, endpoint.host, endpoint.cursor_kind, stream.position, stream.time_us
        )
        self._save()

    def _save(self, *, force: bool = False) -> None:
        due = force or time.monotonic() - self._saved_at >= self._options.save_every
        if due and self._acked is not None and self._acked != self._saved:
            self._store.save(self._acked)
            self._saved, self._saved_at = self._acked, time.monotonic()

    def _refused(self, endpoint: Endpoint, refused: InvalidStatus) -> _Ended:
        status = refused.response.status_code
        refusal = read_refusal(bytes(refused.response.body or b""))
        why = f"HTTP {status} {refusal.error} {refusal.message}".strip()
        if refusal.error == "CursorTooOld":
            self._floor[endpoint] = refusal.floor or 0
            self.status.connections += 1
            return _Ended(Outcome.CURSOR, why)
        outcome = outcome_of_status(status)
        retry_after = refused.response.headers.get("Retry-After", "")
        return _Ended(
            outcome,
            why,
            float(retry_after) if retry_after.isdigit() else None,
            unsupported=status in (400, 404, 405, 426),
        )


class _Stream:
    """One connection's memory: what was asked, and how far it came."""

    def __init__(self, endpoint: Endpoint, cursor: int | None, asked_us: int | None, gap: bool) -> None:
        self.endpoint = endpoint
        self.cursor = cursor
        self.asked_us = asked_us
        self.gap = gap
        self.began = False
        self.position: int | None = None
        self.time_us: int | None = None

    @property
    def cursor_is_seq(self) -> bool:
        return self.endpoint.wire is Wire.V2 and self.cursor is not None and self.cursor < 10**15

    def see(self, frame: Frame) -> None:
        if frame.position is not None and (self.position is None or frame.position > self.position):
            self.position = frame.position
            self.time_us = frame.time_us if frame.time_us is not None else self.time_us


def _closing(closed: ConnectionClosed) -> _Ended:
    code = closed.rcvd.code if closed.rcvd is not None else None
    if code in _GOING_AWAY:
        return _Ended(Outcome.GOING_AWAY, f"closed by the server ({code})")
    return _Ended(Outcome.DROPPED, f"connection lost ({closed})")
