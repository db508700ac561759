"""One route's outbox in Redis: take what is new, due or left by a dead taker; settle or postpone each entry once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from agents.alert import keys, scripts

GROUP = "deliver"
LEASE_MS = 60_000
"""How long a taken entry is left to its taker: well over the deadline of one attempt."""
DELIVERED_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One signal waiting for one endpoint. `attempts` have failed so far."""

    entry: str
    id: str
    signal: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the endpoint stands: disabled (410) until its URL changes or someone enables it, or paused for a while."""

    disabled: str | None
    """Why, or None."""
    paused_until: float
    """Seconds since the epoch; 0 when not paused."""


@dataclass(frozen=True, slots=True)
class Depth:
    pending: int
    oldest_age: float
    """Seconds since the oldest undelivered entry came in; 0 when there is none."""


class Outbox:
    """Redis errors pass through: the caller waits and calls again; nothing taken is lost."""

    def __init__(self, redis: Redis, route: str, url: str, consumer: str) -> None:
        """`consumer` names this process within the group, and stays the same over its restarts."""
        self._redis = redis
        self._route = route
        self._consumer = consumer
        self._url = blake2b(url.encode(), digest_size=8).hexdigest()
        self._stream = keys.outbox(route)
        self._due = keys.due(route)
        self._attempts = keys.attempts(route)
        self._endpoint = keys.endpoint(route)
        self._take_due = redis.register_script(scripts.TAKE_DUE)
        self._settle = redis.register_script(scripts.SETTLE)
        self._postpone = redis.register_script(scripts.POSTPONE)

    async def open(self) -> None:
        """Make the group where it is missing: it starts at the beginning, for entries may be there already."""
        try:
            await self._redis.xgroup_create(self._stream, GROUP, id="0", mkstream=True)
        except ResponseError as fault:
            if not str(fault).startswith("BUSYGROUP"):
                raise

    async def take_own(self, count: int, after: str) -> list[Entry]:
        """What this consumer took after the entry `after` ("0": any) and never settled: it died in between."""
        reply: Any = await self._redis.xreadgroup(GROUP, self._consumer, {self._stream: after}, count=count)
        return await self._entries(reply[0][1] if reply else [])

    async def take_abandoned(self, count: int) -> list[Entry]:
        """What other consumers took longer than a lease ago."""
        reply: Any = await self._redis.xautoclaim(self._stream, GROUP, self._consumer, LEASE_MS, count=count)
        return await self._entries(reply[1])

    async def take_due(self, now: float, count: int) -> list[Entry]:
        """Entries postponed until now or before."""
        reply = await self._take_due(
            [self._due, self._stream, self._attempts], [_millis(now), _millis(now) + LEASE_MS, count]
        )
        return [_entry(entry, fields, int(attempts)) for entry, fields, attempts in reply]

    async def take_new(self, count: int, block: float) -> list[Entry]:
        """Entries never taken; waits up to `block` seconds for one (0: does not wait)."""
        wait = max(1, int(block * 1000)) if block > 0 else None
        reply: Any = await self._redis.xreadgroup(GROUP, self._consumer, {self._stream: ">"}, count=count, block=wait)
        return await self._entries(reply[0][1] if reply else [])

    async def delivered(self, entry: Entry, now: float, status: int) -> None:
        fields = ["id", entry.id, "at", _millis(now), "attempts", entry.attempts + 1, "status", status]
        await self._end(entry, keys.delivered(self._route), DELIVERED_KEPT, fields)

    async def give_up(self, entry: Entry, now: float, reason: str) -> None:
        fields = ["id", entry.id, "at", _millis(now), "attempts", entry.attempts + 1, "reason", reason]
        await self._end(entry, keys.dead(self._route), 0, [*fields, "signal", entry.signal])

    async def postpone(self, entry: Entry, until: float, attempts: int) -> None:
        """Try again at `until`, in seconds since the epoch, after `attempts` failures."""
        await self._postpone([self._stream, self._due, self._attempts], [GROUP, entry.entry, _millis(until), attempts])

    async def pause(self, until: float) -> None:
        await self._redis.hset(self._endpoint, "paused_until", str(_millis(until)))

    async def disable(self, now: float, reason: str) -> None:
        await self._redis.hset(
            self._endpoint, mapping={"disabled_at": _millis(now), "reason": reason, "url": self._url}
        )

    async def enable(self) -> None:
        await self._redis.delete(self._endpoint)

    async def standing(self) -> Standing:
        """A new URL in the configuration is a new endpoint: it starts enabled."""
        raw: Any = await self._redis.hgetall(self._endpoint)
        known = {name.decode(): value.decode() for name, value in raw.items()}
        if "disabled_at" in known and known.get("url") != self._url:
            await self.enable()
            return Standing(None, 0.0)
        return Standing(known.get("reason"), int(known.get("paused_until", "0")) / 1000)

    async def depth(self, now: float) -> Depth:
        """How much is undelivered, retries included, and for how long."""
        pending = await self._redis.xlen(self._stream)
        first: Any = await self._redis.xrange(self._stream, count=1)
        came = int(first[0][0].split(b"-")[0]) / 1000 if first else now
        return Depth(pending, max(0.0, now - came))

    async def _end(self, entry: Entry, record: str, kept: int, fields: Sequence[Any]) -> None:
        await self._settle([self._stream, self._due, self._attempts, record], [GROUP, entry.entry, kept, *fields])

    async def _entries(self, raw: Sequence[Any]) -> list[Entry]:
        found = []
        for entry, fields in raw:
            if fields:
                attempts = await self._redis.hget(self._attempts, entry)
                flat = [part for pair in fields.items() for part in pair]
                found.append(_entry(entry, flat, int(attempts or 0)))
            else:
                await self._redis.xack(self._stream, GROUP, entry)
        return found


def _entry(entry: bytes, fields: Sequence[bytes], attempts: int) -> Entry:
    named = dict(zip(fields[::2], fields[1::2], strict=True))
    return Entry(entry.decode(), named[b"id"].decode(), named[b"signal"], attempts)


def _millis(seconds: float) -> int:
    return int(seconds * 1000)
