"""Which signals have arrived in Redis: what the page and the terminal say of each."""

from __future__ import annotations

from collections.abc import Iterable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from agents.alert.keys import seen


class Arrivals:
    """Asks Redis about each signal until it is there, and then never again."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._there: dict[str, None] = {}

    async def of(self, ids: Iterable[str]) -> list[str]:
        """Those of the ids that are published in Redis; what is not known because Redis is away is left out."""
        ids = list(ids)
        unknown = [id for id in ids if id not in self._there]
        if unknown:
            try:
                async with self._redis.pipeline(transaction=False) as pipe:
                    for id in unknown:
                        pipe.exists(seen(id))
                    found = await pipe.execute()
            except (RedisError, OSError):
                found = [0] * len(unknown)
            self._there.update((id, None) for id, there in zip(unknown, found, strict=True) if there)
        return [id for id in ids if id in self._there]
