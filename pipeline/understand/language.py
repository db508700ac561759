"""Which language a text is in: what was declared where the text is short, what it reads like where it is long.

A linear head over words and letters tells eight languages apart in microseconds. Where it is unsure, or most of a text's words
are none of that language's, the text may be in one of the many others: py3langid knows those, and is asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Protocol

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipeline.understand.table import Bag, Table
from schemas.mention import Lang

CONFIGURED = ("es", "en", "pt", "fr", "it", "de", "ar", "hi")
GUARDS = ("ca", "nl", "pl", "tr", "id", "sv", "ru", "uk", "ja", "ko", "zh", "fa", "ur", "tl", "ro")
"""Languages we have no model for, known so that their texts are not read with another language's."""
GUARD_CONFIDENCE = 0.9
"""Of py3langid: below it a guard gives way."""
SURE = 0.8
"""Of the head: below it py3langid is asked. Out of fold the head is right 997 times in 1,000 from there on."""
KNOWN_WORDS = 0.45
"""Share of a text's words that must be known of the language; Dutch read as German stays below."""
ENOUGH_LETTERS = 20
"""Fewer say too little against a declared language."""
SOME_LETTERS = 8
"""Fewer say too little, unless the head is all but certain."""
FEWEST_LETTERS = 4
"""Fewer say nothing of a language."""
CERTAIN = 0.95
LEAST = 0.3
"""Of a detection that stands on its own: what has no language at all ("asdf qwer") stays below it."""
OVERRULES = 0.95
"""Of a detection that stands against a declaration: many accounts declare their interface's language."""
READ_CHARS = 200

_NOT_LANGUAGE = re.compile(r"(?:https?://|www\.)\S+|@[\w.@-]+|#|[\d_]+")
_TOLD_APART = frozenset((*CONFIGURED, *GUARDS))


class Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...
    def rank(self, text: str) -> list[tuple[str, float]]: ...


@lru_cache(maxsize=1)
def identifier() -> Identifier:
    """py3langid's model restricted to our languages, loaded once a process (about 1 s and 100 MB). Reading is thread-safe."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([*CONFIGURED, *GUARDS])
    # The table comes as float16, which numpy multiplies slowly.
    model.nb_ptc = np.ascontiguousarray(model.nb_ptc, dtype=np.float32)
    loaded: Identifier = model
    return loaded


class Tongues:
    """The language of each text of a batch."""

    def __init__(self, table: Table | None) -> None:
        """Without a table py3langid is asked of every text."""
        self._table = table
        self._labels = table.header.languages if table else []
        identifier()

    def identify(self, texts: Sequence[str], bag: Bag, declared: Sequence[Lang | None]) -> list[Lang | None]:
        """In order; None when nobody says and there is too little text to tell.

        A declaration outside the languages we can tell apart is always believed.
        """
        letters = bag.letters.tolist()
        return [
            self._one(text, count, lang, *head)
            for text, count, lang, head in zip(texts, letters, declared, self._heads(bag), strict=True)
        ]

    def _one(
        self, text: str, letters: int, declared: Lang | None, best: str, share: float, trusted: bool
    ) -> Lang | None:
        if declared is not None:
            said = declared.value.partition("-")[0].lower()
            if said not in _TOLD_APART or letters < ENOUGH_LETTERS:
                return declared
            if trusted and best == said:
                return declared
            found, confidence = (best, share) if trusted else _ask(text, best, share)
            return declared if found == said or confidence < OVERRULES else _detected(found)
        if letters < SOME_LETTERS:
            certain = trusted and letters >= FEWEST_LETTERS and share >= CERTAIN
            return _detected(best) if certain else None
        found, confidence = (best, share) if trusted else _ask(text, best, share)
        return _detected(found) if confidence >= LEAST else None

    def _heads(self, bag: Bag) -> Iterator[tuple[str, float, bool]]:
        """Of each text the likeliest language, its probability, and whether that can be trusted."""
        if self._table is None:
            yield from [("", 0.0, False)] * len(bag.letters)
            return
        sums = bag.sums(self._table)
        rows = zip(self._table.calibrated(sums).tolist(), sums.tokens.tolist(), sums.seen.tolist(), strict=True)
        for odds, tokens, seen in rows:
            top = max(0.0, *odds)
            best = odds.index(top) + 1 if top > 0 else 0
            share = 1 / (math.exp(-top) + sum([math.exp(one - top) for one in odds]))
            yield self._labels[best], share, share >= SURE and seen[best] >= KNOWN_WORDS * max(1, tokens)


@cache
def _detected(language: str) -> Lang:
    return Lang(language, "detected")


def _ask(text: str, best: str, share: float) -> tuple[str, float]:
    """py3langid's answer where it is sure of another language, or the head is of none; else the head's."""
    plain = _NOT_LANGUAGE.sub(" ", text[:READ_CHARS])
    found, confidence = identifier().classify(plain)
    if found in GUARDS and confidence >= GUARD_CONFIDENCE:
        return found, confidence
    if best and share >= 0.5 and confidence >= LEAST:
        return best, share
    if found in GUARDS:
        return next(pair for pair in identifier().rank(plain) if pair[0] in CONFIGURED)
    return found, confidence
