"""Several agents of one kind on one cluster: their group divides a topic's partitions among them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Protocol

from agents.alert.publish import GROUP
from pipeline.runtime.kafka import KafkaBus
from pipeline.runtime.kafka.members import Membership
from schemas.topics import SIGNALS


class Agent(Protocol):
    """Works on the partitions that it was made for until told to stop."""

    def run(self, stop: asyncio.Event) -> Coroutine[Any, Any, None]: ...


Make = Callable[[Collection[int]], Agent]


class SharedPublisher:
    """Has an agent on the partitions that are ours, and stands by where there are none. Two never commit for the same one."""

    def __init__(self, bus: KafkaBus, group: str = GROUP, topic: str = SIGNALS) -> None:
        self._bus = bus
        self._group = group
        self._topic = topic
        self._ours: frozenset[int] = frozenset()
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def run(self, make: Make, stop: asyncio.Event) -> None:
        """Until `stop`. Raises what the agent raises, FencedError and KafkaBusError."""
        membership = Membership(self._bus.bootstrap, self._group, self._topic, prefix=self._bus.prefix)
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def take(numbers: frozenset[int]) -> None:
            self._ours = numbers
            for number in sorted(numbers):
                # Loading the state, if there is any, claims the partition.
                await self._bus.load_state(self._group, number)
            self._stop = asyncio.Event()
            self._running = asyncio.create_task(make(numbers).run(self._stop), name=self._group)
            self._running.add_done_callback(lambda task: _pass_on(task, failed))

        member = asyncio.create_task(membership.run(stop, take, self._give_back), name=f"{self._group}-member")
        try:
            await asyncio.wait([member, failed], return_when=asyncio.FIRST_COMPLETED)
            if failed.done():
                await failed
            await member
        finally:
            member.cancel()
            await asyncio.gather(member, return_exceptions=True)
            if self._running is not None:
                self._running.cancel()
                await asyncio.gather(self._running, return_exceptions=True)
            failed.cancel()

    async def _give_back(self) -> None:
        self._stop.set()
        if self._running is not None:
            await asyncio.wait([self._running])
        for number in sorted(self._ours):
            await self._bus.release(self._group, number)
        self._ours = frozenset()


def _pass_on(task: asyncio.Task[None], failed: asyncio.Future[None]) -> None:
    fault = None if task.cancelled() else task.exception()
    if fault is not None and not failed.done():
        failed.set_exception(fault)
