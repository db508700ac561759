"""Clusters are what hangs together, whatever came when; they give back exactly what they took, and a restart changes nothing."""

from __future__ import annotations

import random
import tracemalloc
from itertools import combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.windows.clusters import HORIZON, Clusters
from pipeline.windows.contribution import WHOLE, Contribution, Role
from pipeline.windows.group import Head
from pipeline.windows.index import Entry, PostIndex, Standing
from pipeline.windows.trace import reference, spoken_of
from schemas.instants import MINUTE, to_wire
from schemas.kinds import MentionKind, Op
from schemas.mention import Author, Match, Mention, RawRef, Understanding

T0 = 1_767_571_200_000


class Room:
    """One brand's index and clusters, as `Brand` drives them, beside a plain record of what was said."""

    def __init__(self, cap: int = 1_000) -> None:
        self.index = PostIndex()
        self.clusters = Clusters(self.index, cap)
        self.index.dropped = self.clusters.dropped
        self.now = T0
        self.cap = cap
        self.stored: dict[str, bytes] = {}

    def say(self, number: int, keys: list[int], repeats: int | None = None, author: int | None = None) -> None:
        uid = f"x:{number}"
        known = self.index.get(uid)
        if known is not None:
            if known.standing is Standing.DELETED:
                return
            self.clusters.leave(uid)
            self.index.put(msgspec.structs.replace(self.index.get(uid), trace=None))
        mention = Mention(
            schema_version=1,
            op=Op.UPSERT,
            uid=uid,
            version="1",
            network="x",
            received_at=to_wire(self.now),
            raw=RawRef("x.v2"),
            kind=MentionKind.POST if repeats is None else MentionKind.REPOST,
            author=Author(f"a{number if author is None else author}"),
            text=f"text {number}",
            reposted_id=None if repeats is None else f"x:{repeats}",
            match=Match("b", "v1"),
            understanding=Understanding(signature=sorted(set(keys))),
        )
        trace = self.clusters.join(mention, spoken_of(mention, self.now), self.now)
        what = Contribution(Role.OPINION, 0, author or number, False, WHOLE, 0, trace.cluster, [], [])
        seen = known.observed_at if known is not None else self.now
        entry = Entry(uid, "1", seen, seen // (5 * MINUTE), True, None, what, trace=trace)
        self.index.put(entry)
        self.clusters.settle(entry)

    def delete(self, number: int) -> None:
        known = self.index.get(f"x:{number}")
        if known is not None and known.standing is Standing.COUNTED:
            self.clusters.leave(known.uid)
            self.index.put(msgspec.structs.replace(known, trace=None, standing=Standing.DELETED))

    def parts(self) -> set[frozenset[str]]:
        return {frozenset(group.members) for group in self.clusters.clusters.values()}

    def named(self) -> dict[int, frozenset[str]]:
        return {id: frozenset(group.members) for id, group in self.clusters.clusters.items()}

    def told(self) -> dict[int, object]:
        return {id: self.clusters.told(id) for id in self.clusters.clusters}

    def store(self) -> None:
        """What a snapshot writes."""
        pack = msgspec.msgpack.Encoder().encode
        for uid, entry in self.index.changed.items():
            self.stored.pop(f"p/{uid}", None)
            if entry is not None:
                self.stored[f"p/{uid}"] = pack(entry)
        for (kind, id), head in self.clusters.changed.items():
            self.stored.pop(f"c/{kind}{id}", None)
            if head is not None:
                self.stored[f"c/{kind}{id}"] = pack(head)
        self.stored["s"] = pack(self.clusters.dump())
        self.index.changed.clear()
        self.clusters.changed.clear()

    def restarted(self) -> Room:
        self.store()
        again = Room(self.cap)
        again.now, again.stored = self.now, dict(self.stored)
        read = msgspec.msgpack.decode
        again.index.load([read(v, type=Entry) for k, v in self.stored.items() if k.startswith("p/")], 0)
        heads = [(k[2], read(v, type=Head)) for k, v in self.stored.items() if k.startswith("c/")]
        again.clusters.load(read(self.stored["s"], type=tuple[int, int, int]), again.index.entries(), heads)
        return again


def components(keys: dict[str, set[int]]) -> set[frozenset[str]]:
    """The same from the definition: posts that share a key, and whoever they lead to."""
    near: dict[str, set[str]] = {uid: {uid} for uid in keys}
    for one, other in combinations(keys, 2):
        if keys[one] & keys[other]:
            near[one].add(other)
            near[other].add(one)
    found, left = set(), set(keys)
    while left:
        reached, edge = set(), {left.pop()}
        while edge:
            reached |= edge
            edge = {uid for one in edge for uid in near[one]} - reached
        left -= reached
        found.add(frozenset(reached))
    return found


few_keys = st.lists(st.integers(1, 12), min_size=1, max_size=4)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(0, 15), few_keys),
        st.tuples(st.just("say"), st.integers(0, 15), few_keys),
        st.tuples(st.just("repost"), st.integers(16, 25), st.lists(st.integers(0, 15), min_size=1, max_size=1)),
        st.tuples(st.just("delete"), st.integers(0, 25), few_keys),
        st.tuples(st.just("pass"), st.integers(1, 40), few_keys),
    ),
    max_size=40,
)


