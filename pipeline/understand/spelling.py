"""Text as tier 1 was trained to read it: whom it speaks to and what it links is not opinion, emoji are words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pipeline.understand.text import SCORED_CHARS

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@/.])@\w[\w.-]*(?:@[\w.-]+\w)?")
_TAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|_+")
_DRAWN = re.compile(r"([^\W\d_])\1{3,}")
_SIGN = re.compile(r"[\u203c-\u3299\U0001f000-\U0001faff]")
_JOINERS = re.compile(r"[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")


def spelled(text: str) -> str:
    """Handles as `@user` and links as `http` (as TweetEval has them), hashtags split at their humps, emoji by their Unicode names."""
    short = text[:SCORED_CHARS]
    short = _LINK.sub("http", short)
    short = _HANDLE.sub("@user", short)
    short = _TAG.sub(lambda found: "#" + _HUMP.sub(" ", found[1]), short)
    short = _DRAWN.sub(r"\1\1\1", short)
    if not short.isascii():
        short = _SIGN.sub(_named, _JOINERS.sub("", short))
    return short


def _named(found: re.Match[str]) -> str:
    return _name(found[0])


@lru_cache(maxsize=4096)
def _name(sign: str) -> str:
    if unicodedata.category(sign) != "So":
        return sign
    return f" {unicodedata.name(sign, sign).lower()} "
