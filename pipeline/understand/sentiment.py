"""Tier-0 sentiment: a calibrated linear model per language, which abstains when it is not sure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.understand.linear import Linear
from pipeline.understand.text import HANDLE, canonical
from schemas.kinds import Polarity
from schemas.mention import Sentiment

EMOJI_LANGUAGE = "en"
"""Emoji mean much the same everywhere: a text of emoji alone is read by the model that saw most of them."""


class SentimentScorer:
    """Sentiment of one text at a time; nothing of one text reaches another."""

    def __init__(self, models: Iterable[Linear], version: str) -> None:
        self._by_language = {language: model for model in models for language in model.header.languages}
        self._version = version

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self._by_language)

    def score(self, tokens: list[str], language: str | None) -> Sentiment | None:
        """None where there is nothing to read (no word and no emoji) or no model for the language.

        `tokens` as `features.prepare` gives them; `language` a BCP 47 tag.
        """
        if not any(_says_something(token) for token in tokens):
            return None
        wordless = not any(token[0].isalpha() for token in tokens if not token.startswith("http"))
        if wordless:
            language = EMOJI_LANGUAGE
        if language is None:
            return None
        model = self._by_language.get(primary(language))
        if model is None:
            return None
        negative, neutral, positive = model.probabilities(tokens)
        best = max(negative, neutral, positive)
        if best < model.header.threshold:
            label = Polarity.UNSURE
        elif best == negative:
            label = Polarity.NEGATIVE
        elif best == positive:
            label = Polarity.POSITIVE
        else:
            label = Polarity.NEUTRAL
        return Sentiment(label, round(negative, 4), round(neutral, 4), round(positive, 4), self._version)


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without script and region: `es` of `es-MX`."""
    return tag.partition("-")[0].partition("_")[0].lower()


_LINK = re.compile(r"http$|https?://|www\.")


def _says_something(token: str) -> bool:
    first = token[0]
    if first.isalpha():
        return _LINK.match(token) is None
    return canonical(token) != HANDLE and not first.isdigit() and first not in ".…_"
