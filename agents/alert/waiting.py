"""Waiting that a stop cuts short, and the growing waits between tries of something that is down."""

from __future__ import annotations

import asyncio
import contextlib

SHORTEST = 0.1
LONGEST = 5.0


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Return after `seconds`, or at once when `stop` is set."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


class Backoff:
    """Doubling waits from SHORTEST to LONGEST seconds; `reset` after a success."""

    def __init__(self) -> None:
        self._next = SHORTEST

    async def wait(self, stop: asyncio.Event) -> None:
        seconds, self._next = self._next, min(self._next * 2, LONGEST)
        await pause(stop, seconds)

    def reset(self) -> None:
        self._next = SHORTEST
