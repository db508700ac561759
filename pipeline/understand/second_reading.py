"""Tier 1's part in the stream: who is to be read again, and what becomes of an answer. Pure; whoever has the model reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from pipeline.record import Row, ScoringRequest
from pipeline.understand import said
from pipeline.understand.gate import Gate, Verdict
from pipeline.understand.heads import primary
from pipeline.understand.second import Second, joined
from pipeline.understand.text import SCORED_CHARS
from schemas.config import Budget
from schemas.mention import Lang, Match, Mention, Understanding


class SecondReading:
    """The models by the languages that they read, behind one gate.

    `parts`: how many partitions of social.raw there are, each with a gate of its own.
    """

    def __init__(self, models: Sequence[Second], budget: Budget, parts: int) -> None:
        self._by_language = {language: model for model in models for language in model.languages}
        self._by_version = {model.version: model for model in models}
        self.gate = Gate(budget, frozenset(self._by_language), parts)
        self.verdicts: Counter[Verdict] = Counter()
        """Since this process started."""

    def request(
        self, at: int, mention: Mention, matches: Sequence[Match], lang: Lang | None, understanding: Understanding
    ) -> ScoringRequest | None:
        """What to ask about the next matched mention of the log, observed at `at`; None where tier 0 has the last word."""
        opinion = not (mention.flags.spam or mention.flags.boilerplate or all(match.own for match in matches))
        verdict = self.gate.decide(at, understanding.sentiment, lang, understanding.influence, opinion)
        self.verdicts[verdict] += 1
        if not verdict.again or lang is None:
            return None
        return ScoringRequest(self._by_language[primary(lang.value)].version, said(mention)[:SCORED_CHARS])

    def read(self, understanding: Understanding, request: ScoringRequest, row: Row) -> Understanding:
        """`understanding` with the sentiment of both tiers; the model it names is both."""
        if understanding.sentiment is None:
            raise ValueError("a mention without a sentiment was read again")
        sentiment = joined(understanding.sentiment, row, self._by_version[request.model])
        return msgspec.structs.replace(understanding, sentiment=sentiment)
