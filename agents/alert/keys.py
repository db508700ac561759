"""Every Redis key of Escucha. One Redis server (or a replicated pair), not Redis Cluster: scripts touch several keys."""

from __future__ import annotations

PUBLIC_STREAM = "escucha:signals"
"""Public stream of signals, about the last 10,000: `id, type, brand, at, severity, signal` (JSON)."""

ALIVE = "escucha:alive"
"""Written every few seconds by the publisher, in seconds since 1970; expires. Readiness rests on this write."""


def state(brand: str) -> str:
    """Public hash: incident -> its latest signal (JSON)."""
    return f"escucha:state:{brand}"


def seen(signal: str) -> str:
    """Set when the signal was published; expires long after its last possible redelivery."""
    return f"escucha:seen:{signal}"


def outbox(route: str) -> str:
    """Stream of signals not yet delivered, never trimmed: an entry leaves when its delivery is settled."""
    return f"escucha:outbox:{route}"


def due(route: str) -> str:
    """Sorted set: outbox entry -> when it is to be tried again, in milliseconds."""
    return f"escucha:due:{route}"


def attempts(route: str) -> str:
    """Hash: outbox entry -> failed attempts so far."""
    return f"escucha:attempts:{route}"


def endpoint(route: str) -> str:
    """Hash: `disabled_at`, `reason`, `url` (a hash of it) while disabled; `paused_until` while throttled."""
    return f"escucha:endpoint:{route}"


def delivered(route: str) -> str:
    """Stream, about the last 1,000 deliveries: `id, at, attempts, status`."""
    return f"escucha:delivered:{route}"


def dead(route: str) -> str:
    """Stream of signals given up on, never trimmed: `id, at, attempts, reason, signal`."""
    return f"escucha:dead:{route}"
