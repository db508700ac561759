"""What is said again and again about one brand: posts that share words, a link or a sequence of hashtags, while they are recent.

A cluster is a set of posts connected by shared keys (near-duplicate signatures, and the post that a repost repeats): a text
that resembles two clusters makes them one. What a post added leaves with it: when it is deleted or says something else its
cluster falls apart where nothing else held it together; when it is `HORIZON` old only its own part goes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from pipeline.detect.coordination import FEWEST
from pipeline.windows.group import Example, First, Group, Head, example_of
from pipeline.windows.index import Entry, PostIndex
from pipeline.windows.keys import Keys
from pipeline.windows.parts import connected, surely_connected
from pipeline.windows.trace import Spoken, Trace, pack, reference, unpack
from schemas.instants import HOUR
from schemas.limits import EVIDENCE
from schemas.mention import Mention

HORIZON = 48 * HOUR
"""How long a post is remembered among those that say the same."""
CAP = 30_000
"""Posts so remembered per brand, about 1.1 kB each beyond their entry (33 MB in all); the oldest leave first, and are counted."""
WORDS, MARKS = "w", "m"
"""Kinds of groups: clusters, and those of one link or one sequence of hashtags."""
CLUSTER_BITS = 61
"""Of a cluster's id: two more bits fit beside it into 63."""


class Told(NamedTuple):
    """A cluster in figures. `quotes`: by posts that are remembered."""

    size: int
    authors: int
    quotes: int
    first: First | None
    example: Example | None