def act(room: Room, what: tuple[str, int, list[int]]) -> None:
    kind, number, more = what
    if kind == "say":
        room.say(number, more)
    elif kind == "repost":
        # As understand does: a repost carries the signature of what it repeats.
        room.say(number, [], repeats=more[0])
    elif kind == "delete":
        room.delete(number)
    else:
        room.now += number * MINUTE


def said_in(acts: list[tuple[str, int, list[int]]]) -> dict[str, set[int]]:
    """What stands at the end: the last words of every post that was not deleted."""
    said: dict[str, set[int]] = {}
    gone: set[str] = set()
    for kind, number, more in acts:
        uid = f"x:{number}"
        if kind == "delete" and uid in said:
            del said[uid]
            gone.add(uid)
        elif kind == "say" and uid not in gone:
            said[uid] = {*more, reference(uid)}
        elif kind == "repost" and uid not in gone:
            said[uid] = {reference(f"x:{more[0]}")}
    return said


@given(acts)
def test_a_cluster_is_what_hangs_together_by_shared_keys_whatever_came_and_went(
    doings: list[tuple[str, int, list[int]]],
) -> None:
    room = Room()
    for one in doings:
        act(room, one)
    assert room.parts() == components(said_in(doings))


@given(acts)
def test_every_post_is_in_one_cluster_and_sizes_add_up(doings: list[tuple[str, int, list[int]]]) -> None:
    room = Room()
    for one in doings:
        act(room, one)
    sizes = [told.size for told in (room.clusters.told(id) for id in room.clusters.clusters) if told is not None]
    assert sum(sizes) == len(room.clusters) == len(said_in(doings))
    assert all(
        room.clusters.clusters[e.trace.cluster].members.keys() >= {e.uid} for e in room.index.entries() if e.trace
    )


@given(
    st.lists(st.tuples(st.integers(0, 12), few_keys), max_size=20, unique_by=lambda one: one[0]),
    st.randoms(use_true_random=False),
)
def test_the_order_of_posts_changes_no_cluster(posts: list[tuple[int, list[int]]], shuffle) -> None:
    def parts(order: list[tuple[int, list[int]]]) -> set[frozenset[str]]:
        room = Room()
        for number, keys in order:
            room.say(number, keys)
        return room.parts()

    shuffled = list(posts)
    shuffle.shuffle(shuffled)
    assert parts(shuffled) == parts(posts)


@given(
    st.lists(st.tuples(st.integers(0, 12), few_keys), max_size=15, unique_by=lambda one: one[0]),
    few_keys,
    st.integers(0, 15),
)
def test_a_post_that_is_deleted_leaves_what_was_there_without_it(
    posts: list[tuple[int, list[int]]], keys: list[int], at: int
) -> None:
    with_it, without = Room(), Room()
    for place, (number, words) in enumerate(posts):
        if place == at:
            with_it.say(99, keys)
        with_it.say(number, words)
        without.say(number, words)
    with_it.say(99, keys)
    with_it.delete(99)
    assert with_it.parts() == without.parts()
    assert len(with_it.clusters) == len(without.clusters)


