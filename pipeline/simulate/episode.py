"""Episodes: what is planted into a world, with its label."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from schemas.kinds import SignalKind

_RISE = 0.1
"""The part of an episode during which it grows; real bursts peak early (CrisisLexT26's shapes)."""

PLANTABLE = (SignalKind.CRISIS, SignalKind.OPPORTUNITY, SignalKind.ATTENTION, SignalKind.COORDINATED)


@dataclass(frozen=True, slots=True)
class Episode:
    """A burst about one brand. `at` and `duration` in milliseconds; `strength`: posts per minute at the peak."""

    kind: SignalKind
    brand: str
    at: int
    duration: int
    strength: float
    id: str

    def __post_init__(self) -> None:
        if self.kind not in PLANTABLE:
            raise ValueError(f"an episode of kind {self.kind} cannot be planted; use one of {', '.join(PLANTABLE)}")
        if self.duration <= 0 or self.strength < 0:
            raise ValueError(f"episode {self.id}: duration must be positive and strength not negative")

    @property
    def until(self) -> int:
        return self.at + self.duration

    def level(self, at: int) -> float:
        """Activity at an instant relative to the peak, 0..1: a linear rise, then decay to a twentieth at the end."""
        x = (at - self.at) / self.duration
        if not 0.0 <= x < 1.0:
            return 0.0
        return x / _RISE if x < _RISE else exp(-3.0 * (x - _RISE) / (1.0 - _RISE))

    def label(self) -> dict[str, str | int | float]:
        """The planted truth, for backtests."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "brand": self.brand,
            "at": self.at,
            "until": self.until,
            "strength": self.strength,
        }
