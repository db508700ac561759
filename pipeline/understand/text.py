"""Text as the models see it: case and accents folded, compatibility forms resolved, invisible characters gone."""

from __future__ import annotations

import re
import unicodedata

SCORED_CHARS = 4_000
"""Models read this far into a text; the opinion of a longer one stands in its beginning."""

_ACCENTS = re.compile(r"[\u0300-\u036f]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)


def fold(text: str) -> str:
    """Case and accents folded, compatibility forms resolved, invisible characters removed."""
    if text.isascii():
        folded = text.casefold()
        return folded if folded.isprintable() else _INVISIBLE.sub("", folded)
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _ACCENTS.sub("", decomposed)))
