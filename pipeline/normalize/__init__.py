"""Payload bytes of a network to the canonical mention. Every network is one module behind the same three functions.

Ids that refer to other posts (`parent_id`, `quoted_id`, `reposted_id`, `conversation_id`) are uids, so that they join.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

import pipeline.normalize.bluesky as bluesky
import pipeline.normalize.escucha as escucha
import pipeline.normalize.mastodon as mastodon
import pipeline.normalize.reddit as reddit
import pipeline.normalize.x as x
from pipeline.normalize.result import Context, Normalized, Peek
from schemas.codec import UpstreamFault, parse_payload
from schemas.kinds import LetterReason
from schemas.raw import RawEvent
from schemas.score import NETWORK

__all__ = ["NETWORKS", "Normalized", "Peek", "cut", "normalize", "peek"]


class _Network(NamedTuple):
    normalize: Callable[[Any, Context], Normalized]
    peek: Callable[[Any], Peek | None]
    cut: Callable[[Any], list[Any] | None]


_TABLE = {
    "bluesky": _Network(bluesky.normalize, bluesky.peek, bluesky.cut),
    NETWORK: _Network(escucha.normalize, escucha.peek, escucha.cut),
    "mastodon": _Network(mastodon.normalize, mastodon.peek, mastodon.cut),
    "reddit": _Network(reddit.normalize, reddit.peek, reddit.cut),
    "x": _Network(x.normalize, x.peek, x.cut),
}

NETWORKS: tuple[str, ...] = tuple(name for name in _TABLE if name != NETWORK)
"""The registered networks that people speak on."""

_EVENT_ID_CHARS = 512
_NESTED_BATCHES = 4


def normalize(event: RawEvent, received_at: int) -> Normalized:
    """What one raw event says. `received_at`: append time of its record, ms. Raises UpstreamFault, whatever the bytes.

    `event_time` stays null and the interactions' `origin` too: the caller knows the log's clock and coordinates.
    """
    network = _TABLE.get(event.network)
    if network is None:
        raise UpstreamFault(LetterReason.UNKNOWN_NETWORK, f"no normaliser for {event.network[:80]!r}")
    value = parse_payload(event.payload)
    return network.normalize(value, Context(event.network, event.source, event.payload, received_at))


def peek(network: str, payload: bytes) -> Peek:
    """Key, claimed time and id of a payload without normalising it. Never raises: unreadable bytes go by their hash."""
    seen = _peek(network, payload)
    if seen is not None and 0 < len(seen.id) <= _EVENT_ID_CHARS:
        return seen
    digest = blake2b(payload, digest_size=13).hexdigest()
    return Peek(digest, None, digest) if seen is None else Peek(seen.key, seen.created_at, digest)


def _peek(network: str, payload: bytes) -> Peek | None:
    known = _TABLE.get(network)
    try:
        return None if known is None else known.peek(parse_payload(payload))
    except UpstreamFault:
        return None


def cut(network: str, document: bytes) -> list[bytes]:
    """A batch cut into self-contained items; a single item, or what cannot be read as a batch, unchanged byte for byte."""
    known = _TABLE.get(network)
    if known is None:
        return [document]
    try:
        items = _items(known, orjson.loads(document), 0)
        return [document] if items is None else [orjson.dumps(item) for item in items]
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return [document]


def _items(network: _Network, value: Any, level: int) -> list[Any] | None:
    """The items of a batch, batches within batches included; None where `value` is no batch of objects."""
    parts = value if isinstance(value, list) else network.cut(value)
    if not parts or level >= _NESTED_BATCHES or not all(isinstance(part, dict) and part for part in parts):
        return None
    items: list[Any] = []
    for part in parts:
        inner = _items(network, part, level + 1)
        items.extend([part] if inner is None else inner)
    return items
