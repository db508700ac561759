"""What the linear heads read in a batch of texts: sentiment, emotion and intents, each from one sum over hashed features."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import copysign, exp, inf, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.table import Bag, Head, Table, sigmoid, softmax
from schemas.kinds import Emotion, Intent, Polarity

EMOJI_LANGUAGE = "en"
"""Emoji mean much the same everywhere: a text of emoji alone is read by the table that saw most of them."""
SENTIMENT, EMOTION, INTENTS = "sentiment", "emotion", "intents"
POLARITIES = (Polarity.NEUTRAL, Polarity.NEGATIVE, Polarity.POSITIVE)
"""As the sentiment head's labels stand: neutral is what the others are measured against."""
OPTIMISM = "optimism"
"""A shade that one set tells from joy and the contract does not: read apart, published as joy."""

Floats = NDArray[np.float64]
Wants = tuple[Intent, ...]


class Learned(NamedTuple):
    """What the heads say of one text. Probabilities are calibrated."""

    polarity: Polarity
    negative: float
    neutral: float
    positive: float
    emotion: Emotion | None = None
    """None where the language has no emotion head."""
    emotion_probability: float = 0.0
    intents: Wants = ()
    likely: Wants = ()
    """Intents that written mentions taught: so far as nobody knows better."""
    doubted: Wants = ()
    """What the head is sure is not meant, whatever the marks."""
    asking: tuple[float, list[float]] | None = None
    """The log-odds of a question and how the form of the text counts beside them (`asking.asks`); None where no head knows."""


