"""From effective engagement to the published 0..100: the one place where the scale is decided."""

from __future__ import annotations

from math import isqrt

from pipeline.influence.fixed import EPOCH, ONE, fade

MIN_ENGAGEMENTS = 5
MIN_ENGAGERS = 3
"""Below either there is no score: three friends are not influence, and no data is not zero."""
HALF_WAY = 100 * ONE
"""Effective engagement that scores 50: about 290 people of unknown quality who each did one thing weighing 1."""
HALF_WAY_WITHOUT_LIKES = 31 * ONE
"""The same where a stream does not tell who liked. Five people of whom four only like are worth 4 ln 2 + ln 3.5, times their
quality, where likes are told, and ln 3.5 where they are not: 3.2 times less of the same engagement is seen."""
LIKES_UNTOLD = frozenset({"mastodon", "reddit", "x"})
"""Networks whose streams give likes as a count of the post and not person by person."""
PRIOR = 20
"""k of the shrinkage n / (n + k): twenty engagements make a score half believed."""

TYPICAL_AT = 30_000
"""Followers at which the engagement of `HALF_WAY` is usual: about one person in a hundred within the half-life."""
TYPICAL_FROM = 30
"""Added to the followers, so that the smallest are measured against a few people and not against none."""
SUPPORTED = 5_000
"""Followers that one unit of effective engagement supports at most; those beyond it are dormant or bought."""
_K = ONE

SUSPECT_FROM = 10_000
"""Followers below this are never suspected."""
SUSPECT_RATIO = 2_000
"""Followers for each person seen engaging; ordinary accounts show an engager for every 10 to 1,000 followers."""
SUSPECT_AFTER = 24
"""Epochs an author must have been watched before an absence of engagement says anything."""
SUSPECT_GROWTH = 200
"""Followers gained for each engagement seen in the same days. A post that spreads has more likes than it brings followers; a
stream that shows one engagement in a hundred leaves room for twice that."""


def half_way_of(network: str) -> int:
    """Effective engagement that scores 50 on a network; a network not known here is taken to tell everything."""
    return HALF_WAY_WITHOUT_LIKES if network in LIKES_UNTOLD else HALF_WAY


def score(engagement: int, n: int, engagers: int, half_way: int = HALF_WAY) -> int | None:
    """100 * E / (E + E_half) in 1/10,000, strictly saturating; None below the minimum of evidence."""
    if not enough(n, engagers):
        return None
    return 100 * ONE * engagement // (engagement + half_way)


def peer_score(engagement: int, n: int, engagers: int, followers: int | None, half_way: int = HALF_WAY) -> int | None:
    """100 * E / (E + T(a)) in 1/10,000: the same against what is usual for an audience of that size.

    T(a) = E_half * sqrt((a + 30) / 30,030) of the audience a = min(followers, 5,000 * E): engagement grows more slowly than
    audiences do. Tiers of size without borders: at a border more engagement would lower. Followers beyond what
    engagement supports are held against nobody, as others may have bought them; unknown followers are as many as are
    supported. So it never falls with more engagement, and never rises with more followers.
    """
    if not enough(n, engagers):
        return None
    if engagement == 0:
        return 0
    # T(a) / E of the largest audience supported, as a whole: rounded apart, its parts would not fall with E.
    square = half_way * half_way * (SUPPORTED * engagement + TYPICAL_FROM * ONE)
    whole = (TYPICAL_AT + TYPICAL_FROM) * ONE * engagement * engagement
    best = 100 * ONE * _K // (_K + isqrt(_K * _K * square // whole))
    if followers is None:
        return best
    usual = isqrt(half_way * half_way * (followers + TYPICAL_FROM) // (TYPICAL_AT + TYPICAL_FROM))
    return max(best, 100 * ONE * engagement // (engagement + usual))


def confidence(n: int, *, suspect: bool) -> int:
    """n / (n + k) in 1/10,000; halved for a suspect audience."""
    return ONE * n // (n + PRIOR) // (2 if suspect else 1)


def audience_suspect(followers: int | None, audience: int, watched: int) -> bool:
    """Followers far beyond what engagement explains: dormant or bought. `watched` in epochs."""
    if followers is None or followers < SUSPECT_FROM or watched < SUSPECT_AFTER:
        return False
    return followers > SUSPECT_RATIO * audience


def growth_suspect(followers: int | None, before: int | None, engagements: int) -> bool:
    """An audience that doubled, by ten thousand at least, while hardly anybody engaged. `engagements` since it was `before`."""
    if followers is None or before is None:
        return False
    grown = followers - before
    return grown >= max(SUSPECT_FROM, before) and grown > SUSPECT_GROWTH * engagements


def faded(score_e4: int, age: int) -> int:
    """A published score `age` milliseconds later without a new version: halved per half-life, in whole epochs.

    It is a lower bound of what the full formula would give (E falls no faster than its weights, and the scale is
    concave), so a new version for new engagement never lowers what a reader sees.
    """
    return fade(score_e4, max(0, age) // EPOCH)


def enough(n: int, engagers: int) -> bool:
    """Whether there is evidence for a score."""
    return n >= MIN_ENGAGEMENTS and engagers >= MIN_ENGAGERS
