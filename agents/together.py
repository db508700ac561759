"""Tasks that live and die together, also where a library swallows a cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


async def ending(work: Coroutine[None, None, None], *stops: asyncio.Event) -> None:
    """Do the work; whatever ends it badly also tells everybody else to stop.

    redis-py may swallow the cancellation by which a task group ends its members; a loop that looks at its stop event
    ends all the same.
    """
    try:
        await work
    except BaseException:
        for stop in stops:
            stop.set()
        raise
