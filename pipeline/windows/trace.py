"""What is kept of a post so that repetition finds it again: the keys of its words, its link and hashtags, and who spoke, in integers."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct

import msgspec

from pipeline.detect.coordination import born_of, handle_of
from pipeline.match.links import canonical_link
from schemas.ids import hash64
from schemas.kinds import MentionKind
from schemas.mention import Mention

HASHTAGS = 3
"""Hashtags that make a sequence: one or two are how people find each other."""
_LINK, _TAGS = 0, 1


class Trace(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A post among those that say the same. Only what is younger than `clusters.HORIZON` keeps one.

    `turn`: its place in the order in which the brand's posts came. `cluster`: the cluster it is in. `keys`: what it is
    found by, eight bytes each. `seen`: when this version was observed (ms). `second`: when the post was written (s).
    `born`, `handle`: see `pipeline.detect.coordination`. `marks`: see `marks_of`. `quotes`: the post it quotes,
    or as a `copy` repeats.
    """

    turn: int
    cluster: int
    keys: bytes
    seen: int
    second: int
    born: int
    handle: int
    marks: list[int] = []
    quotes: str = ""
    copy: bool = False
    """It repeats a post without words of its own."""


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """What repetition has to know of a mention: the part of `Trace` that the post alone decides. `repeats`: the post of which
    it is a copy without words of its own."""

    keys: list[int]
    second: int
    born: int
    handle: int
    marks: list[int]
    quotes: str
    repeats: str


def spoken_of(mention: Mention, at: int) -> Spoken:
    """`at`: when it was written (ms)."""
    understood = mention.understanding
    repeats = mention.reposted_id or ""
    quotes = mention.quoted_id or ""
    if quotes and mention.kind is MentionKind.QUOTE and not mention.text and not mention.title:
        repeats, quotes = quotes, ""
    return Spoken(
        understood.signature if understood else [],
        at // 1000,
        born_of(mention, at),
        handle_of(mention),
        marks_of(mention) if mention.links or len(mention.hashtags) >= HASHTAGS else [],
        quotes,
        repeats,
    )


def marks_of(mention: Mention) -> list[int]:
    """63-bit numbers of the first link (even) and of the sequence of hashtags (odd), where there are any of their own."""
    if mention.kind == MentionKind.REPOST:
        return []
    marks = []
    if mention.links:
        link = mention.links[0]
        marks.append(hash64(f"link {canonical_link(link.expanded or link.url)}") >> 2 << 1 | _LINK)
    if len(mention.hashtags) >= HASHTAGS:
        marks.append(hash64(f"tags {' '.join(mention.hashtags).casefold()}") >> 2 << 1 | _TAGS)
    return marks


def is_link(mark: int) -> bool:
    return mark & 1 == _LINK


def reference(uid: str) -> int:
    """The key that a copy without words of its own shares with the post it repeats."""
    return hash64(uid) >> 1


def pack(keys: Sequence[int]) -> bytes:
    return (_PACKERS[len(keys)] if len(keys) < len(_PACKERS) else Struct(f"<{len(keys)}Q")).pack(*keys)


def unpack(keys: bytes) -> tuple[int, ...]:
    count = len(keys) // 8
    return (_PACKERS[count] if count < len(_PACKERS) else Struct(f"<{count}Q")).unpack(keys)


_PACKERS = [Struct(f"<{count}Q") for count in range(32)]
