"""How far a repetition looks arranged: who repeats it, how alike they are, beyond what is usual. Integers in, a published formula out.

    score = suspicion x excess x weight
    suspicion = mean over the accounts of their points / 100
    excess    = accounts / (accounts + usual)
    weight    = (7 + posts / opinions) / 8

Points of an account: its age when it spoke (under 7 days 100, 30 days 85, 90 days 55, a year 25, older 10), and where the
network does not tell it what the trace alone suggests (`UNKNOWN`); 25 more, up to 100, where the handle ends in four
digits or more, or where three accounts and a tenth of the group share a handle but for its digits. `usual` is the number of posts
that the most repeated words of an hour of this brand stay within in three of four hours. The idea of traces that
accounts share in a short time: Pacheco et al., Uncovering coordinated networks on social media, ICWSM 2021.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Literal, NamedTuple
from zlib import crc32

from schemas.instants import DAY, from_wire
from schemas.mention import Mention
from schemas.signal import Evidence

COORDINATED = "coordinated"
"""The channel of coordination: its value is accounts, its score ten times that of the formula, so that one dial serves all."""
SCORES_A_TEN = 1_000


class TraceKind(IntEnum):
    """What the accounts of a group have in common."""

    WORDS = 0
    LINK = 1
    HASHTAGS = 2


TRACES: tuple[Literal["words", "link", "hashtags"], ...] = ("words", "link", "hashtags")
"""Their names on the wire."""
FEWEST = 5
"""Accounts below which a repetition is not weighed."""
ALONE = 10
"""Accounts from which it is told by a signal of its own."""
SUSPECT = 5_000
"""The score, in 1/10,000, from which posts count as coordinated when a burst is weighed."""
GATE = 4_500
"""Suspicion times excess, roughly taken, from which a group is measured at all; part of the definition of what is told."""
NOT_KNOWN = -1

_AGES = ((7, 100), (30, 85), (90, 55), (365, 25))
_OLD = 10
NEW_DAYS = 30
UNKNOWN_WORDS, UNKNOWN_ELSE = 70, 40
"""Points of an account of unknown age: for the same words of five or more; for short ones, words that carry a link (a share
button writes those), a link alone or hashtags."""
_ALIKE = 25
_DIGITS = 4
_STEM_SHARED_BY = 3
_STEM_PART = 10
"""Nor by less than a tenth of the accounts: among hundreds three Marias are nothing."""


class Row(NamedTuple):
    """One post of a group. `born`: days between the account's making and the post; `handle`: see `handle_of`."""

    author: int
    second: int
    born: int
    handle: int


class Coordination(NamedTuple):
    """What was measured of one group in one hour; `score` follows from the other numbers. All integers, scores in 1/10,000."""

    score: int
    posts: int
    accounts: int
    points: int
    """Summed over the accounts."""
    known: int
    """Accounts whose age is known."""
    new: int
    """Of these, younger than 30 days."""
    alike: int
    """Accounts whose handle looks made by a machine."""
    span: int
    """Seconds from the first post to the last."""
    half: int
    """Seconds of the shortest stretch with half of the posts."""
    usual: int
    opinions: int
    """Of the brand in the same hour."""
    kind: int
    plain: int
    """1 where sameness alone is telling: words of five or more that carry no link."""
    at: int
    """Log time of the measurement (ms): every record observed before it is in."""


