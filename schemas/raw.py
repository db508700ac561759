"""A raw event: the exact bytes a network sent, and what the connector knew. The bytes are the record's value, the rest its headers."""

from __future__ import annotations

import msgspec


class RawEvent(msgspec.Struct, frozen=True):
    """One item of one network. `id` is the connector's own: a redelivery repeats it."""

    network: str
    source: str
    """Which configured source received it."""
    id: str
    payload: bytes
    backfill: bool = False
    """From gap filling or history: corrects the past, never fires."""
    batch: str | None = None
    """Hash of the batch (webhook body, feed, page) this item was cut from."""
