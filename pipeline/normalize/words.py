"""The last hand on every text of a mention: control characters out, personal data masked, limits kept, and what was found remembered."""

from __future__ import annotations

import re

from pipeline.normalize.boilerplate import judge
from pipeline.normalize.redact import redact
from schemas.limits import FIELD_CHARS, TEXT_CHARS
from schemas.mention import Flags

_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

PLAIN = Flags()


def clean(text: str) -> str:
    """Line breaks of every kind become `\\n`; other control characters go, tabs stay. NUL is illegal in many stores."""
    if _ODD.search(text) is None:
        return text
    return _ODD.sub("", _BREAKS.sub("\n", text))


def short(value: object) -> str | None:
    """A name or address as a field: cleaned and capped, not masked; None where it is no string or empty."""
    if not isinstance(value, str) or not value:
        return None
    return clean(value)[:FIELD_CHARS] or None


class Words:
    """Prepares the texts of one mention and remembers whether any was cut or masked."""

    __slots__ = ("redacted", "truncated")

    def __init__(self) -> None:
        self.truncated = False
        self.redacted = False

    def text(self, raw: str | None) -> str | None:
        """A text of up to `TEXT_CHARS`; None stays None, empty stays empty."""
        return raw if not raw else self._prepare(raw, TEXT_CHARS)

    def field(self, raw: object) -> str | None:
        """A title, bio or caption of up to `FIELD_CHARS`; None where it is no string or empty."""
        return self._prepare(raw, FIELD_CHARS) if isinstance(raw, str) and raw else None

    def _prepare(self, raw: str, limit: int) -> str:
        cleaned = clean(raw)
        masked = redact(cleaned)
        if masked is not cleaned and masked != cleaned:
            self.redacted = True
        if len(masked) > limit:
            if limit == TEXT_CHARS:
                self.truncated = True
            masked = masked[:limit]
        return masked

    def flags(self, text: str | None, hashtags: int = 0) -> Flags:
        """Flags of the mention whose own words are `text`."""
        spam, boilerplate = judge(text, hashtags) if text else (False, False)
        if not (boilerplate or spam or self.truncated or self.redacted):
            return PLAIN
        return Flags(spam=spam, boilerplate=boilerplate, truncated=self.truncated, redacted=self.redacted)