def measure(rows: Sequence[Row], kind: TraceKind, plain: bool, usual: int, opinions: int, at: int) -> Coordination:
    """Weigh the posts of one group; their order changes nothing. `usual`, `opinions`, `at`: see `Coordination`."""
    unknown = UNKNOWN_WORDS if plain else UNKNOWN_ELSE
    stems: dict[int, set[int]] = {}
    for row in rows:
        if row.handle != NOT_KNOWN:
            stems.setdefault(row.handle >> 8, set()).add(row.author)
    shared = max(_STEM_SHARED_BY, -(-len({row.author for row in rows}) // _STEM_PART))
    born: dict[int, int] = {}
    alike: set[int] = set()
    for row in rows:
        known = born.get(row.author, NOT_KNOWN)
        born[row.author] = row.born if known == NOT_KNOWN else known if row.born == NOT_KNOWN else min(known, row.born)
        if row.handle != NOT_KNOWN and (row.handle & 0xFF >= _DIGITS or len(stems[row.handle >> 8]) >= shared):
            alike.add(row.author)
    points = 0
    for author, days in born.items():
        points += min(100, (unknown if days == NOT_KNOWN else _points(days)) + (_ALIKE if author in alike else 0))
    seconds = sorted(row.second for row in rows)
    half = (len(seconds) + 1) // 2
    accounts = len(born)
    return Coordination(
        score=score_of(points, accounts, usual, len(rows), opinions),
        posts=len(rows),
        accounts=accounts,
        points=points,
        known=sum(days != NOT_KNOWN for days in born.values()),
        new=sum(0 <= days < NEW_DAYS for days in born.values()),
        alike=len(alike),
        span=seconds[-1] - seconds[0] if seconds else 0,
        half=min((seconds[at + half - 1] - seconds[at] for at in range(len(seconds) - half + 1)), default=0),
        usual=usual,
        opinions=opinions,
        kind=kind,
        plain=int(plain),
        at=at,
    )


def score_of(points: int, accounts: int, usual: int, posts: int, opinions: int) -> int:
    """The module's formula in 1/10,000, rounded down once."""
    if accounts == 0 or opinions == 0:
        return 0
    posts = min(posts, opinions)
    return 10_000 * points * (7 * opinions + posts) // (100 * (accounts + usual) * 8 * opinions)


def points_of(born: int, handle: int) -> int:
    """The points of an account of known age by itself."""
    machine = handle != NOT_KNOWN and handle & 0xFF >= _DIGITS
    return min(100, _points(born) + (_ALIKE if machine else 0))


def may_be(posts: int, known: int, unknown: int, kind: TraceKind, usual: int) -> bool:
    """Whether a group is worth measuring, from sums alone: `known` points and `unknown` accounts among `posts` posts.

    What it leaves out, shared handles and authors of several posts, seldom makes a score of `SUSPECT` out of less than `GATE`.
    """
    if posts < FEWEST:
        return False
    points = known + unknown * (UNKNOWN_WORDS if kind is TraceKind.WORDS else UNKNOWN_ELSE)
    return 10_000 * points >= GATE * 100 * (posts + usual)


def _points(days: int) -> int:
    return next((points for limit, points in _AGES if days < limit), _OLD)


def born_of(mention: Mention, at: int) -> int:
    """How many days old the author's account was at the instant `at` (ms); NOT_KNOWN where the network does not tell."""
    told = mention.author.created_at if mention.author else None
    if told is None:
        return NOT_KNOWN
    try:
        return max(0, (at - from_wire(told)) // DAY)
    except ValueError:
        # Written like an instant and none: a 31st of February. Nobody's age depends on it.
        return NOT_KNOWN


def handle_of(mention: Mention) -> int:
    """A handle as (checksum of it without the digits at its end) * 256 + (how many those are); NOT_KNOWN where there is none."""
    handle = mention.author.handle if mention.author else None
    if not handle:
        return NOT_KNOWN
    name = handle.removeprefix("@").partition("@")[0].removesuffix(".bsky.social").casefold()
    stem = name.rstrip("0123456789")
    return crc32(stem.encode("utf-8", "surrogatepass")) << 8 | min(len(name) - len(stem), 0xFF)


def usual_repetition(largest: Iterable[int]) -> int:
    """What the most repeated words of an hour usually reach. `largest`: that number for each hour of the last week in which
    anything was said. The upper quartile, at least 2; 5 while there is less than a day to go by. So a campaign, or a week with
    several, does not raise the bar for the next one; what is repeated all day long does."""
    ordered = sorted(largest)
    if len(ordered) < _ENOUGH_HOURS:
        return 5
    return max(2, ordered[-(-3 * len(ordered) // 4) - 1])


_ENOUGH_HOURS = 24


class Weighed(NamedTuple):
    """What looks coordinated in one hour of a brand: the group with the highest score, and the opinions of all that do."""

    best: Coordination
    group: str
    opinions: int
    negatives: int
    positives: int
    evidence: tuple[Evidence, ...]

    def of(self, channel: str) -> int:
        """How many opinions of a channel look coordinated."""
        if channel in ("negative", "weighted_negative"):
            return self.negatives
        return self.positives if channel == "positive" else self.opinions


def largest_part(keys: Sequence[Sequence[int]]) -> list[int]:
    """Places of the largest set of texts that hang together by shared keys, in order; of equal ones the first.

    A cluster may be held together by posts that are not of the hour: what is weighed follows from the hour alone.
    """
    leader = list(range(len(keys)))
    holder: dict[int, int] = {}
    same: dict[tuple[int, ...], int] = {}
    for place, held in enumerate(keys):
        mine = same.setdefault(tuple(held), place)
        if mine != place:
            # Mostly they are the very same words.
            leader[place] = mine
            continue
        for key in held:
            other = holder.setdefault(key, place)
            while leader[other] != other:
                leader[other] = other = leader[leader[other]]
            if other != mine:
                leader[mine] = mine = other
    parts: dict[int, list[int]] = {}
    for place in range(len(keys)):
        one = place
        while leader[one] != one:
            one = leader[one]
        parts.setdefault(one, []).append(place)
    return max(parts.values(), key=len)
