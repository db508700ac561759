"""Which configuration holds when: a version is in force for records observed at or after its `effective_at`."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable

from pipeline.match import Matcher

KEPT = 4
"""Compiled versions that can be compiled again and are kept all the same: ten thousand queries take tens of megabytes."""
_FOREVER = 1 << 62


class Timeline:
    """Configurations by the log time from which they hold. Before the first one, the first holds.

    A version may be handed over as the means to compile it: it is compiled when a record first asks for it, and let go of
    when others were asked for since. A year of changes costs what the few in use cost.
    """

    def __init__(self, effective_at: int, matcher: Matcher | Callable[[], Matcher]) -> None:
        self._moments: list[int] = []
        self._makers: dict[int, Callable[[], Matcher]] = {}
        self._compiled: dict[int, Matcher] = {}
        """Those asked for last stand last."""
        self._in_force: tuple[int, int, Matcher | None] = (0, 0, None)
        """From, until, and what holds there: nearly every record asks for what the one before it did."""
        self.add(effective_at, matcher)

    def add(self, effective_at: int, matcher: Matcher | Callable[[], Matcher], compiled: Matcher | None = None) -> None:
        """A later version; one with the same instant replaces it. `compiled`: what `matcher` would make, if it is at hand."""
        if effective_at not in self:
            insort(self._moments, effective_at)
        self._makers.pop(effective_at, None)
        self._compiled.pop(effective_at, None)
        if isinstance(matcher, Matcher):
            self._compiled[effective_at] = matcher
        else:
            self._makers[effective_at] = matcher
            if compiled is not None:
                self._compiled[effective_at] = compiled
        self._in_force = (0, 0, None)

    def __contains__(self, effective_at: int) -> bool:
        return effective_at in self._makers or effective_at in self._compiled

    def at(self, observed_at: int) -> Matcher:
        """What holds for a record observed then. Raises QueryError for a version that does not compile."""
        since, until, matcher = self._in_force
        if matcher is not None and since <= observed_at < until:
            return matcher
        position = max(bisect_right(self._moments, observed_at) - 1, 0)
        moment = self._moments[position]
        following = self._moments[position + 1 : position + 2]
        matcher = self._compiled.pop(moment, None) or self._makers[moment]()
        self._compiled[moment] = matcher
        self._in_force = (moment if position else -_FOREVER, following[0] if following else _FOREVER, matcher)
        self._let_go()
        return matcher

    def _let_go(self) -> None:
        again = [moment for moment in self._compiled if moment in self._makers]
        for moment in again[:-KEPT]:
            del self._compiled[moment]
