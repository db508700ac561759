"""Ends a process that does not get on: an exit, and a new start, are better than a zombie that still heartbeats."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import NoReturn

from pipeline.runtime.health import Progress

LOOP = "event loop"
"""Under this name the process reports that it still turns."""
DRAIN_SECONDS = 24.0
"""What a process told to stop has until it is ended: a second less than whoever told it waits."""
_LOOK_SECONDS = 0.5


class Watchdog:
    """A thread, because what hangs may be the event loop itself. It ends the process with exit code 1 and a line on stderr."""

    def __init__(self, role: str, progress: Progress, drain: float = DRAIN_SECONDS) -> None:
        self._role = role
        self._progress = progress
        self._drain = drain
        self._told: float | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """The process ends by itself."""
        self._done.set()

    def draining(self) -> None:
        """The process was told to stop: from now on its time is limited, and nothing else is watched."""
        self._told = self._told or time.monotonic()

    def _watch(self) -> None:
        while not self._done.wait(_LOOK_SECONDS):
            now = time.monotonic()
            if self._told is not None:
                if now - self._told > self._drain:
                    _end(
                        f"{self._role}: not drained within {self._drain:.0f} s; what was in hand is not acknowledged, "
                        "and the next start does it again"
                    )
                continue
            stalls = self._progress.stalled(now)
            if stalls:
                what = ", ".join(f"{stall.stage} has done nothing for {stall.seconds:.0f} s" for stall in stalls)
                _end(f"{self._role}: stalled, and ends: {what} although there is work; the next start does it again")


def _end(line: str) -> NoReturn:
    print(line, file=sys.stderr, flush=True)
    os._exit(1)
