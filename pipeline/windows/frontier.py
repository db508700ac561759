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
        self._offsets: _Least[int] = _Least()
        self._places: dict[int, _Least[Position]] = {origin: _Least() for origin in range(origins)}

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
        self._offsets.add(offset)
        self._places[origin].add((position, ordinal))
        return True

    def release(self) -> list[tuple[Rank, T]]:
        """What the frontier has passed, in the one order."""
        limit = self.at
        ready = []
        while self._held and self._held[0][0][0] < limit:
            rank, offset, item = heappop(self._held)
            self._offsets.remove(offset)
            self._places[rank[3]].remove((rank[4], rank[2]))
            ready.append((rank, item))
        return ready

    def lowest_held(self) -> int | None:
        """The lowest offset among the records held: a restart reads again from there."""
        return self._offsets.least()

    def dump(self) -> list[list[int]]:
        """[origin, tick, offset, ordinal] per origin, with the positions of what was released, not of what is held."""
        rows = []
        for origin, tick in sorted(self._ticks.items()):
            first = self._places[origin].least()
            offset, ordinal = self._taken[origin] if first is None else (first[0], first[1] - 1)
            rows.append([origin, tick, offset, ordinal])
        return rows

    def load(self, rows: list[list[int]]) -> None:
        for origin, tick, offset, ordinal in rows:
            self._ticks[origin] = tick
            self._taken[origin] = (offset, ordinal)


class _Least(Generic[T]):
    """The least of what was added and not yet removed. Asked at every commit, so it must not look at all that is held."""

    def __init__(self) -> None:
        self._heap: list[T] = []
        self._removed: set[T] = set()

    def add(self, value: T) -> None:
        heappush(self._heap, value)  # type: ignore[type-var]  # positions and offsets, both of which have an order

    def remove(self, value: T) -> None:
        self._removed.add(value)

    def least(self) -> T | None:
        heap = self._heap
        while heap and heap[0] in self._removed:
            self._removed.discard(heappop(heap))  # type: ignore[type-var]  # as above
        return heap[0] if heap else None
