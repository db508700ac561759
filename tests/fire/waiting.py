"""Waiting for something to become true on a busy machine: with a limit that says what did not come, never for a fixed time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE_SECONDS: Final = 180.0
"""Far more than anything takes. What takes so long is stuck."""
LOOK_SECONDS: Final = 0.05


async def until(
    reached: Callable[[], bool | Awaitable[bool]],
    what: Callable[[], object] | str,
    seconds: float = PATIENCE_SECONDS,
    look: float = LOOK_SECONDS,
) -> None:
    """Return once `reached` gives True, asked every `look` seconds. Raises TimeoutError naming `what`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = reached()
        if found if isinstance(found, bool) else await found:
            return
        if asyncio.get_running_loop().time() >= deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what if isinstance(what, str) else what()}")
        await asyncio.sleep(look)
