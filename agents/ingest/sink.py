"""The way onto the bus: exact bytes as the value, everything else in headers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.ingest.connector import Received
from pipeline.normalize import peek
from pipeline.record import Outgoing
from pipeline.runtime.bus import Bus, BusFull
from schemas.headers import Headers, cloud_event
from schemas.topics import RAW

TRANSPORT_BYTES = 1_040_000
"""What a broker takes by default (1 MiB) less room for headers. Beyond it a payload is cut, and says so in a header."""

_FIRST_WAIT = 0.05
_LONGEST_WAIT = 1.0


@dataclass(slots=True)
class SinkCounts:
    sent: int = 0
    truncated: int = 0
    waits: int = 0
    """How often the bus was full: back pressure reached the connector."""


class BusSink:
    """A sink that appends to `social.raw`. A payload over the contract's limit still goes in: it becomes a dead letter with its bytes."""

    def __init__(
        self,
        bus: Bus,
        source: str,
        *,
        transport_bytes: int = TRANSPORT_BYTES,
        on_full: Callable[[float], None] | None = None,
    ) -> None:
        self._bus = bus
        self._source = source
        self._transport_bytes = transport_bytes
        self._on_full = on_full
        self.counts = SinkCounts()

    async def send(self, items: Sequence[Received]) -> None:
        if not items:
            return
        records = [self._record(item) for item in items]
        wait = _FIRST_WAIT
        while True:
            try:
                await self._bus.append(records)
            except BusFull:
                self.counts.waits += 1
                if self._on_full is not None:
                    self._on_full(wait)
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                self.counts.sent += len(records)
                return

    def _record(self, item: Received) -> Outgoing:
        seen = peek(item.network, item.payload) if item.key is None or not item.id else None
        key = item.key if item.key is not None or seen is None else _as_bytes(seen.key)
        identity = item.id or (seen.id if seen is not None and seen.id else "")
        payload = item.payload
        truncated = len(payload) > self._transport_bytes
        if truncated:
            payload = payload[: self._transport_bytes]
            self.counts.truncated += 1
        return Outgoing(RAW, key, payload, self._headers(item, identity, truncated), timestamp=item.observed_at)

    def _headers(self, item: Received, identity: str, truncated: bool) -> Headers:
        extra = [("network", item.network), ("source", self._source)]
        if item.backfill:
            extra.append(("backfill", "1"))
        if item.batch is not None:
            extra.append(("batch", item.batch))
        if truncated:
            extra.append(("truncated", str(len(item.payload))))
        return cloud_event(id=identity, source=f"/ingest/{item.network}/{self._source}", type="social.raw", extra=extra)


def _as_bytes(key: str | bytes | None) -> bytes | None:
    return key.encode() if isinstance(key, str) else key
