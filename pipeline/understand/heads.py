"""What the linear heads read in a batch of texts: sentiment, emotion and intents, each from one sum over hashed features."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.hashed import Hashed, part
from pipeline.understand.table import Head, Table, sigmoid, softmax
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


class Heads:
    """The heads of every language group."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._tables = {language: table for table in tables for language in table.header.languages}

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self._tables)

    def read(self, hashed: Hashed, languages: Sequence[str | None]) -> list[Learned | None]:
        """In order; None where a text says nothing (no word, no emoji), or its language (BCP 47) has no table."""
        learned: list[Learned | None] = [None] * len(languages)
        for table, texts in self.groups(hashed, languages):
            own = hashed if len(texts) == len(languages) else part(hashed, texts)
            for number, one in zip(texts.tolist(), read(table, own), strict=True):
                learned[number] = one
        return learned

    def groups(self, hashed: Hashed, languages: Sequence[str | None]) -> list[tuple[Table, NDArray[np.int64]]]:
        """Which texts each table reads."""
        wordless, silent = hashed.letters == 0, (hashed.letters == 0) & (hashed.signs == 0)
        by_table: dict[str, list[int]] = {}
        for number, tag in enumerate(languages):
            if not silent[number]:
                language = EMOJI_LANGUAGE if wordless[number] else primary(tag or "")
                if language in self._tables:
                    by_table.setdefault(language, []).append(number)
        return [(self._tables[language], np.array(texts)) for language, texts in by_table.items()]


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without script and region: `es` of `es-MX`."""
    return tag.partition("-")[0].partition("_")[0].lower()


def read(table: Table, hashed: Hashed) -> list[Learned]:
    """Every text by one table's heads."""
    odds = probabilities(table, hashed)
    feelings = _sentiments(*odds[SENTIMENT])
    count = len(feelings)
    emotions = _emotions(*odds[EMOTION]) if EMOTION in odds else [(None, 0.0)] * count
    intents = _intents(*odds[INTENTS]) if INTENTS in odds else [((), (), ())] * count
    return [
        Learned(*feeling, emotion, sure, *wants)
        for feeling, (emotion, sure), wants in zip(feelings, emotions, intents, strict=True)
    ]


def probabilities(table: Table, hashed: Hashed) -> dict[str, tuple[Head, Floats]]:
    """Of each head: a row a text, a column a label."""
    odds = table.log_odds(hashed)
    found, at = {}, 0
    for head in table.header.heads:
        own = odds[:, at : at + head.columns]
        at += head.columns
        found[head.name] = head, softmax(own) if head.choice == "one" else sigmoid(own)
    return found


def _sentiments(head: Head, shares: Floats) -> list[tuple[Polarity, float, float, float]]:
    best = shares.argmax(axis=1)
    unsure = shares.max(axis=1) < head.thresholds[0]
    labels = [
        Polarity.UNSURE if doubt else POLARITIES[n] for doubt, n in zip(unsure.tolist(), best.tolist(), strict=True)
    ]
    rounded = np.round(shares, 4)
    return [
        (label, negative, neutral, positive)
        for label, (neutral, negative, positive) in zip(labels, rounded.tolist(), strict=True)
    ]


def published_emotions(head: Head, shares: Floats) -> tuple[list[Emotion], Floats]:
    """The head's labels and their probabilities as the contract has them: optimism is joy."""
    labels = [Emotion(label) for label in head.labels if label != OPTIMISM]
    if OPTIMISM not in head.labels:
        return labels, shares
    merged = np.delete(shares, head.labels.index(OPTIMISM), axis=1)
    merged[:, labels.index(Emotion.JOY)] += shares[:, head.labels.index(OPTIMISM)]
    return labels, merged


def _emotions(head: Head, shares: Floats) -> list[tuple[Emotion | None, float]]:
    labels, merged = published_emotions(head, shares)
    best = merged.argmax(axis=1).tolist()
    return [(labels[n], sure) for n, sure in zip(best, np.round(merged.max(axis=1), 4).tolist(), strict=True)]


def _intents(head: Head, shares: Floats) -> list[tuple[Wants, Wants, Wants]]:
    """Of each text what is firmly meant, what is likely meant, and what is not."""
    labels = [Intent(label) for label in head.labels]
    firm = np.array([label in head.firm for label in head.labels])
    holds = shares >= np.array(head.thresholds)
    doubts = shares < np.array(head.doubts or [0.0] * len(labels))
    return list(zip(*(_named(labels, one) for one in (holds & firm, holds & ~firm, doubts)), strict=True))


def _named(labels: Sequence[Intent], holds: NDArray[np.bool_]) -> list[Wants]:
    found: list[Wants] = [()] * len(holds)
    for number in np.flatnonzero(holds.any(axis=1)).tolist():
        found[number] = tuple(label for label, yes in zip(labels, holds[number].tolist(), strict=True) if yes)
    return found
