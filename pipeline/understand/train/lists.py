"""The word lists that training counts with, by language. Each becomes one column of counts, and in the end part of its words' weights."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from itertools import pairwise

from pipeline.understand.text import fold
from pipeline.understand.train import feelings
from pipeline.understand.train.emotions import WORDS as EMOTIONS
from pipeline.understand.train.lexicon import (
    EMOJI_NEGATIVE,
    EMOJI_POSITIVE,
    SPANISH_NEGATIVE,
    SPANISH_POSITIVE,
)
from pipeline.understand.train.spanish import sides

Words = frozenset[str]
VADER_STEPS = (-9.0, -2.2, -1.2, -0.1, 0.1, 1.2, 2.2, 9.0)
"""Valences that part VADER's words into lists; the middle one is nobody's."""

_OTHERS = {
    "pt": (feelings.PORTUGUESE_NEGATIVE, feelings.PORTUGUESE_POSITIVE),
    "it": (feelings.ITALIAN_NEGATIVE, feelings.ITALIAN_POSITIVE),
    "fr": (feelings.FRENCH_NEGATIVE, feelings.FRENCH_POSITIVE),
    "de": (feelings.GERMAN_NEGATIVE, feelings.GERMAN_POSITIVE),
    "ar": (feelings.ARABIC_NEGATIVE, feelings.ARABIC_POSITIVE),
}


def feeling_lists(language: str) -> list[Words]:
    """The lists of words that feel bad, worse, good, better, of one language; emoji are on all. Raises ImportError without VADER."""
    emoji = _words(EMOJI_NEGATIVE.split()), _words(EMOJI_POSITIVE.split())
    if language == "en":
        valences = vader()
        bounds = pairwise(VADER_STEPS)
        lists = [frozenset(word for word, v in valences.items() if low <= v < high) for low, high in bounds]
        return [*(one - emoji[0] - emoji[1] for number, one in enumerate(lists) if number != 3), *emoji]
    if language == "es":
        negative, positive = sides()
        lists = [negative | _single(SPANISH_NEGATIVE), positive | _single(SPANISH_POSITIVE)]
    else:
        lists = [frozenset(words.split()) for words in _OTHERS.get(language, ("", ""))]
    negative, positive = (_words(words) | own for words, own in zip(lists, emoji, strict=True))
    return [negative - positive, positive - negative]


def emotion_lists(language: str) -> list[Words]:
    return [_words(words.split()) for words in EMOTIONS.values()] if language == "es" else []


def vader() -> dict[str, float]:
    """VADER's words (Hutto and Gilbert 2014, MIT) and their valence from -4 to 4, folded; its phrases are left out."""
    lines = (files("vaderSentiment") / "vader_lexicon.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t")[:2] for line in lines)
    return {fold(word): float(valence) for word, valence in pairs if " " not in word}


def _words(words: Iterable[str]) -> Words:
    return frozenset(fold(word) for word in words if "_" not in word)


def _single(lines: str) -> Words:
    return _words(phrase for line in lines.split("\n") for phrase in line.split("|") if phrase and " " not in phrase)
