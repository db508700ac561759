"""Named points at which a test can have the process killed, as a power cut or the kernel would: no clean-up, no exception.

`ESCUCHA_CRASH_AT="after_state:3"` kills the process with SIGKILL when `after_state` is reached for the third time.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from typing import Final

VARIABLE: Final = "ESCUCHA_CRASH_AT"

POINTS: Final[Mapping[str, str]] = {
    "during_append": "a producer's records are written, not yet committed",
    "after_append": "a producer's records are committed, the producer does not know yet",
    "mentions_produced": "a step's outputs, mentions among them, are written; its state and offsets are not",
    "signals_produced": "a step's outputs, signals among them, are written; its state and offsets are not",
    "after_outputs": "a step's outputs are written; its state and offsets are not",
    "after_state": "a step's outputs and state are written; its offsets are not",
    "before_ack": "a step is committed; the consumer does not know yet",
    "after_signal": "a signal stands in the outbox; its offset is not committed",
}


class CrashPlan:
    """What to do at each point: nothing, or, at one point's nth time, die. Raises ValueError for a plan it cannot follow."""

    def __init__(self, plan: str | None, die: Callable[[], None]) -> None:
        self._point, self._left = _parse(plan) if plan else ("", 0)
        self._die = die

    def reach(self, point: str) -> None:
        """The code has come to `point`. Raises ValueError for a point that is not in POINTS."""
        if point not in POINTS:
            raise ValueError(f"no crash point is called {point!r}; add it to POINTS")
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                self._die()


def _parse(plan: str) -> tuple[str, int]:
    point, _, nth = plan.partition(":")
    if point not in POINTS:
        raise ValueError(f"{VARIABLE}={plan}: no crash point is called {point!r}; there are {', '.join(POINTS)}")
    if not nth.isascii() or not nth.isdigit() or int(nth) < 1:
        raise ValueError(f"{VARIABLE}={plan}: write {point}:N, N the time it is reached, from 1")
    return point, int(nth)


def _kill_this_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


reach: Final = CrashPlan(os.environ.get(VARIABLE), _kill_this_process).reach
