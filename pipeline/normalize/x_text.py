"""Small readings shared by the versions of X's API: languages, places, truncated retweets, old dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from schemas.instants import EARLIEST, LATEST
from schemas.mention import Lang

_NO_LANGUAGE = frozenset(("und", "qam", "qct", "qht", "qme", "qst", "zxx", "art"))
_OLD_CODES = {"in": "id", "iw": "he"}
_HANDLE = re.compile(r"\w{1,32}", re.ASCII)
_RETWEET = re.compile(r"\ART @\w{1,32}: ?", re.ASCII)
_OLD_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d?) (\d\d):(\d\d):(\d\d) \+0000 (\d{4})")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}


def lang_of(code: object) -> Lang | None:
    """The language X detected; None for its codes of "no language" (`und`, `qme` media only, `zxx` ...)."""
    if not isinstance(code, str) or not 2 <= len(code) <= 35 or not code.isascii() or code in _NO_LANGUAGE:
        return None
    return Lang(_OLD_CODES.get(code, code), "platform")


def profile_url(handle: str | None) -> str | None:
    return f"https://x.com/{handle}" if handle and _HANDLE.fullmatch(handle) else None


def post_url(handle: str | None, id: str) -> str:
    """The post's address; X redirects the anonymous form."""
    return f"{profile_url(handle) or 'https://x.com/i/web'}/status/{id}"


def country_of(code: object) -> str | None:
    """ISO 3166 two-letter code, upper-cased."""
    return code.upper() if isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha() else None


def retweeted_text(text: str) -> tuple[str | None, bool]:
    """The original's words out of `RT @name: ...`, and whether they are cut off; what is left when the original is not included."""
    found = _RETWEET.match(text)
    original = text[found.end() :] if found else text
    return original or None, original.endswith("…")


def old_date_millis(value: object) -> int | None:
    """Milliseconds of v1.1's `Sun Nov 19 23:00:00 +0000 2017`, or None."""
    found = _OLD_DATE.fullmatch(value) if isinstance(value, str) and len(value) <= 32 else None
    if found is None or found[1] not in _MONTHS:
        return None
    try:
        moment = datetime(
            int(found[6]), _MONTHS[found[1]], int(found[2]), int(found[3]), int(found[4]), int(found[5]), tzinfo=UTC
        )
    except ValueError:
        return None
    millis = int(moment.timestamp()) * 1000
    return millis if EARLIEST <= millis <= LATEST else None