class Clusters:
    """Driven by `join`, `leave` and `expire` in the order of log time. What it knows stands in the entries' traces; its own
    state is where it stands in their order, and the heads of groups of several.
    """

    def __init__(self, index: PostIndex, cap: int = CAP) -> None:
        self._index = index
        self._cap = cap
        self._turn = 0
        self._floor = 0
        """The last turn that was let go."""
        self._order: deque[tuple[int, str]] = deque()
        self._count = 0
        self.evicted = 0
        self.clusters: dict[int, Group] = {}
        self.marks: dict[int, Group] = {}
        self._keys = Keys()
        self._quotes: dict[str, int] = {}
        """How often a post was quoted."""
        self.changed: dict[tuple[str, int], Head | None] = {}
        """Heads to be kept by the next snapshot; None: gone."""

    def __len__(self) -> int:
        return self._count

    def join(self, mention: Mention, said: Spoken, seen: int) -> Trace:
        """Take a post, seen at log time `seen` (ms); the caller keeps its trace in its entry, before it asks for anything else."""
        uid = mention.uid
        own = reference(uid)
        keys = said.keys
        if said.repeats:
            keys, found = self._repeated(said)
        else:
            found = self._keys.holders((*keys, own))
        id = self._union(found) if found else self._new(self._free_id(own)).id
        self._turn += 1
        trace = Trace(
            self._turn,
            id,
            pack(keys),
            seen,
            said.second,
            said.born,
            said.handle,
            said.marks,
            said.repeats or said.quotes,
            bool(said.repeats),
        )
        self._put(uid, trace)
        if found:
            self._keys.hold(keys, id)
            self._show(self.clusters[id], WORDS, mention)
        else:
            self._keys.hold_first(keys, id)
        for mark in said.marks:
            self._show(self.marks[mark], MARKS, mention)
        return trace

    def settle(self, entry: Entry) -> None:
        """After `join`, with the post's entry in the index: count it, and keep what is bounded within its bounds."""
        trace = entry.trace
        if trace is None:
            return
        self._settle_in(self.clusters[trace.cluster], entry)
        for mark in trace.marks:
            self._settle_in(self.marks[mark], entry)
        while self._count > self._cap:
            self.evicted += self._let_go()

    def _settle_in(self, group: Group, entry: Entry) -> None:
        if group.tally is not None:
            group.count(entry, 1)
        elif len(group.members) >= FEWEST:
            group.reckon(self.entries(group))
        elif group.voices is not None:
            group.count(entry, 1)

    def _repeated(self, said: Spoken) -> tuple[list[int], set[int]]:
        """A copy is found by what it repeats; by the words too while nothing is known of that."""
        key = reference(said.repeats)
        original = self._index.get(said.repeats)
        holder = (
            original.trace.cluster if original is not None and original.trace is not None else self._keys.holder(key)
        )
        if holder is not None:
            return [key], {holder}
        return [*said.keys, key], self._keys.holders(said.keys)

    def _new(self, id: int) -> Group:
        group = self.clusters.get(id)
        if group is None:
            group = self.clusters[id] = Group(id)
        return group

    def _put(self, uid: str, trace: Trace) -> None:
        self._order.append((trace.turn, uid))
        self._count += 1
        self.clusters[trace.cluster].members[uid] = None
        for mark in trace.marks:
            group = self.marks.get(mark)
            if group is None:
                group = self.marks[mark] = Group(mark)
            group.members[uid] = None
        if trace.quotes and not trace.copy:
            self._quotes[trace.quotes] = self._quotes.get(trace.quotes, 0) + 1

    def _show(self, group: Group, kind: str, mention: Mention) -> None:
        """Groups of several are told of: who came first, and a few of the others as examples."""
        if len(group.members) < 2:
            return
        if group.first is None:
            founder = self._index.get(next(iter(group.members)))
            # The other one is being taken: it has no entry yet.
            if founder is not None and founder.trace is not None:
                group.begin(founder.uid, founder.author, founder.trace.seen)
                self._keep(kind, group)
        if len(group.examples) < EVIDENCE and group.show(example_of(mention)):
            self._keep(kind, group)

    def _keep(self, kind: str, group: Group) -> None:
        group.kept = True
        self.changed[kind, group.id] = group.head()

    def _union(self, found: set[int]) -> int:
        """One cluster of several: the largest stays."""
        if len(found) == 1:
            return next(iter(found))
        groups = sorted((self.clusters[id] for id in found), key=lambda group: (-len(group.members), group.id))
        winner = groups[0]
        for group in groups[1:]:
            for uid in group.members:
                entry, trace = self._at(uid)
                self._keys.move(unpack(trace.keys), winner.id)
                self._index.put(msgspec.structs.replace(entry, trace=msgspec.structs.replace(trace, cluster=winner.id)))
                winner.count(entry, 1)
            winner.absorb(group)
            self._drop(group, WORDS)
        self._begin_again(winner)
        self._keep(WORDS, winner)
        return winner.id

    def _turn_of(self, uid: str) -> int:
        return self._at(uid)[1].turn

    def _at(self, uid: str) -> tuple[Entry, Trace]:
        entry = self._index.get(uid)
        if entry is None or entry.trace is None:
            raise ValueError(f"post {uid} is in a cluster and has no trace")
        return entry, entry.trace

    def leave(self, uid: str) -> None:
        """Take a post out for good: it is deleted, or says something else. The caller drops its trace from its entry afterwards."""
        entry = self._index.get(uid)
        if entry is None or entry.trace is None:
            return
        trace = entry.trace
        group = self._take_out(entry, trace)
        for kept, kind in [(group, WORDS), *((self.marks.get(mark), MARKS) for mark in trace.marks)]:
            if kept is not None and kept.forget(uid):
                self._begin_again(kept)
                self._keep(kind, kept)
        if group is not None and not self._holds_together(group, uid, trace):
            self._split(group)

    def _begin_again(self, group: Group) -> None:
        if group.first is None and len(group.members) > 1:
            founder, trace = self._at(min(group.members, key=self._turn_of))
            group.begin(founder.uid, founder.author, trace.seen)

    def _take_out(self, entry: Entry, trace: Trace) -> Group | None:
        """The cluster that remains; None where none does."""
        self._count -= 1
        self._keys.release(unpack(trace.keys))
        if trace.quotes and not trace.copy:
            left = self._quotes[trace.quotes] - 1
            if left:
                self._quotes[trace.quotes] = left
            else:
                del self._quotes[trace.quotes]
        for mark in trace.marks:
            self._shrink(self.marks[mark], entry, MARKS)
        return self._shrink(self.clusters[trace.cluster], entry, WORDS)

    def dropped(self, entry: Entry) -> None:
        """The index has forgotten a post altogether."""
        if entry.trace is not None:
            self._take_out(entry, entry.trace)

    def _shrink(self, group: Group, entry: Entry, kind: str) -> Group | None:
        del group.members[entry.uid]
        group.count(entry, -1)
        if group.members:
            return group
        self._drop(group, kind)
        return None

    def _drop(self, group: Group, kind: str) -> None:
        del self.groups(kind)[group.id]
        if group.kept:
            self.changed[kind, group.id] = None

    def groups(self, kind: str) -> dict[int, Group]:
        return self.clusters if kind == WORDS else self.marks

    def _holds_together(self, group: Group, uid: str, gone: Trace) -> bool:
        """Whether the rest surely needs no post that is gone: the keys that it shared are shared by others too, or are but one."""
        shared = [key for key in {*unpack(gone.keys), reference(uid)} if key in self._keys]
        if gone.copy:
            # Copies of one post hang together by the one key, and each of them with the post.
            return len(gone.keys) == len(pack([0]))
        if len(group.members) < 2 or len(shared) < 2:
            return True
        # Near copies come close together: whoever is found first mostly holds them all.
        return surely_connected(shared, (self._at(other)[1].keys for other in reversed(group.members)))

    def _split(self, group: Group) -> None:
        """Into what hangs together by shared keys. The oldest part keeps the id; the others are named after their first post."""
        parts = connected({uid: self._at(uid)[1] for uid in sorted(group.members, key=self._turn_of)})
        if len(parts) < 2:
            return
        for part in parts[1:]:
            made = Group(self._free_id(reference(part[0])))
            self.clusters[made.id] = made
            for uid in part:
                entry, trace = self._at(uid)
                del group.members[uid]
                group.count(entry, -1)
                made.members[uid] = None
                self._keys.move(unpack(trace.keys), made.id)
                self._index.put(msgspec.structs.replace(entry, trace=msgspec.structs.replace(trace, cluster=made.id)))
            group.hand_over(made)
            if len(made.members) >= FEWEST:
                made.reckon(self.entries(made))
            self._begin_again(made)
            if made.first is not None:
                self._keep(WORDS, made)
        self._begin_again(group)
        self._keep(WORDS, group)

    def _free_id(self, own: int) -> int:
        """A cluster is named after its first post, by its reference; the next number where that post has moved on."""
        id = own >> 2
        while id in self.clusters:
            id = (id + 1) & ((1 << CLUSTER_BITS) - 1)
        return id

    def expire(self, now: int) -> None:
        """Let go of posts seen more than `HORIZON` before `now`."""
        limit = now - HORIZON
        while self._order:
            turn, uid = self._order[0]
            entry = self._index.get(uid)
            if entry is not None and entry.trace is not None and entry.trace.turn == turn and entry.trace.seen >= limit:
                return
            self._let_go()

    def _let_go(self) -> bool:
        """Let the oldest one go; False where it had left before."""
        turn, uid = self._order.popleft()
        self._floor = turn
        entry = self._index.get(uid)
        if entry is None or entry.trace is None or entry.trace.turn != turn:
            return False
        self._take_out(entry, entry.trace)
        self._index.lighten(uid)
        return True

    def told(self, id: int) -> Told | None:
        """What there is to tell of a cluster; None where nothing is remembered."""
        group = self.clusters.get(id)
        if group is None:
            return None
        if group.voices is None:
            group.voices = {}
            for entry in self.entries(group):
                author = entry.what.author
                group.voices[author] = group.voices.get(author, 0) + 1
        quotes, members = self._quotes, group.members
        few, many = (quotes, members) if len(quotes) < len(members) else (members, quotes)
        return Told(
            len(members),
            len(group.voices),
            sum([quotes[uid] for uid in few if uid in many]) if quotes else 0,
            group.first,
            group.examples[0] if group.examples else None,
        )

    def entries(self, group: Group) -> Iterator[Entry]:
        """A group's posts, in no particular order: a restart may change it."""
        get = self._index.get
        for uid in group.members:
            entry = get(uid)
            if entry is None or entry.trace is None:
                raise ValueError(f"post {uid} is in a cluster and has no trace")
            yield entry

    def dump(self) -> tuple[int, int, int]:
        """(turn, floor, evicted): with the entries' traces and the heads all there is."""
        return self._turn, self._floor, self.evicted

    def load(self, state: tuple[int, int, int], entries: Iterable[Entry], heads: Iterable[tuple[str, Head]]) -> None:
        """Start from what `dump` told, every entry of the index, and the heads ever written and not removed."""
        self._turn, self._floor, self.evicted = state
        kept = []
        for entry in entries:
            if entry.trace is None:
                continue
            if entry.trace.turn <= self._floor:
                self._index.lighten(entry.uid)
            else:
                kept.append((entry.trace.turn, entry.uid, entry.trace))
        for _, uid, trace in sorted(kept, key=lambda one: one[0]):
            self._new(trace.cluster)
            self._put(uid, trace)
            self._keys.hold(unpack(trace.keys), trace.cluster)
        for kind, head in heads:
            group = self.groups(kind).get(head.id)
            if group is not None:
                group.restore(head)
        for groups in (self.clusters, self.marks):
            for group in groups.values():
                if len(group.members) >= FEWEST:
                    group.reckon(self.entries(group))
