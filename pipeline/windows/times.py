"""The spans of listening, in milliseconds, and the grid on which it looks."""

from __future__ import annotations

from schemas.instants import DAY, HOUR, MINUTE, SECOND

GRID = SECOND
"""Decisions are taken only at whole seconds of log time, so that they depend on the records and not on the ticks' cadence."""
BUCKET = 5 * MINUTE
BUCKETS_AN_HOUR = HOUR // BUCKET
BUCKETS_KEPT = 26 * BUCKETS_AN_HOUR
HOURS_KEPT = 8 * 24
FUTURE = 60 * SECOND
"""How far a network's clock may run ahead of the log's."""
INDEX_HORIZON = 8 * DAY
"""How long a matched post is remembered: within it a repeat is a duplicate, and edits and deletes find it."""


def grid_after(instant: int) -> int:
    """The first grid instant strictly after `instant`: everything observed at `instant` is in."""
    return (instant // GRID + 1) * GRID


def clamp(created_at: int | None, observed_at: int, lateness: int) -> tuple[int, bool]:
    """Event time: `created_at` within what the log can believe, and whether it had to be moved (DESIGN rule 4)."""
    if created_at is None:
        return observed_at, False
    event = min(max(created_at, observed_at - lateness), observed_at + FUTURE)
    return event, event != created_at
