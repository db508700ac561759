"""Wildcards over one word: `*` stands for any letters or none, `?` for one. Linear in the word for a pattern of bounded length."""

from __future__ import annotations

from functools import lru_cache

MAX_PATTERN = 64
"""Longest word with wildcards, in code points."""


@lru_cache(maxsize=65_536)
def _segments(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("*"))


def literal_of(pattern: str) -> str:
    """The longest stretch of plain letters: every word that matches holds it."""
    return max(pattern.replace("?", "*").split("*"), key=len)


def glob_match(pattern: str, word: str) -> bool:
    """Whether the whole word matches. Leftmost placement of each middle segment suffices, so nothing is tried twice."""
    first, *rest = _segments(pattern)
    if not rest:
        return len(word) == len(first) and _same(first, word, 0)
    last = rest.pop()
    limit = len(word) - len(last)
    if limit < len(first) or not _same(first, word, 0) or not _same(last, word, limit):
        return False
    at = len(first)
    for segment in rest:
        at = _find(segment, word, at, limit)
        if at < 0:
            return False
        at += len(segment)
    return True


def _same(segment: str, word: str, at: int) -> bool:
    if "?" not in segment:
        return word.startswith(segment, at)
    return len(word) - at >= len(segment) and all(c in ("?", word[at + i]) for i, c in enumerate(segment))


def _find(segment: str, word: str, begin: int, limit: int) -> int:
    if "?" not in segment:
        return word.find(segment, begin, limit)
    for at in range(begin, limit - len(segment) + 1):
        if _same(segment, word, at):
            return at
    return -1
