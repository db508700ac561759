"""Instants: milliseconds since the epoch inside, RFC 3339 with milliseconds (`2026-11-22T12:00:00.000Z`) on the wire."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

EARLIEST = 0
"""1970-01-01: nothing social happened before it."""
LATEST = 4_102_444_800_000
"""2100-01-01: a clock beyond it is broken."""


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%dT")


# One event's instants are written and read again by every record that it leads to.
@lru_cache(maxsize=4096)
def to_wire(millis: int) -> str:
    """The wire form of an instant; raises ValueError outside [EARLIEST, LATEST]."""
    if not EARLIEST <= millis <= LATEST:
        raise ValueError(f"instant {millis} is outside 1970..2100")
    day, rest = divmod(millis, DAY)
    hour, rest = divmod(rest, HOUR)
    minute, rest = divmod(rest, MINUTE)
    second, milli = divmod(rest, SECOND)
    return f"{_date(day)}{hour:02d}:{minute:02d}:{second:02d}.{milli:03d}Z"


@lru_cache(maxsize=4096)
def from_wire(text: str) -> int:
    """Milliseconds since the epoch of any RFC 3339 or ISO 8601 instant; a missing zone means UTC.

    Raises ValueError when the text is not an instant or lies outside [EARLIEST, LATEST].
    """
    if len(text) == 24 and text[23] == "Z" and text[19] == "." and text.isascii():
        start, rest = _minute_start(text[:17]), text[17:19] + text[20:23]
        if start is not None and rest.isdecimal() and text[17] < "6":
            return _believable(start + int(rest), text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _believable((moment - _EPOCH + _HALF) // _MILLI, text)


_MINUTES = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:")
_MILLI = timedelta(milliseconds=1)
_HALF = timedelta(microseconds=500)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _minute_start(prefix: str) -> int | None:
    if _MINUTES.fullmatch(prefix) is None:
        return None
    return int(datetime.fromisoformat(prefix[:16]).replace(tzinfo=UTC).timestamp()) * 1000


def _believable(millis: int, text: str) -> int:
    if not EARLIEST <= millis <= LATEST:
        raise ValueError(f"instant {text!r} is outside 1970..2100")
    return millis
