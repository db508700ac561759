"""What the log lets go: rows past their retention, and on compacted topics all but the latest of each key."""

from __future__ import annotations

import sqlite3
from typing import Final

from pipeline.runtime.embedded.log import Log
from schemas.instants import DAY

CHUNK: Final = 500
"""Offsets looked at in one transaction: milliseconds (measured), so that appends are not kept waiting."""

TOMBSTONE_KEPT: Final = DAY
"""How long a reader may lag and still learn that a key is gone."""


def expire(db: sqlite3.Connection, log: Log, now: int, passed: int) -> int:
    """Delete up to CHUNK offsets past their retention and below `passed`; moves `log.first` if there were any."""
    assert log.retention is not None
    bound = min(log.offset_at(db, now - log.retention), passed, log.first + CHUNK)
    if bound <= log.first:
        return 0
    removed = db.execute(f"DELETE FROM {log.table} WHERE offset < ?", (bound,)).rowcount  # noqa: S608 (our own number)
    log.first = bound
    db.execute("UPDATE partition SET first = ? WHERE id = ?", (bound, log.id))
    return removed


def compact(db: sqlite3.Connection, log: Log, now: int, start: int, passed: int) -> tuple[int, int]:
    """Among CHUNK rows from `start` on and below `passed`: delete those whose key has a later one, and old tombstones.

    Returns how many went, and where to start next. In rising order a tombstone goes only after the values it buries.
    """
    query = f"SELECT offset FROM {log.table} WHERE offset >= ? ORDER BY offset LIMIT 1 OFFSET {CHUNK}"  # noqa: S608 (our own number)
    after = db.execute(query, (start,)).fetchone()
    bound = min(after[0], passed) if after else passed
    removed = db.execute(
        f"DELETE FROM {log.table} AS row WHERE offset >= ? AND offset < ? AND ("  # noqa: S608 (our own number)
        f"EXISTS (SELECT 1 FROM {log.table} AS later WHERE later.key = row.key AND later.offset > row.offset)"
        " OR (value IS NULL AND timestamp < ?))",
        (start, bound, now - TOMBSTONE_KEPT),
    ).rowcount
    return removed, bound
