"""A network of authors whose true influence is known, for measuring influence: organic, dormant, bought, pod, new, disguised."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from math import exp, log
from random import Random
from typing import NamedTuple

from schemas.instants import DAY, HOUR, from_wire, to_wire
from schemas.interaction import Interaction
from schemas.kinds import InteractionKind
from schemas.mention import Origin
from schemas.topics import RAW

NETWORK = "demo"
START = from_wire("2026-10-01T00:00:00.000Z")
POD = 50
FARM = 3_000
"""Accounts that sell likes and look like anybody's."""


class Audience(StrEnum):
    """Where an author's followers come from."""

    ORGANIC = "organic"
    DORMANT = "dormant"
    """Followers of long ago: one in fifty to one in five hundred still reads."""
    BOUGHT = "bought"
    """Ten thousand to a million followers from a shop, with likes of throw-away accounts on every post."""
    POD = "pod"
    """Fifty who like, answer and repost whatever one of them writes."""
    NEW = "new"
    """Organic, but here for two days only."""
    DISGUISED = "disguised"
    """Likes bought from accounts that are years old and behave."""


_SHARES = {
    Audience.ORGANIC: 60,
    Audience.DORMANT: 13,
    Audience.BOUGHT: 12,
    Audience.POD: 8,
    Audience.NEW: 5,
    Audience.DISGUISED: 2,
}


class Member(NamedTuple):
    """An author. `truth`, planted: people expected to react of their own will to one post, readers times appeal."""

    name: str
    audience: Audience
    readers: int
    appeal: float
    posts_a_day: float
    followers: int

    @property
    def truth(self) -> float:
        return self.readers * self.appeal


class _Engager(NamedTuple):
    name: str
    created_at: int
    followers: int
    following: int
    posts: int


class Network:
    """`size` authors over `days`; everything follows from `seed`."""

    def __init__(self, size: int = 5_000, days: int = 30, seed: int = 1) -> None:
        self._seed = seed
        self.end = START + days * DAY
        rng = Random(seed)
        kinds = [kind for kind, share in _SHARES.items() for _ in range(size * share // 100)]
        kinds += [Audience.ORGANIC] * (size - len(kinds))
        self.members = [_member(f"a{number}", kind, rng) for number, kind in enumerate(kinds)]
        self._pods = [m.name for m in self.members if m.audience is Audience.POD]

    def interactions(self) -> Iterator[Interaction]:
        """Everything anybody did, in order of time; `at` is set, as if observed at once."""
        told: list[tuple[int, str, str, InteractionKind, _Engager]] = []
        for number, member in enumerate(self.members):
            rng = Random(self._seed * 1_000_003 + number)
            start = self.end - 2 * DAY if member.audience is Audience.NEW else START
            for post in range(_poisson(member.posts_a_day * (self.end - start) / DAY, rng)):
                at = rng.randrange(start, self.end)
                for index, (kind, engager) in enumerate(self._reactions(member, number, rng)):
                    # Half of what a post will get it has within an hour and a half.
                    moment = min(self.end - 1, at + int(rng.expovariate(log(2) / (1.5 * HOUR))))
                    told.append((moment, f"{NETWORK}:{number}.{post}.{index}", member.name, kind, engager))
        followers = {member.name: member.followers for member in self.members}
        for offset, (at, uid, target, kind, engager) in enumerate(sorted(told)):
            yield Interaction(
                uid=uid,
                network=NETWORK,
                kind=kind,
                actor=engager.name,
                target=target,
                at=to_wire(at),
                actor_created_at=to_wire(engager.created_at),
                actor_followers=engager.followers,
                actor_following=engager.following,
                actor_posts=engager.posts,
                target_followers=followers[target],
                origin=Origin(RAW, 0, offset, 0, 1),
            )

    def _reactions(self, member: Member, number: int, rng: Random) -> Iterator[tuple[InteractionKind, _Engager]]:
        """Genuine ones: readers who like it, faithful ones more often, on a post that takes off or does not."""
        luck = exp(rng.gauss(-0.32, 0.8))
        # The square makes some readers come back far more often than others.
        genuine = {int(member.readers * rng.random() ** 2) for _ in range(_poisson(member.truth * luck, rng))}
        for reader in sorted(genuine):
            kind = rng.choices((InteractionKind.LIKE, InteractionKind.REPLY, InteractionKind.REPOST), (80, 12, 8))[0]
            yield kind, _person(f"r{number}.{reader}", number * 7_919 + reader)
        if member.audience is Audience.BOUGHT:
            for _ in range(rng.randint(5, 60)):
                bot = rng.randrange(10**9)
                yield InteractionKind.LIKE, _Engager(f"b{bot}", self.end - rng.randint(0, 3 * DAY), 3, 4_900, 1)
        elif member.audience is Audience.DISGUISED:
            for seller in sorted(rng.sample(range(FARM), rng.randint(50, 300))):
                yield InteractionKind.LIKE, _person(f"f{seller}", seller)
        elif member.audience is Audience.POD:
            first = self._pods.index(member.name) // POD * POD
            for mate in self._pods[first : first + POD]:
                if mate != member.name and rng.random() < 0.85:
                    for kind in (InteractionKind.LIKE, InteractionKind.REPLY, InteractionKind.REPOST):
                        yield kind, _person(mate, int(mate[1:]))


def _member(name: str, audience: Audience, rng: Random) -> Member:
    readers = max(3, min(100_000, int(10 ** rng.gauss(1.9, 0.7))))
    appeal = min(0.4, exp(rng.gauss(log(0.02), 0.8)))
    posts_a_day = min(5.0, exp(rng.gauss(log(0.25), 0.7)))
    reading = exp(rng.uniform(log(0.05), log(0.4)))
    if audience is Audience.DORMANT:
        reading = exp(rng.uniform(log(0.002), log(0.02)))
    followers = int(readers / reading)
    if audience is Audience.BOUGHT:
        followers += int(10 ** rng.uniform(4, 6))
    return Member(name, audience, readers, appeal, posts_a_day, followers)


def _person(name: str, seed: int) -> _Engager:
    rng = Random(seed)
    age = rng.randint(20, 4_000)
    followers = int(10 ** rng.gauss(2, 0.7))
    following = int(10 ** rng.gauss(2.2, 0.5))
    return _Engager(name, START - age * DAY, followers, following, int(age * exp(rng.gauss(0, 1))))


def _poisson(mean: float, rng: Random) -> int:
    """Knuth's product of uniforms; by the normal approximation from 30 on."""
    if mean >= 30:
        return max(0, round(rng.gauss(mean, mean**0.5)))
    limit, count, product = exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count
