"""One group of posts that share something, and what is told of it: who came first, and a few examples."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from pipeline.detect.coordination import NOT_KNOWN, points_of
from pipeline.windows.contribution import Role
from schemas.limits import EVIDENCE
from schemas.mention import Mention

if TYPE_CHECKING:
    from pipeline.windows.index import Entry

EXAMPLE_CHARS = 280


class Example(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A post that shows what a group says. `text` goes when its author deletes it."""

    uid: str
    network: str
    text: str
    url: str | None
    author: str | None


class First(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The first post of a group: by whom (`<network>:<id>`), seen when (ms)."""

    uid: str
    author: str | None
    seen: int


class Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is kept of a group beside its members' traces."""

    id: int
    first: First | None
    examples: list[Example]


class Group:
    """`members` by uid, in no particular order.

    `voices`: their authors (with how many posts each), from the first time that somebody asks. `tally`: by bucket of event
    time [posts with words of their own, points of those whose accounts' age is known, the others], while there are enough
    members to be weighed; see `pipeline.detect.coordination`.
    """

    __slots__ = ("examples", "first", "id", "kept", "members", "tally", "voices")

    def __init__(self, id: int) -> None:
        self.id = id
        self.members: dict[str, None] = {}
        self.first: First | None = None
        self.examples: tuple[Example, ...] = ()
        self.voices: dict[int, int] | None = None
        self.tally: dict[int, list[int]] | None = None
        self.kept = False
        """Whether a snapshot may hold its head."""

    def count(self, entry: Entry, sign: int) -> None:
        """A member has come, or with sign -1 left."""
        if self.voices is not None:
            author = entry.what.author
            posts = self.voices.get(author, 0) + sign
            if posts:
                self.voices[author] = posts
            else:
                del self.voices[author]
        trace = entry.trace
        if self.tally is not None and trace is not None and entry.what.role is Role.OPINION and not trace.copy:
            row = self.tally.get(entry.bucket)
            if row is None:
                # Of a post older than what is kept nothing is taken away.
                if sign < 0:
                    return
                row = self.tally[entry.bucket] = [0, 0, 0]
            row[0] += sign
            if trace.born == NOT_KNOWN:
                row[2] += sign
            else:
                row[1] += sign * points_of(trace.born, trace.handle)

    def reckon(self, entries: Iterable[Entry]) -> None:
        """Count all members afresh."""
        self.voices = None
        self.tally = {}
        for entry in entries:
            self.count(entry, 1)

    def lately(self, first: int) -> tuple[int, int, int]:
        """What the tally holds from the bucket `first` on; earlier ones will not be asked for again."""
        tally = self.tally or {}
        for bucket in [bucket for bucket in tally if bucket < first]:
            del tally[bucket]
        rows = list(tally.values())
        return sum([row[0] for row in rows]), sum([row[1] for row in rows]), sum([row[2] for row in rows])

    def begin(self, uid: str, author: str | None, seen: int) -> None:
        self.first = First(uid, author, seen)

    def show(self, example: Example) -> bool:
        """Keep an example by somebody of whom there is none yet; whether there was room."""
        if len(self.examples) >= EVIDENCE or any(_same(one, example) for one in self.examples):
            return False
        self.examples = (*self.examples, example)
        return True

    def forget(self, uid: str) -> bool:
        """Whether anything was told of this post; it is no more."""
        told = len(self.examples)
        self.examples = tuple(one for one in self.examples if one.uid != uid)
        if self.first is not None and self.first.uid == uid:
            self.first = None
            return True
        return len(self.examples) < told

    def absorb(self, other: Group) -> None:
        """Take another group in."""
        self.members.update(other.members)
        firsts = [first for first in (self.first, other.first) if first is not None]
        self.first = min(firsts, key=lambda first: (first.seen, first.uid), default=None)
        for example in other.examples:
            self.show(example)

    def hand_over(self, part: Group) -> None:
        """What is told of posts that are in `part` now is told of there."""
        part.examples = tuple(one for one in self.examples if one.uid in part.members)
        self.examples = tuple(one for one in self.examples if one.uid not in part.members)
        if self.first is not None and self.first.uid in part.members:
            part.first, self.first = self.first, None

    def head(self) -> Head:
        return Head(self.id, self.first, list(self.examples))

    def restore(self, head: Head) -> None:
        self.first, self.examples, self.kept = head.first, tuple(head.examples), True


def example_of(mention: Mention) -> Example:
    """A post as an example; a repost shows the words that it repeats."""
    handle = mention.author.handle if mention.author else None
    text = mention.text or mention.title or mention.quoted_text or ""
    return Example(mention.uid, mention.network, text[:EXAMPLE_CHARS], mention.url, handle)


def _same(one: Example, other: Example) -> bool:
    return one.uid == other.uid or (
        one.author is not None and (one.network, one.author) == (other.network, other.author)
    )
