"""The two Jetstream wires: addresses, cursors and frames. Pure; the connection is `agents.ingest.bluesky`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from schemas.codec import UpstreamFault, parse_payload
from schemas.instants import from_wire
from schemas.limits import PAYLOAD_BYTES

COLLECTIONS = ("app.bsky.feed.post", "app.bsky.feed.repost")
KINDS = ("commit", "account", "identity")
"""`account` carries the deletions that must purge an author."""
SUBPROTOCOL = "xrpc.v1.json"
_V2_PATH = "/xrpc/network.bsky.jetstream.subscribeEvents"
_V1_PATH = "/subscribe"
_REWIND_US = 5_000_000
"""A cursor of time is not exact: begin a little earlier and let the duplicates be recognised."""
_CLAMP_US = 60_000_000
"""v1 moves an old cursor forward without a word: a first event this much later than asked means a gap."""


class Wire(StrEnum):
    V2 = "v2"
    V1 = "v1"


class Endpoint(NamedTuple):
    """`base` is `wss://host` or `ws://host:port`."""

    base: str
    wire: Wire

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    @property
    def cursor_kind(self) -> str:
        return "seq" if self.wire is Wire.V2 else "time_us"


DEFAULT_ENDPOINTS = (
    Endpoint("wss://jetstream.us-east.bsky.network", Wire.V2),
    Endpoint("wss://jetstream.us-west.bsky.network", Wire.V2),
    Endpoint("wss://jetstream2.us-east.bsky.network", Wire.V1),
    Endpoint("wss://jetstream1.us-west.bsky.network", Wire.V1),
)


def address(endpoint: Endpoint, collections: Sequence[str], cursor: int | None) -> str:
    """The URL to subscribe at. `cursor`: inclusive; a seq (v2 below 1e15) or microseconds."""
    if endpoint.wire is Wire.V2:
        query: list[tuple[str, str | int]] = [("kinds", kind) for kind in KINDS]
        query += [("collections", name) for name in collections]
        path = _V2_PATH
    else:
        query = [("wantedCollections", name) for name in collections]
        path = _V1_PATH
    query.append(("maxMessageSizeBytes", PAYLOAD_BYTES))
    if cursor is not None:
        query.append(("cursor", cursor))
    return f"{endpoint.base.rstrip('/')}{path}?{urlencode(query)}"


def rewound(time_us: int) -> int:
    return max(0, time_us - _REWIND_US)


def clamped(asked_us: int, first_us: int) -> bool:
    """Whether the server began later than it was asked to."""
    return first_us > asked_us + _CLAMP_US


class Frame(NamedTuple):
    """One frame, as far as a connector must understand it. `position` is its cursor, None where it has none."""

    kind: str
    """event, info or error; `event` also for what cannot be read: the bytes are kept and judged downstream."""
    position: int | None
    time_us: int | None
    name: str
    """Of an info or error: OutdatedCursor, ConsumerTooSlow."""
    message: str


_UNREAD = Frame("event", None, None, "", "")


def read_frame(data: bytes, wire: Wire) -> Frame:
    """Never raises: a frame that makes no sense is an event without a position."""
    try:
        value = parse_payload(data)
    except UpstreamFault:
        return _UNREAD
    if not isinstance(value, dict):
        return _UNREAD
    if wire is Wire.V1:
        time_us = _integer(value.get("time_us"))
        return Frame("event", time_us, time_us, "", "")
    if value.get("$type") == "error":
        return Frame("error", None, None, str(value.get("error")), str(value.get("message")))
    payload = value.get("payload")
    if not isinstance(payload, dict):
        return _UNREAD
    if str(payload.get("$type", "")).endswith("#info"):
        return Frame("info", None, None, str(payload.get("name")), str(payload.get("message")))
    return Frame("event", _integer(payload.get("seq")), _micros(payload.get("time")), "", "")


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _micros(text: Any) -> int | None:
    try:
        return from_wire(text) * 1000 if isinstance(text, str) else None
    except ValueError:
        return None


class Refusal(NamedTuple):
    """An XRPC error envelope sent instead of the upgrade."""

    error: str
    message: str

    @property
    def floor(self) -> int | None:
        """The oldest seq still served, which the message of CursorTooOld carries."""
        numbers = re.findall(r"\d+", self.message)
        return int(numbers[-1]) if self.error == "CursorTooOld" and numbers else None


def read_refusal(body: bytes) -> Refusal:
    """`{"error", "message"}`; other bodies give an empty error and their first characters."""
    try:
        value = parse_payload(body)
    except UpstreamFault:
        value = None
    if isinstance(value, dict) and isinstance(value.get("error"), str):
        return Refusal(value["error"], str(value.get("message", "")))
    return Refusal("", " ".join(body[:200].decode(errors="replace").split()))
