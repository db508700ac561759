"""The gate before a dearer tier: which mentions are worth a second reading, within a budget. Pure, in integers.

Mention by mention in the order of the log, so that batches change nothing; its state goes with the snapshot, so that a restart
changes nothing. What is spent goes to the most doubtful: the margin below which a mention is let through is a running quantile.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import msgspec

from pipeline.understand.heads import primary
from schemas.config import Budget
from schemas.mention import InfluenceStamp, Lang, Sentiment

ONE = 1_000_000_000
"""Fixed point of the two purses: what one reading costs."""
DOUBTFUL = 50
"""Without a bound, what has a margin (in percent) of at most this is read again."""
BURST = 100
"""Readings that a share can save up: while others speak whom the tier cannot read, and for a run of doubtful mentions."""
SAVED = BURST * ONE
RESERVE = 10 * ONE
"""What stays in the purses for the more doubtful when the least doubtful that the budget reaches is asked about."""
BURST_MS = 10_000
"""Log time for which a rate can save up, if it can earn a reading in it."""
MEMORY = 2_000
"""Mentions after which what was learned of margins is halved: it follows the conversation within the hour of a busy brand."""
_BINS = 101


class Verdict(StrEnum):
    """What the gate decided, and why."""

    INFLUENCE = "influence"
    """Read again: the author's influence asks for it."""
    DOUBT = "doubt"
    """Read again: among the most doubtful that the budget reaches."""
    SURE = "sure"
    """Left: tier 0 is surer of it than of those the budget goes to."""
    BUDGET = "budget"
    """Left: doubtful enough, but the budget is spent for now."""
    UNREAD = "unread"
    """Left: not for this tier. Another language, no words, no sentiment, or it counts as nobody's opinion."""

    @property
    def again(self) -> bool:
        return self in (Verdict.INFLUENCE, Verdict.DOUBT)


class GateState(msgspec.Struct, array_like=True):
    """All that the gate remembers. `margins`: how many mentions of each margin in percent, of the last ones."""

    at: int = 0
    """Log time (ms) of the latest mention."""
    share: int = 0
    """Purse of the share, in units of ONE."""
    rate: int = 0
    """Purse of the rate."""
    seen: int = 0
    """Mentions that `margins` is out of, whether readable or not."""
    earned: int = 0
    """What the rate allowed while these were seen."""
    margins: list[int] = msgspec.field(default_factory=lambda: [0] * _BINS)


class Gate:
    """One budget over one partition. `languages` (BCP 47 primaries) that the tier reads; None means all.

    `parts`: among how many gates a rate is divided, one a partition; a share needs no dividing.
    Mentions of influential authors take from the purses what is there, and pass with empty ones too.
    """

    def __init__(self, budget: Budget, languages: Collection[str] | None, parts: int = 1) -> None:
        self._languages = languages
        self._influence = budget.influence
        self._share = None if budget.share is None else round(budget.share * ONE)
        self._rate = None if budget.rate is None else round(budget.rate * ONE / 1_000 / parts)
        """What a millisecond earns, in units of ONE."""
        self._rate_saved = max(ONE, (self._rate or 0) * BURST_MS)
        self.state = GateState()

    def decide(
        self, at: int, sentiment: Sentiment | None, lang: Lang | None, influence: InfluenceStamp | None, opinion: bool
    ) -> Verdict:
        """The verdict on the next matched mention, observed at `at` (log time, ms), with what tier 0 said of it.

        `opinion`: whether it counts as one at all, as own posts and spam do not.
        """
        state = self.state
        self._earn(at)
        readable = opinion and sentiment is not None and self._reads(lang)
        percent = _margin(sentiment) if sentiment is not None and readable else None
        if percent is not None:
            state.margins[percent] += 1
        verdict = self._verdict(percent, influence)
        if verdict.again:
            state.share = max(0, state.share - ONE)
            state.rate = max(0, state.rate - ONE)
        if state.seen >= MEMORY:
            state.margins = [count // 2 for count in state.margins]
            state.seen //= 2
            state.earned //= 2
        return verdict

    def _reads(self, lang: Lang | None) -> bool:
        return self._languages is None or (lang is not None and primary(lang.value) in self._languages)

    def _earn(self, at: int) -> None:
        state = self.state
        state.seen += 1
        if self._share is not None:
            state.share = min(state.share + self._share, SAVED)
        if self._rate is not None:
            gain = min(self._rate * max(0, at - state.at), self._rate_saved)
            state.rate = min(state.rate + gain, self._rate_saved)
            state.earned += gain
        state.at = max(state.at, at)

    def _verdict(self, percent: int | None, influence: InfluenceStamp | None) -> Verdict:
        if percent is None:
            return Verdict.UNREAD
        if self._influence is not None and influence is not None and influence.score >= self._influence:
            return Verdict.INFLUENCE
        if self._share is None and self._rate is None:
            return Verdict.DOUBT if percent <= DOUBTFUL else Verdict.SURE
        last = self._reach()
        if percent > last:
            return Verdict.SURE
        # Into the last percent the budget reaches in part: it is let through from savings, so that all of the budget is
        # spent, and never on the less doubtful at the cost of the more doubtful.
        share_wanted, rate_wanted = (
            (ONE, ONE) if percent < last else (RESERVE, max(ONE, min(RESERVE, self._rate_saved // 2)))
        )
        enough = (self._share is None or self.state.share >= share_wanted) and (
            self._rate is None or self.state.rate >= rate_wanted
        )
        return Verdict.DOUBT if enough else Verdict.BUDGET

    def _reach(self) -> int:
        """The margin, in percent, up to which the budget would have reached over the mentions remembered."""
        state = self.state
        allowed = []
        if self._share is not None:
            allowed.append(self._share * state.seen)
        if self._rate is not None:
            allowed.append(state.earned)
        left = min(allowed)
        for percent, count in enumerate(state.margins):
            left -= count * ONE
            if left < 0:
                return percent
        return _BINS


def _margin(sentiment: Sentiment) -> int:
    """How much likelier the likeliest polarity is than the next, in whole percent."""
    _, second, first = sorted((sentiment.negative, sentiment.neutral, sentiment.positive))
    # The contract rounds to 1e-4, which floats cannot hold.
    return (round(first * 10_000) - round(second * 10_000)) // 100
