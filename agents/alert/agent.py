"""The alert agent composed: one publisher from the bus to Redis, one delivery worker a route."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Protocol

from redis.asyncio import Redis

from agents.alert.deliver import DeliveryWorker, Endpoint
from agents.alert.publish import Publisher
from agents.together import ending
from pipeline.runtime.bus import Bus
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics


class Shared(Protocol):
    """Several agents divide the partitions among them."""

    async def run(self, make: Callable[[Collection[int]], Publisher], stop: asyncio.Event) -> None: ...


class AlertAgent:
    """`run` returns when told to stop and drained; it raises when a fault of our own ends it."""

    def __init__(
        self,
        bus: Bus,
        redis: Redis,
        endpoints: Sequence[Endpoint],
        metrics: Metrics,
        progress: Progress,
        readiness: Readiness,
        consumer: str | None = None,
        shared: Shared | None = None,
    ) -> None:
        """`redis` comes from `agents.alert.client.connect`. `consumer` defaults to the host's name. Raises BadSecret.

        `shared` runs publishers over the partitions that a group gives us; without it ours takes them all.
        """
        name = consumer or socket.gethostname()
        routes = [endpoint.route for endpoint in endpoints]

        def publisher(partitions: Collection[int] | None = None) -> Publisher:
            return Publisher(bus, redis, routes, metrics, progress, readiness, partitions=partitions)

        self.publisher = publisher()
        self._publish: Callable[[asyncio.Event], Coroutine[None, None, None]] = (
            self.publisher.run if shared is None else lambda stop: shared.run(publisher, stop)
        )
        self.workers = [DeliveryWorker(endpoint, redis, metrics, name) for endpoint in endpoints]

    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(ending(self._publish(stop), stop), name="alert-publish")
            for worker in self.workers:
                group.create_task(ending(worker.run(stop), stop), name="alert-deliver")
