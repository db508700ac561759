"""A stage on Faust, as every runner: started, watched and stopped by whoever runs the role."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from pipeline.record import Processor
from pipeline.runtime.engine import Observer
from pipeline.runtime.faust.app import TAKE, Patience, StageApp
from pipeline.runtime.faust.shares import Shares
from pipeline.runtime.kafka import KafkaBus, KafkaBusError
from pipeline.runtime.runner import Runner

LEAVE_SECONDS: Final = 15.0
"""How long a stop may take: the step in hand, and goodbye to the group."""


class FaustRunner:
    """`make` gives the processor of an input partition. The bus is open, and stays so."""

    def __init__(
        self,
        bus: KafkaBus,
        stage: str,
        topic: str,
        make: Callable[[int], Processor],
        observe: Observer | None = None,
        *,
        patience: Patience | None = None,
        take: int = TAKE,
    ) -> None:
        """`take`: at most so many events a step."""
        self._shares = Shares(bus, stage, topic, make, observe)
        self._app: StageApp | None = None
        self._new_app: Callable[[], StageApp] = lambda: StageApp(
            stage, topic, bus.bootstrap, bus.prefix, patience, take
        )

    @property
    def stage(self) -> str:
        return self._shares.stage

    @property
    def partitions(self) -> frozenset[int]:
        return self._shares.partitions

    def held(self) -> int:
        return self._shares.held()

    async def lag(self) -> int:
        # Between two assignments nobody can say what waits: whoever stays there for long is stuck.
        unsettled = self._app is not None and not self._app.settled
        return await self._shares.lag() + unsettled

    async def run(self, stop: asyncio.Event) -> None:
        app = self._app = self._new_app()
        app.shares = self._shares
        # The start ends with the first assignment, which may be long in coming.
        start = asyncio.create_task(_start(app), name=f"{self.stage} starts")
        told = asyncio.create_task(stop.wait(), name=f"{self.stage} is told to stop")
        crashed = asyncio.create_task(app.wait_until_stopped(), name=f"{self.stage} crashes")
        try:
            await asyncio.wait([start, told, crashed], return_when=asyncio.FIRST_COMPLETED)
            if start.done() and start.exception() is None:
                await asyncio.wait([told, crashed], return_when=asyncio.FIRST_COMPLETED)
        finally:
            left = await self._leave(app)
            for task in (start, told, crashed):
                task.cancel()
            faults = await asyncio.gather(start, told, crashed, return_exceptions=True)
            self._app = None
        for fault in (app.fault, app.crash_reason, faults[0]):
            if isinstance(fault, Exception):
                raise fault
        if not left:
            raise KafkaBusError(
                f"{self.stage} has not left its group after {LEAVE_SECONDS:.0f} s; is the broker away? "
                "What was committed stands; the rest is done again"
            )
        if not stop.is_set():
            raise KafkaBusError(f"Faust has ended {self.stage} without being told to; what it logged says why")

    async def _leave(self, app: StageApp) -> bool:
        """Stop the app; False when it takes too long: its client waits for a broker without end."""
        leaving = asyncio.create_task(app.stop(), name=f"{self.stage} leaves")
        await asyncio.wait([leaving], timeout=LEAVE_SECONDS)
        if leaving.done():
            leaving.result()
            return True
        leaving.cancel()
        return False


async def _start(app: StageApp) -> None:
    await app.start()


def _keeps_the_contract(runner: FaustRunner) -> Runner:
    """For the type checker alone."""
    return runner
