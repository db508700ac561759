"""Which cluster holds which key, while any post does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast


class Keys:
    """A count of posts by key, and their cluster: the same one for all that hold a key."""

    def __init__(self) -> None:
        self._holder: dict[int, int] = {}
        self._others: dict[int, int] = {}
        """How many posts hold a key besides the first, where there are any."""

    def __len__(self) -> int:
        return len(self._holder)

    def __contains__(self, key: int) -> bool:
        return key in self._holder

    def holder(self, key: int) -> int | None:
        """The cluster of the posts that hold a key."""
        return self._holder.get(key)

    def holders(self, keys: Iterable[int]) -> set[int]:
        """The clusters of all that hold any of the keys."""
        found: set[int | None] = {*map(self._holder.get, keys)}
        found.discard(None)
        return cast("set[int]", found)

    def hold(self, keys: Iterable[int], cluster: int) -> None:
        """One more post of the cluster holds these keys."""
        held, others = self._holder, self._others
        for key in keys:
            if key in held:
                others[key] = others.get(key, 0) + 1
            else:
                held[key] = cluster

    def hold_first(self, keys: Iterable[int], cluster: int) -> None:
        """The same for keys that nobody holds, each named once: most posts are like no other."""
        held = self._holder
        for key in keys:
            held[key] = cluster

    def release(self, keys: Iterable[int]) -> None:
        """A post that held these keys does so no more."""
        for key in keys:
            others = self._others.get(key)
            if others is None:
                del self._holder[key]
            elif others == 1:
                del self._others[key]
            else:
                self._others[key] = others - 1

    def move(self, keys: Iterable[int], cluster: int) -> None:
        """The posts that hold these keys are in another cluster now."""
        for key in keys:
            self._holder[key] = cluster
