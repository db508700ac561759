"""When people speak: hour of day and day of week, for a Spain-like and a US-like public."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.simulate.draw import number
from schemas.instants import DAY, HOUR

_SPAIN = (30, 17, 9, 6, 5, 8, 18, 42, 72, 92, 100, 104, 106, 108, 100, 88, 84, 90, 100, 112, 124, 132, 118, 70)
"""Relative activity by local hour: the late lunch and the late evening of Spain."""
_STATES = (34, 22, 15, 11, 9, 13, 28, 54, 80, 94, 102, 108, 116, 112, 108, 106, 104, 106, 108, 110, 116, 112, 92, 60)
_WEEK = (1.05, 1.08, 1.08, 1.06, 1.02, 0.86, 0.85)
"""Monday first."""
_SPAIN_OFFSET = HOUR
_STATES_OFFSET = -6 * HOUR
"""Fixed offsets: a world without summer time has the same rhythm all year."""


def _level(hours: Sequence[int], local: int) -> float:
    hour, rest = divmod(local % DAY, HOUR)
    now, following = hours[hour], hours[(hour + 1) % 24]
    mean = sum(hours) / 24
    # 1970-01-01 was a Thursday: day 0 of the epoch is weekday 3.
    return (now + (following - now) * rest / HOUR) / mean * _WEEK[(local // DAY + 3) % 7]


def spanish_share(brand: str) -> float:
    """The part of a brand's public that keeps Spanish hours and speaks Spanish: a property of the brand, 0.35..0.9."""
    return 0.35 + (number("public", brand) % 1000) / 1000 * 0.55


def intensity(share: float, at: int) -> tuple[float, float]:
    """Activity at an instant relative to a mean of 1 over the week: of the Spanish-like and of the US-like public."""
    return (
        share * _level(_SPAIN, at + _SPAIN_OFFSET),
        (1.0 - share) * _level(_STATES, at + _STATES_OFFSET),
    )
