"""The index of matched posts: what each uid added and where, so that repeats, edits and deletes are judged right (DESIGN rule 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum

import msgspec

from pipeline.windows.contribution import Contribution
from pipeline.windows.times import INDEX_HORIZON
from pipeline.windows.trace import Trace

CAP = 200_000
"""Posts remembered per brand; the oldest leave first, and are counted."""


class Standing(IntEnum):
    """Whether a post still counts."""

    COUNTED = 0
    UNMATCHED = 1
    """An edit made it speak of something else; a later one may bring it back."""
    DELETED = 2
    """Gone for good: told again, it is a duplicate."""


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A matched post as last seen, with what it added to its bucket.

    `observed_at`: at first sight. `counts`: its raw event is accounted for in this brand (ordinal 0). `author`:
    `<network>:<id>`. `backfill`: it came as history, which the detector does not see. `trace`: while `Clusters` knows it.
    """

    uid: str
    version: str
    observed_at: int
    bucket: int
    counts: bool
    author: str | None
    what: Contribution
    backfill: bool = False
    standing: Standing = Standing.COUNTED
    trace: Trace | None = None


class PostIndex:
    """Entries by uid in order of first sight; `changed` collects what a snapshot must write (None: gone)."""

    def __init__(self, cap: int = CAP) -> None:
        self._entries: dict[str, Entry] = {}
        self.get: Callable[[str], Entry | None] = self._entries.get
        """The entry of a uid, if it is remembered."""
        self._cap = cap
        self.evicted = 0
        self.changed: dict[str, Entry | None] = {}
        self.dropped: Callable[[Entry], None] = lambda _: None
        """Told of every post that is forgotten."""

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, entry: Entry) -> None:
        known = self._entries.get(entry.uid)
        if known is not None and known.observed_at != entry.observed_at:
            # Seen as if for the first time: its place is at the end, where a restart puts it too.
            del self._entries[entry.uid]
        self._entries[entry.uid] = entry
        self.changed[entry.uid] = entry
        if len(self._entries) > self._cap:
            self.drop(next(iter(self._entries)))
            self.evicted += 1

    def drop(self, uid: str) -> None:
        entry = self._entries.pop(uid, None)
        if entry is not None:
            self.changed[uid] = None
            self.dropped(entry)

    def lighten(self, uid: str) -> None:
        """Drop a post's trace from memory. What is stored may keep it: `Clusters` knows how far back traces still hold."""
        entry = self._entries[uid]
        self._entries[uid] = msgspec.structs.replace(entry, trace=None)

    def expire(self, now: int) -> None:
        """Forget posts first seen more than eight days before `now`."""
        limit = now - INDEX_HORIZON
        while self._entries:
            uid, oldest = next(iter(self._entries.items()))
            if oldest.observed_at >= limit:
                return
            self.drop(uid)

    def of_author(self, author: str) -> Iterator[Entry]:
        """The author's posts that still count."""
        return iter([e for e in self._entries.values() if e.author == author and e.standing is not Standing.DELETED])

    def entries(self) -> list[Entry]:
        return list(self._entries.values())

    def load(self, entries: list[Entry], evicted: int) -> None:
        """Start from stored entries in any order."""
        self.evicted = evicted
        for entry in sorted(entries, key=lambda entry: (entry.observed_at, entry.uid)):
            self._entries[entry.uid] = entry
