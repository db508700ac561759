"""Which configuration holds when: a version is in force for records observed at or after its `effective_at`."""

from __future__ import annotations

from bisect import bisect_right, insort

from pipeline.match import Matcher


class Timeline:
    """Compiled configurations by the log time from which they hold. Before the first one, the first holds."""

    def __init__(self, effective_at: int, matcher: Matcher) -> None:
        self._moments = [effective_at]
        self._matchers = {effective_at: matcher}

    def add(self, effective_at: int, matcher: Matcher) -> None:
        """A later version; one with the same instant replaces it."""
        if effective_at not in self._matchers:
            insort(self._moments, effective_at)
        self._matchers[effective_at] = matcher

    def at(self, observed_at: int) -> Matcher:
        position = max(bisect_right(self._moments, observed_at) - 1, 0)
        return self._matchers[self._moments[position]]
