"""What every connector is, and what it hands over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Received(NamedTuple):
    """One item of a network, as received. `id` is the connector's own: a redelivery repeats it."""

    network: str
    id: str
    payload: bytes
    key: bytes | None = None
    """Record key where the connector knows better than the payload says; None lets the sink ask the payload."""
    backfill: bool = False
    """From gap filling or history: corrects the past, never fires."""
    batch: str | None = None
    """Hash of the batch (webhook body, feed, page) this item was cut from."""
    observed_at: int | None = None
    """Append time in milliseconds, for simulated and replayed events; live ones take the log's."""


class Gap(NamedTuple):
    """A span that the network could not give us any more. `since` and `until` in milliseconds; None where unknown."""

    network: str
    source: str
    host: str
    since: int | None
    until: int | None
    why: str


class Sink(Protocol):
    async def send(self, items: Sequence[Received]) -> None:
        """Return only when all items are durable; only then may a cursor move past them. Waits out back pressure."""
        ...


class Connector(Protocol):
    async def run(self, sink: Sink) -> None:
        """Feed the sink until cancelled. Raises NetworkUnreachable or CredentialsRefused where waiting cannot help."""
        ...


class NetworkUnreachable(ConnectionError):
    """The first connection failed. One line: host, why, and what to do about it."""

    def __init__(self, host: str, why: str, remedy: str) -> None:
        super().__init__(f"cannot reach {host}: {why}; {remedy}")
        self.host = host
        self.why = why
        self.remedy = remedy


class CredentialsRefused(ConnectionError):
    """The network refuses us (401, 403): repeating would not help and may get us blocked."""

    def __init__(self, host: str, why: str) -> None:
        super().__init__(f"{host} refuses us: {why}; check the source's credentials and permissions")
        self.host = host
        self.why = why
