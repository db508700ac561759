"""Text as the models see it: folded words, emoji, emoticons and marks. Handles and links are one token each."""

from __future__ import annotations

import re
import unicodedata

SCORED_CHARS = 4_000
"""Models read this far into a text; the opinion of a longer one stands in its beginning."""

HANDLE = "@user"
LINK = "<url>"
NUMBER = "0"

_ACCENTS = re.compile(r"[\u0300-\u036f]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)
_TOKEN = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|@[\w.]*\w(?:@[\w.-]*\w)?"
    r"|[<>]?[:;=8x][-o*'^]?[)(\]\[dp/|3*@\\](?!\w)|<3+|\^_*\^|:'\("
    r"|[\w\u0900-\u0963\u064b-\u065f]+(?:['’][\w]+)*"
    r"|[!?¡¿]+|\.{2,}|…"
    r"|[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
)
_LINK = re.compile(r"http$|https?://|www\.")
_ELONGATED = re.compile(r"(.)\1{2,}")
_LAUGHTER = re.compile(r"^(?:a?(?:[jh]+[aeiou]+){2,}[jh]?|(?:k{3,})|(?:l+o+l+)+|rs(?:rs)+)$")
_WORD = re.compile(r"[^\W\d_]")


def fold(text: str) -> str:
    """Case and accents folded, compatibility forms resolved, invisible characters removed."""
    if text.isascii():
        folded = text.casefold()
        return folded if folded.isprintable() else _INVISIBLE.sub("", folded)
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _ACCENTS.sub("", decomposed)))


def raw_tokens(text: str) -> list[str]:
    """Tokens of a folded text as written. `canonical` gives the form that models know."""
    return _TOKEN.findall(text)


def canonical(token: str) -> str:
    """One form for what means the same: any handle, any link, any number, any length of "sooo" or "jajaja"."""
    if token[0] == "@" and len(token) > 1:
        return HANDLE
    if _LINK.match(token):
        return LINK
    if _LAUGHTER.match(token):
        return "jaja" if token[0] in "ja" else "haha"
    if token.isdecimal():
        return NUMBER * min(len(token), 5)
    return _ELONGATED.sub(r"\1\1", token).replace("’", "'")


def tokens(text: str) -> list[str]:
    """Canonical tokens of a text as people wrote it."""
    return [canonical(token) for token in raw_tokens(fold(text[:SCORED_CHARS]))]


def is_word(token: str) -> bool:
    """Whether a canonical token is a word: letters, not a handle, link, number, mark or emoji."""
    return token not in (HANDLE, LINK) and _WORD.match(token) is not None
