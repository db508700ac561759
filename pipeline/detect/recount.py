"""What looked coordinated, found and weighed again from the posts of its hour alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.detect.coordination import Coordination, Row, TraceKind, measure
from pipeline.windows.trace import is_link, spoken_of
from schemas.mention import Mention


class Said(NamedTuple):
    """An opinion of the hour: the mention as it was known then, when it was written (ms), and a hash of who wrote it."""

    mention: Mention
    written: int
    author: int


def weigh_again(posts: Sequence[Said], seed: str, said: Coordination) -> Coordination:
    """The group of the post `seed`, weighed. What was usual, and how much was said in all, is taken from `said`."""
    spoken = {post.mention.uid: spoken_of(post.mention, post.written) for post in posts}
    posts = [post for post in posts if not spoken[post.mention.uid].repeats]
    first = spoken.get(seed)
    if first is None:
        return said._replace(score=0, posts=0, accounts=0, points=0)
    if said.kind == TraceKind.WORDS:
        group = _alike(posts, spoken[seed].keys, {uid: one.keys for uid, one in spoken.items()})
    else:
        marks = {mark for mark in first.marks if is_link(mark) == (said.kind == TraceKind.LINK)}
        group = [post for post in posts if marks & set(spoken[post.mention.uid].marks)]
    linked = sum(any(is_link(mark) for mark in spoken[post.mention.uid].marks) for post in group)
    plain = said.kind == TraceKind.WORDS and len(first.keys) > 1 and 2 * linked < len(group)
    rows = []
    for post in group:
        one = spoken[post.mention.uid]
        rows.append(Row(post.author, one.second, one.born, one.handle))
    return measure(rows, TraceKind(said.kind), plain, said.usual, said.opinions, said.at)


def _alike(posts: Sequence[Said], keys: Sequence[int], all_keys: dict[str, list[int]]) -> list[Said]:
    """Whoever hangs together with these keys, directly or by others."""
    known = set(keys)
    left, found = list(posts), list[Said]()
    grown = True
    while grown:
        near = [post for post in left if not known.isdisjoint(all_keys[post.mention.uid])]
        left = [post for post in left if known.isdisjoint(all_keys[post.mention.uid])]
        found += near
        before = len(known)
        for post in near:
            known.update(all_keys[post.mention.uid])
        grown = len(known) > before
    return found
