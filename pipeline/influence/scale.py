"""From effective engagement to the published 0..100: the one place where the scale is decided."""

from __future__ import annotations

from pipeline.influence.fixed import EPOCH, ONE, fade

MIN_ENGAGEMENTS = 5
MIN_ENGAGERS = 3
"""Below either there is no score: three friends are not influence, and no data is not zero."""
HALF_WAY = 100 * ONE
"""Effective engagement that scores 50: about 290 people of unknown quality who each did one thing weighing 1."""
PRIOR = 20
"""k of the shrinkage n / (n + k): twenty engagements make a score half believed."""

SUSPECT_FROM = 10_000
"""Followers below this are never suspected."""
SUSPECT_RATIO = 2_000
"""Followers for each person seen engaging; ordinary accounts show an engager for every 10 to 1,000 followers."""
SUSPECT_AFTER = 24
"""Epochs an author must have been watched before an absence of engagement says anything."""


def score(engagement: int, n: int, engagers: int) -> int | None:
    """100 * E / (E + E_half) in 1/10,000, strictly saturating; None below the minimum of evidence."""
    if n < MIN_ENGAGEMENTS or engagers < MIN_ENGAGERS:
        return None
    return 100 * ONE * engagement // (engagement + HALF_WAY)


def confidence(n: int, *, suspect: bool) -> int:
    """n / (n + k) in 1/10,000; halved for a suspect audience."""
    return ONE * n // (n + PRIOR) // (2 if suspect else 1)


def audience_suspect(followers: int | None, audience: int, watched: int) -> bool:
    """Followers far beyond what engagement explains: dormant or bought. `watched` in epochs."""
    if followers is None or followers < SUSPECT_FROM or watched < SUSPECT_AFTER:
        return False
    return followers > SUSPECT_RATIO * audience


def faded(score_e4: int, age: int) -> int:
    """A published score `age` milliseconds later without a new version: halved per half-life, in whole epochs.

    It is a lower bound of what the full formula would give (E falls no faster than its weights, and the scale is
    concave), so a new version for new engagement never lowers what a reader sees.
    """
    return fade(score_e4, max(0, age) // EPOCH)
