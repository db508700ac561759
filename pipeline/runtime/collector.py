"""How often Python looks for cycles of objects: rarely, for ours are trees."""

from __future__ import annotations

import gc
from typing import Final

_YOUNG: Final = 20_000
"""Containers made before a look at them, where Python's own setting says 700: a batch makes tens of thousands and keeps
them until it is committed, so that all those looks found nothing (measured: 6 % of the pipeline's time)."""


def look_rarely() -> None:
    """For the whole process; called by whatever drives processors in it. What is no cycle is freed at once as ever."""
    gc.set_threshold(_YOUNG, 20, 100)
