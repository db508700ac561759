"""The alert agent composed: one publisher from the bus to Redis, one delivery worker a route."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

from redis.asyncio import Redis

from agents.alert.deliver import DeliveryWorker, Endpoint
from agents.alert.publish import Publisher
from agents.together import ending
from pipeline.runtime.bus import Bus
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics


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
    ) -> None:
        """`redis` comes from `agents.alert.client.connect`. `consumer` defaults to the host's name. Raises BadSecret."""
        name = consumer or socket.gethostname()
        self.publisher = Publisher(bus, redis, [endpoint.route for endpoint in endpoints], metrics, progress, readiness)
        self.workers = [DeliveryWorker(endpoint, redis, metrics, name) for endpoint in endpoints]

    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(ending(self.publisher.run(stop), stop), name="alert-publish")
            for worker in self.workers:
                group.create_task(ending(worker.run(stop), stop), name="alert-deliver")
