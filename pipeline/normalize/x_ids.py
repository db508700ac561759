"""X ids: since 4 November 2010 they carry their own creation time ("snowflake"), milliseconds in the bits above 22."""

from __future__ import annotations

from schemas.instants import LATEST

_EPOCH = 1_288_834_974_657
LAST_SEQUENTIAL_ID = 29_700_859_247
"""The first snowflake id of a post; ids up to it were handed out one by one."""
FIRST_SNOWFLAKE_MILLIS = 1_288_915_200_000
"""2010-11-05, a day after the change."""


def snowflake_millis(id: str) -> int | None:
    """Creation time of a post in ms since 1970, from its id; None for ids that carry none."""
    if not id.isascii() or not id.isdigit() or len(id) > 19 or int(id) <= LAST_SEQUENTIAL_ID:
        return None
    millis = (int(id) >> 22) + _EPOCH
    return millis if millis <= LATEST else None