class Heads:
    """The heads of every language group."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._tables = {language: table for table in tables for language in table.header.languages}
        self._deciding = {id(table): Deciding(table.header.heads) for table in self._tables.values()}

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self._tables)

    def read(self, bag: Bag, languages: Sequence[str | None]) -> list[Learned | None]:
        """In order; None where a text says nothing (no word, no emoji), or its language (BCP 47) has no table."""
        learned: list[Learned | None] = [None] * len(languages)
        for table, texts in self.groups(bag, languages):
            own = bag if len(texts) == len(languages) else bag.part(texts)
            decide = self._deciding[id(table)].decide
            for number, row in zip(texts.tolist(), table.log_odds(own).tolist(), strict=True):
                learned[number] = decide(row)
        return learned

    def groups(self, bag: Bag, languages: Sequence[str | None]) -> list[tuple[Table, NDArray[np.int64]]]:
        """Which texts each table reads."""
        by_table: dict[str, list[int]] = {}
        letters, signs = bag.letters.tolist(), bag.signs.tolist()
        for number, tag in enumerate(languages):
            if letters[number] or signs[number]:
                language = primary(tag or "") if letters[number] else EMOJI_LANGUAGE
                if language in self._tables:
                    by_table.setdefault(language, []).append(number)
        return [(self._tables[language], np.array(texts)) for language, texts in by_table.items()]


@lru_cache(maxsize=1024)
def primary(tag: str) -> str:
    """The language of a BCP 47 tag without script and region: `es` of `es-MX`."""
    return tag.partition("-")[0].partition("_")[0].lower()


class Deciding:
    """What one table's heads make of a text's log-odds. In plain Python, so that one text costs little and a batch changes nothing."""

    def __init__(self, heads: Sequence[Head]) -> None:
        by_name: dict[str, tuple[Head, int, int]] = {}
        at = 0
        for head in heads:
            by_name[head.name] = head, at, at + head.columns
            at += head.columns
        sentiment, *self._sentiment = by_name[SENTIMENT]
        self._sure = sentiment.thresholds[0]
        self._emotion = _Felt(*by_name[EMOTION]) if EMOTION in by_name else None
        self._intents = _Wanted(*by_name[INTENTS]) if INTENTS in by_name else None

    def decide(self, odds: Sequence[float]) -> Learned:
        """`odds`: the calibrated log-odds of every column."""
        first, last = self._sentiment
        shares = _shares(odds[first:last])
        top = max(shares)
        polarity = POLARITIES[shares.index(top)] if top >= self._sure else Polarity.UNSURE
        neutral, negative, positive = shares
        emotion, sure = self._emotion.of(odds) if self._emotion else (None, 0.0)
        return Learned(
            polarity,
            round(negative * 10_000) / 10_000,
            round(neutral * 10_000) / 10_000,
            round(positive * 10_000) / 10_000,
            emotion,
            sure,
            *(self._intents.of(odds) if self._intents else _NOTHING),
            self._intents.asking(odds) if self._intents else None,
        )


class _Felt:
    """The emotion that a head reads, as the contract has it: optimism is joy."""

    def __init__(self, head: Head, first: int, last: int) -> None:
        self._columns = slice(first, last)
        self._labels = [Emotion(label) for label in head.labels if label != OPTIMISM]
        self._optimism = head.labels.index(OPTIMISM) if OPTIMISM in head.labels else None
        self._joy = self._labels.index(Emotion.JOY) if self._optimism is not None else 0

    def of(self, odds: Sequence[float]) -> tuple[Emotion, float]:
        shares = _shares(odds[self._columns])
        if self._optimism is not None:
            optimism = shares.pop(self._optimism)
            shares[self._joy] += optimism
        top = max(shares)
        return self._labels[shares.index(top)], round(top * 10_000) / 10_000


class _Wanted:
    """What a head reads as firmly meant, as likely meant, and as not meant."""

    def __init__(self, head: Head, first: int, last: int) -> None:
        self._head = head
        self._columns = slice(first, last)
        self._low = [_odds(share) for share in head.doubts or [0.0] * len(head.labels)]
        self._high = [_odds(share) for share in head.thresholds]
        self._named: dict[tuple[int, ...], tuple[Wants, Wants, Wants]] = {}
        self._question = first + head.labels.index(Intent.QUESTION) if head.forms else None

    def asking(self, odds: Sequence[float]) -> tuple[float, list[float]] | None:
        return None if self._question is None else (odds[self._question], self._head.forms)

    def of(self, odds: Sequence[float]) -> tuple[Wants, Wants, Wants]:
        stands = tuple(
            [
                (own >= high) - (own < low)
                for own, low, high in zip(odds[self._columns], self._low, self._high, strict=True)
            ]
        )
        found = self._named.get(stands)
        if found is None:
            head = self._head
            labelled = [
                (Intent(label), label in head.firm, one) for label, one in zip(head.labels, stands, strict=True)
            ]
            found = self._named[stands] = (
                tuple(label for label, firm, one in labelled if one > 0 and firm),
                tuple(label for label, firm, one in labelled if one > 0 and not firm),
                tuple(label for label, _, one in labelled if one < 0),
            )
        return found


_NOTHING: tuple[Wants, Wants, Wants] = ((), (), ())


def _odds(share: float) -> float:
    """The log-odds of a probability."""
    return log(share / (1 - share)) if 0 < share < 1 else copysign(inf, share - 0.5)


def _shares(odds: Sequence[float]) -> list[float]:
    """Probabilities of the reference and of each label, from log-odds against the reference."""
    top = max(odds)
    if top < 0:
        top = 0.0
    parts = [exp(-top)]
    parts += [exp(one - top) for one in odds]
    whole = sum(parts)
    return [one / whole for one in parts]


def probabilities(table: Table, bag: Bag) -> dict[str, tuple[Head, Floats]]:
    """Of each head: a row a text, a column a label."""
    odds = table.log_odds(bag)
    found, at = {}, 0
    for head in table.header.heads:
        own = odds[:, at : at + head.columns]
        at += head.columns
        found[head.name] = head, softmax(own) if head.choice == "one" else sigmoid(own)
    return found


def published_emotions(head: Head, shares: Floats) -> tuple[list[Emotion], Floats]:
    """The head's labels and their probabilities as the contract has them: optimism is joy."""
    labels = [Emotion(label) for label in head.labels if label != OPTIMISM]
    if OPTIMISM not in head.labels:
        return labels, shares
    merged = np.delete(shares, head.labels.index(OPTIMISM), axis=1)
    merged[:, labels.index(Emotion.JOY)] += shares[:, head.labels.index(OPTIMISM)]
    return labels, merged