@settings(max_examples=60)
@given(acts, st.integers(0, 40), st.sampled_from([3, 8, 1_000]))
def test_a_restart_at_any_point_changes_nothing(doings: list[tuple[str, int, list[int]]], at: int, cap: int) -> None:
    one = other = Room(cap)
    other = Room(cap)
    for place, what in enumerate(doings):
        if place == at:
            other = other.restarted()
        for room in (one, other):
            act(room, what)
            if what[0] == "pass" and what[1] > 30:
                room.now += HORIZON
            room.clusters.expire(room.now)
    assert one.named() == other.named()
    assert one.told() == other.told()
    assert one.clusters.evicted == other.clusters.evicted
    one.store()
    other.store()
    for room in (one, other):
        again = room.restarted()
        assert again.named() == one.named()
        assert again.told() == one.told()


@given(acts, st.integers(1, 6))
def test_no_more_posts_are_remembered_than_the_cap_and_the_last_ones_are(
    doings: list[tuple[str, int, list[int]]], cap: int
) -> None:
    room = Room(cap)
    for one in doings:
        act(room, one)
    assert len(room.clusters) <= cap
    assert sum(map(len, room.parts())) == len(room.clusters)


@given(acts)
def test_time_takes_everything_and_leaves_nothing_behind(doings: list[tuple[str, int, list[int]]]) -> None:
    room = Room()
    for one in doings:
        act(room, one)
    room.store()
    room.clusters.expire(room.now + HORIZON + 1)
    room.store()
    assert (len(room.clusters), room.clusters.clusters, room.clusters.marks) == (0, {}, {})
    assert not room.clusters._keys and not room.clusters._keys._others and not room.clusters._quotes
    assert not [key for key in room.stored if key.startswith("c/")]


def test_a_text_between_two_makes_them_one_and_gone_leaves_two() -> None:
    room = Room()
    room.say(1, [1, 2])
    room.say(2, [8, 9])
    assert len(room.parts()) == 2
    room.say(3, [2, 8])
    assert room.parts() == {frozenset({"x:1", "x:2", "x:3"})}
    room.delete(3)
    assert room.parts() == {frozenset({"x:1"}), frozenset({"x:2"})}


@pytest.mark.parametrize("first", ["original", "repost"])
def test_a_repost_is_with_its_original_whichever_came_first(first: str) -> None:
    room = Room()
    if first == "original":
        room.say(1, [1])
        room.say(20, [], repeats=1)
    else:
        room.say(20, [], repeats=1)
        room.say(1, [1])
    assert room.parts() == {frozenset({"x:1", "x:20"})}


@pytest.mark.parametrize(("what", "most"), [("posts of their own", 1_500), ("reposts", 700)])
def test_a_post_that_is_remembered_costs_what_is_stated(what: str, most: int) -> None:
    """Bytes beyond the post's own entry, as docs/repetition.md says."""
    keys, room = random.Random(1), Room(4_000)
    tracemalloc.start()
    for number in range(4_000):
        if what == "reposts" and number:
            room.say(number, [], repeats=0)
        else:
            room.say(number, [keys.getrandbits(63) for _ in range(12)])
        room.index.changed.clear()
        room.clusters.changed.clear()
    full = tracemalloc.get_traced_memory()[0]
    room.clusters.expire(room.now + HORIZON + 1)
    room.clusters.changed.clear()
    empty = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert 100 < (full - empty) / 4_000 < most


def test_what_is_let_go_is_counted_and_what_had_left_before_is_not() -> None:
    room = Room(3)
    for number in range(3):
        room.say(number, [number + 1])
    room.delete(0)
    for number in range(3, 6):
        room.say(number, [number + 1])
    assert room.clusters.evicted == 2
    assert room.parts() == {frozenset({"x:3"}), frozenset({"x:4"}), frozenset({"x:5"})}


def test_distinct_authors_stay_exact_while_posts_come_and_go() -> None:
    room = Room()
    for number, author in enumerate([7, 7, 7, 8]):
        room.say(number, [1], author=author)
    seen = []
    for gone in (None, 0, 1, 2):
        if gone is not None:
            room.delete(gone)
        (told,) = room.told().values()
        seen.append((told.size, told.authors))
    assert seen == [(4, 2), (3, 2), (2, 2), (1, 1)]
    room.say(9, [1], author=8)
    (told,) = room.told().values()
    assert (told.size, told.authors) == (2, 1)
