"""Records held back until every origin has told that time passed them, and what was taken of each origin."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import msgspec

from schemas.interaction import Interaction

Place = tuple[int, int]
"""(offset, ordinal) within one origin partition."""


class Waiting(NamedTuple):
    observed_at: int
    interaction: Interaction
    offset: int
    place: Place
    floor: int
    """Of its origin before it, for a restart that reads it again."""


class OriginState(msgspec.Struct, array_like=True):
    tick: int = 0
    floor: int = 0
    applied: Place = (-1, -1)


class Origin:
    """One upstream partition: its clock, what waits, and the last place taken. Time within it never goes back."""

    def __init__(self, state: OriginState) -> None:
        self.tick = state.tick
        self._floor = state.floor
        self._taken = self._applied = state.applied
        self._waiting: deque[Waiting] = deque()

    def take(self, observed_at: int, interaction: Interaction, offset: int, place: Place) -> bool:
        """Hold a record, unless it was taken before; False for a redelivery.

        A broker's clock may step back when its leader changes; a record then counts at the latest time its origin
        has shown, which depends on that origin's own order alone.
        """
        if place <= self._taken:
            return False
        self._taken = place
        before = self._floor
        self._floor = max(before, observed_at)
        self._waiting.append(Waiting(self._floor, interaction, offset, place, before))
        return True

    def pass_time(self, at: int) -> None:
        self.tick = max(self.tick, at)
        self._floor = max(self._floor, at)

    def release(self, frontier: int) -> list[Waiting]:
        """What was observed before the frontier, in the origin's order."""
        free: list[Waiting] = []
        while self._waiting and self._waiting[0].observed_at < frontier:
            free.append(self._waiting.popleft())
        if free:
            self._applied = free[-1].place
        return free

    @property
    def held(self) -> int:
        return len(self._waiting)

    @property
    def first_held(self) -> int | None:
        """Offset of the first record that waits."""
        return self._waiting[0].offset if self._waiting else None

    def state(self) -> OriginState:
        floor = self._waiting[0].floor if self._waiting else self._floor
        return OriginState(self.tick, floor, self._applied)
