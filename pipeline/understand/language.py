"""Which language a text is in: what was declared where the text is short, what it reads like where it is long."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from schemas.mention import Lang

CONFIGURED = ("es", "en", "pt", "fr", "it", "de", "ar", "hi")
GUARDS = ("ca", "nl", "pl", "tr", "id", "sv", "ru", "uk", "ja", "ko", "zh", "fa", "ur", "tl", "ro")
"""Languages we have no model for, known so that their texts are not read with another language's."""
GUARD_CONFIDENCE = 0.9
"""Below it a guard gives way: measured on UMSAB, it costs at most 1 point in any configured language."""
ENOUGH_LETTERS = 20
"""Fewer say too little against a declared language."""
SOME_LETTERS = 8
"""Fewer say too little at all."""
CONFIDENCE = 0.3
"""Of a detection that stands on its own: what has no language at all ("asdf qwer") stays below it."""
OVERRULES = 0.95
"""Of a detection that stands against a declaration: many accounts declare their interface's language."""
READ_CHARS = 200

_NOT_LANGUAGE = re.compile(r"(?:https?://|www\.)\S+|@[\w.@-]+|#|[\d_]+")
_LETTER = r"(?:[\W\d_]*[^\W\d_])"
_ENOUGH = re.compile(f"{_LETTER}{{{ENOUGH_LETTERS}}}")
_SOME = re.compile(f"{_LETTER}{{{SOME_LETTERS}}}")


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


def identify(text: str, declared: Lang | None) -> Lang | None:
    """The language of a text; None when nobody says and there is too little text to tell.

    A declaration outside the languages we can tell apart is always believed.
    """
    plain = _NOT_LANGUAGE.sub(" ", text[:READ_CHARS])
    if declared is not None:
        said = declared.value.partition("-")[0].lower()
        if said not in _TOLD_APART or not _ENOUGH.match(plain):
            return declared
        found, confidence = _best(plain)
        return declared if found == said or confidence < OVERRULES else Lang(found, "detected")
    if not _SOME.match(plain):
        return None
    found, confidence = _best(plain)
    return Lang(found, "detected") if confidence >= CONFIDENCE else None


_TOLD_APART = frozenset((*CONFIGURED, *GUARDS))


def _best(plain: str) -> tuple[str, float]:
    language, confidence = identifier().classify(plain)
    if language in GUARDS and confidence < GUARD_CONFIDENCE:
        return next(pair for pair in identifier().rank(plain) if pair[0] in CONFIGURED)
    return language, confidence
