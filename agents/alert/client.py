"""The connection to Redis, and what must hold of a server before signals are trusted to it."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)

TIMEOUT = 5.0
"""Seconds for one command; blocking reads stay below it."""
_TRANSIENT = (OutOfMemoryError, ReadOnlyError, MasterDownError, TryAgainError, NoPermissionError)
_TRANSIENT_TEXTS = ("LOADING", "BUSY", "MISCONF", "NOREPLICAS", "NOAUTH")
"""Codes of refusals for which the client library has no class."""


class RedisUnfit(Exception):
    """Redis cannot be used as it is; the message says why and what to do."""


def connect(url: str) -> Redis:
    """A client for `redis://`, `rediss://` or `unix://`. Nothing is sent yet. Raises RedisUnfit for another URL."""
    try:
        client: Redis = Redis.from_url(
            url,
            protocol=2,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            health_check_interval=30,
            # The library would sleep and try again out of sight; our callers do that, seen and stoppable.
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError:
        raise RedisUnfit(
            "ESCUCHA_REDIS is not a Redis URL; write redis://[:password@]host:port/0, rediss://... or unix:///path"
        ) from None
    return client


def is_transient(fault: RedisError) -> bool:
    """Whether the same command may succeed later with nothing changed here: the server is away, full or loading."""
    if not isinstance(fault, ResponseError) or isinstance(fault, _TRANSIENT):
        return True
    return str(fault).startswith(_TRANSIENT_TEXTS)


async def examine(client: Redis) -> list[str]:
    """Warnings about the server, each with its remedy. Raises RedisUnfit where it cannot be used at all."""
    try:
        facts: dict[str, Any] = await client.info()
        facts |= await client.info("persistence")
    except RedisError as fault:
        raise RedisUnfit(
            f"Redis does not answer ({type(fault).__name__}); check ESCUCHA_REDIS, its password, and that the server runs"
        ) from None
    if _version(facts) < (6, 2):
        raise RedisUnfit(f"Redis {facts.get('redis_version')} is too old; version 6.2 or later is needed (XAUTOCLAIM)")
    if int(facts.get("cluster_enabled", 0)):
        raise RedisUnfit("Redis Cluster is not supported; give ESCUCHA_REDIS a single server or a replicated pair")
    if facts.get("role") == "slave":
        raise RedisUnfit("ESCUCHA_REDIS names a read-only replica; give it the primary")
    warnings = []
    if facts.get("maxmemory_policy", "noeviction") != "noeviction":
        warnings.append(
            f"maxmemory-policy is {facts['maxmemory_policy']}: under memory pressure Redis would drop signals not yet"
            " delivered; set it to noeviction"
        )
    if not int(facts.get("aof_enabled", 0)):
        warnings.append(
            "the append-only file is off: a Redis crash loses signals not yet delivered; set appendonly yes"
        )
    return warnings


def _version(facts: dict[str, Any]) -> tuple[int, ...]:
    text = str(facts.get("redis_version", "0"))
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
