"""The frontier: how far every origin has promised to be complete, and the records held until then (DESIGN rule 3)."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T")

Position = tuple[int, int]
"""(offset, ordinal) within an origin partition."""
Rank = tuple[int, str, int, int, int]
"""(observed_at, uid, ordinal, origin partition, origin offset): the order in which records are applied."""
NOWHERE: Position = (-1, -1)


class Frontier(Generic[T]):
    """Holds items until every one of `origins` upstream partitions has ticked past their time, then releases them in order.

    An origin's records come in its own order but may be repeated after a crash upstream: whatever is at or below the
    last position taken from an origin is refused.
    """

    def __init__(self, origins: int) -> None:
        self._ticks = dict.fromkeys(range(origins), 0)
        self._taken: dict[int, Position] = dict.fromkeys(range(origins), NOWHERE)
        self._held: list[tuple[Rank, int, T]] = []

    @property
    def at(self) -> int:
        """Everything observed before this instant has been seen."""
        return min(self._ticks.values())

    @property
    def held(self) -> int:
        return len(self._held)

    def tick(self, origin: int, at: int) -> None:
        self._ticks[origin] = max(self._ticks[origin], at)

    def offer(self, rank: Rank, offset: int, item: T) -> bool:
        """Hold an item read at `offset`; False when its origin position has been taken before."""
        _, _, ordinal, origin, position = rank
        if (position, ordinal) <= self._taken[origin]:
            return False
        self._taken[origin] = (position, ordinal)
        heappush(self._held, (rank, offset, item))
        return True

    def release(self) -> list[tuple[Rank, T]]:
        """What the frontier has passed, in the one order."""
        limit = self.at
        ready = []
        while self._held and self._held[0][0][0] < limit:
            rank, _, item = heappop(self._held)
            ready.append((rank, item))
        return ready

    def lowest_held(self) -> int | None:
        """The lowest offset among the records held: a restart reads again from there."""
        return min((offset for _, offset, _ in self._held), default=None)

    def dump(self) -> list[list[int]]:
        """[origin, tick, offset, ordinal] per origin, with the positions of what was released, not of what is held."""
        below: dict[int, Position] = dict(self._taken)
        for (_, _, ordinal, origin, position), _, _ in self._held:
            below[origin] = min(below[origin], _before(position, ordinal))
        return [[origin, tick, *below[origin]] for origin, tick in sorted(self._ticks.items())]

    def load(self, rows: list[list[int]]) -> None:
        for origin, tick, offset, ordinal in rows:
            self._ticks[origin] = tick
            self._taken[origin] = (offset, ordinal)


def _before(offset: int, ordinal: int) -> Position:
    return (offset, ordinal - 1)
