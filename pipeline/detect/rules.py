"""Rules as data: which burst, under which conditions, is called what. No rule looks at follower counts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import msgspec

from pipeline.detect.coordination import ALONE, COORDINATED
from pipeline.detect.gauge import Measured
from pipeline.detect.view import View, share, usual_share
from schemas.config import Detection
from schemas.kinds import SignalKind
from schemas.signal import Severity

THRESHOLDS = {"sensitive": 4, "balanced": 5, "strict": 6}
"""Standard deviations by the user's dial; 5 is about one alert per brand and week on the total."""
CALM = 2
"""Below this score a burst is over; see `pipeline.detect.incidents` for how long it must stay so."""

CRISIS_SHARE_UNKNOWN = 5_000
PRAISE_SHARE_UNKNOWN = 2_500
"""Negative shares asked for, or tolerated, where the usual one is unknown."""


MOSTLY = 5_000
"""The coordinated share from which a crisis is less severe than it looks."""


CATEGORY = "category"
"""What people say of the brand's field without naming it: a chance to help, and no crisis of the brand's."""


class Rule(msgspec.Struct, frozen=True):
    """One rule. Shares are in 1/10,000, counts are of the last hour. What is None is not asked for.

    A `warm` rule asks for a score at the threshold; a cold one decides on counts alone, while the baseline lacks history.
    """

    id: str
    version: int
    kind: SignalKind
    channel: str
    warm: bool = True
    mentions: int = 5
    """At least so many opinions of the channel's polarity."""
    authors: int = 3
    """By at least so many people: one account cannot make an incident."""
    lift: int | None = None
    """Negative share at least the usual one plus this (plus half of what is left to 100 %, where that is less)."""
    leeway: int | None = None
    """Negative share at most the usual one plus this."""
    share: int | None = None
    """Negative share at least this."""


RULES: tuple[Rule, ...] = (
    Rule("crisis-negative", 1, SignalKind.CRISIS, "negative", lift=1_000),
    Rule("crisis-weighted", 1, SignalKind.CRISIS, "weighted_negative", lift=1_000),
    Rule("crisis-cold", 1, SignalKind.CRISIS, "negative", warm=False, mentions=15, authors=8, share=6_000),
    Rule("opportunity-positive", 1, SignalKind.OPPORTUNITY, "positive", leeway=500),
    Rule("opportunity-category", 1, SignalKind.OPPORTUNITY, CATEGORY),
    Rule("attention-total", 1, SignalKind.ATTENTION, "total"),
    Rule("coordinated-accounts", 1, SignalKind.COORDINATED, COORDINATED, mentions=ALONE, authors=ALONE),
)
"""In order of precedence: of several that hold, the first speaks."""
MEASURED = tuple(sorted({rule.channel for rule in RULES} - {COORDINATED}))
"""The channels with a baseline that some rule decides on."""
COUNTED = tuple(sorted({rule.channel for rule in RULES if not rule.warm}))
"""Those of which counts alone decide while the baseline is cold."""


class Verdict(IntEnum):
    QUIET = 0
    UNSUPPORTED = 1
    """The burst is there; the floors or the share are not (yet)."""
    HOLDS = 2


def threshold_of(detection: Detection) -> int:
    """The threshold of the preset. Raises ValueError for an unknown one."""
    try:
        return THRESHOLDS[detection.sensitivity]
    except KeyError:
        raise ValueError(f"sensitivity {detection.sensitivity!r} is none of {', '.join(THRESHOLDS)}") from None


def judge(rule: Rule, view: View, reading: Measured, threshold: int) -> Verdict:
    """What the rule says about its channel's reading at this instant."""
    if rule.warm != reading.warm:
        return Verdict.QUIET
    count = count_of(rule.channel, view)
    if (reading.score < threshold) if rule.warm else (count < rule.mentions):
        return Verdict.QUIET
    # Distinct people are what costs most to count: they are asked for last.
    holds = count >= rule.mentions and _share_fits(rule, view) and view.voices(rule.channel) >= rule.authors
    return Verdict.HOLDS if holds else Verdict.UNSUPPORTED


def _share_fits(rule: Rule, view: View) -> bool:
    if rule.lift is None and rule.leeway is None and rule.share is None:
        return True
    now = share(view.negatives, view.opinions)
    if now is None:
        return False
    usual = usual_share(view.history_negatives, view.history_opinions)
    if rule.share is not None and now < rule.share:
        return False
    if rule.lift is not None:
        wanted = CRISIS_SHARE_UNKNOWN if usual is None else usual + min(rule.lift, (10_000 - usual) // 2)
        if now < wanted:
            return False
    if rule.leeway is not None:
        return now <= (PRAISE_SHARE_UNKNOWN if usual is None else usual + rule.leeway)
    return True


def count_of(channel: str, view: View) -> int:
    """Opinions of the last hour that speak in a channel."""
    if channel == COORDINATED:
        return view.weighed.best.posts if view.weighed else 0
    if channel == CATEGORY:
        return sum(view.category)
    if channel in ("negative", "weighted_negative"):
        return view.negatives
    return view.positives if channel == "positive" else view.opinions


def calm(rule: Rule, view: View, reading: Measured) -> bool:
    """Whether the channel is back to usual: by score, or while cold by less than half of the rule's count."""
    if reading.warm:
        return reading.score < CALM
    return 2 * count_of(rule.channel, view) < rule.mentions


def may_hold(readings: Mapping[str, Measured], hour: Mapping[str, int], threshold: int) -> bool:
    """Whether a full look is worth its cost: some rule's first condition holds. `hour`: counts of the last hour of the channels COUNTED."""
    for rule in RULES:
        reading = readings.get(rule.channel)
        if reading is None or reading.warm != rule.warm:
            continue
        if (reading.score >= threshold) if rule.warm else (hour[rule.channel] >= rule.mentions):
            return True
    return False


def severity_of(kind: SignalKind, score: float, threshold: float, authors: int, coordinated: int = 0) -> Severity:
    """Twice the threshold with ten people, or fifty people at once, is a step up from the kind's own severity.

    Crisis: warning, then critical; a step down where half of it or more looks coordinated (`coordinated`, in 1/10,000).
    Everything else: info, then warning.
    """
    strong = authors >= 50 or (score >= 2 * threshold and authors >= 10)
    if kind is SignalKind.CRISIS:
        step = strong - (coordinated >= MOSTLY)
        return "critical" if step > 0 else "warning" if step == 0 else "info"
    return "warning" if strong else "info"
