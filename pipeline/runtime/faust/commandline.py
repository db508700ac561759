"""What `faust -A pipeline.runtime.faust.listen worker` runs: an app that opens its bus and reads its configuration itself.

`escucha worker --role listen` runs the same stage with metrics and health beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from pipeline.processors import Plan
from pipeline.record import Processor
from pipeline.runtime.engine import plan_of
from pipeline.runtime.faust.app import StageApp
from pipeline.runtime.faust.shares import Shares
from pipeline.runtime.kafka import KafkaBus, KafkaBusError
from pipeline.runtime.versions import newest
from schemas.config import Config

VARIABLE: Final = "ESCUCHA_KAFKA"


class WorkerApp(StageApp):
    """`make` gives the processor of an input partition under the newest configuration on `escucha.config`."""

    def __init__(self, stage: str, topic: str, make: Callable[[int, Plan, Config], Processor]) -> None:
        self._bootstrap = os.environ.get(VARIABLE, "")
        super().__init__(stage, topic, self._bootstrap or "nowhere:9092")
        self._stage, self._topic, self._make = stage, topic, make
        self._bus: KafkaBus | None = None

    async def on_start(self) -> None:
        if not self._bootstrap:
            raise KafkaBusError(f"{VARIABLE} is not set; set it to the broker's host:port")
        self._bus = bus = KafkaBus(self._bootstrap)
        await bus.open()
        config = await newest(bus)
        if config is None:
            raise KafkaBusError(
                f"no configuration is on escucha.config at {self._bootstrap}; "
                "start `escucha worker` with a configuration file first: it publishes it there"
            )
        plan = plan_of(bus)
        self.shares = Shares(bus, self._stage, self._topic, lambda number: self._make(number, plan, config))
        await super().on_start()

    async def on_shutdown(self) -> None:
        await super().on_shutdown()
        if self._bus is not None:
            await self._bus.close()
