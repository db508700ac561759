"""What every role has as a process: metrics, health, an address for both, and a watchdog."""

from __future__ import annotations

from importlib.metadata import version

from agents.watchdog import DRAIN_SECONDS, Watchdog
from pipeline.runtime.health import STALL_SECONDS, Progress, Readiness
from pipeline.runtime.metrics import Metrics


class Process:
    """`host` and `port` of `/metrics`, `/-/live` and `/-/ready`; 0 takes a free port. `stall`: seconds without progress.

    The watchdog, if any, ends a process that stalls or does not drain. It is for roles on Kafka: others take over there.
    """

    def __init__(
        self,
        role: str,
        *conditions: str,
        host: str = "127.0.0.1",
        port: int = 0,
        stall: float = STALL_SECONDS,
        watched: bool = False,
        drain: float = DRAIN_SECONDS,
    ) -> None:
        """`conditions` of readiness. `drain`: seconds that a process told to stop has."""
        self.metrics = Metrics(version("escucha"))
        self.progress = Progress(stall)
        self.readiness = Readiness(*conditions)
        self.host = host
        self.port = port
        self.begun = False
        """Whether there is anything to drain: before, a stop simply ends the process."""
        self._watchdog = Watchdog(role, self.progress, drain) if watched else None
        if self._watchdog is not None:
            self._watchdog.start()

    def told_to_stop(self) -> None:
        if self._watchdog is not None:
            self._watchdog.draining()

    def ended(self) -> None:
        if self._watchdog is not None:
            self._watchdog.stop()
