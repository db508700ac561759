"""Recorded streams of server-sent events, cut into their events (WHATWG HTML, "Server-sent events")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

_BEGINNINGS = (b":", b"event:", b"data:", b"id:", b"retry:")
_NAMED = frozenset({"mastodon"})
"""Networks that tell in the event's name what its data is: both are kept, as the network's WebSocket sends them."""


def is_sse(line: bytes) -> bool:
    """Whether a file's first line with something in it begins a stream of events rather than JSON."""
    return line.startswith(_BEGINNINGS)


def sse_payloads(lines: Iterable[bytes], network: str) -> Iterator[bytes]:
    """One payload an event. An event that the end of the file cuts off is given too: bad bytes become dead letters."""
    name = b""
    data: list[bytes] = []
    for line in lines:
        line = line.rstrip(b"\r\n")
        if not line:
            if data:
                yield _payload(name, b"\n".join(data), network)
            name, data = b"", []
            continue
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            name = value
        elif field == b"data":
            data.append(value)
    if data:
        yield _payload(name, b"\n".join(data), network)


def _payload(name: bytes, data: bytes, network: str) -> bytes:
    if network not in _NAMED:
        return data
    try:
        return orjson.dumps({"event": name.decode(), "payload": data.decode()})
    except UnicodeDecodeError:
        return data
