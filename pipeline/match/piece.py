"""One stretch of text as it was read: a part of a mention, or a tag, handle or link listed with it; and where words stand in it.

Most texts are plain: words of ASCII, once folded, and nothing that can be read in two ways. There words are told by the
characters beside them, and their positions by a list of words; other texts are cut up into tokens. Both tell the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from pipeline.match.fold import origins
from pipeline.match.tokens import Token, tokenise

_INNER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_APART = bytes(code if chr(code) in _INNER else 32 for code in range(256))
_SIGILS = re.compile(r"(?<!\w)[@#]\w|(?<![\w$])\$[^\W\d_]")
_ODD = re.compile(r"[^\x00-\x7f‘’“”–—«»¡¿•€£]")
"""What may be a word of its own, or part of one, and is none of ASCII."""


class Place(NamedTuple):
    """Where a word stands: positions of its first and last word, and its half-open span in the folded part."""

    first: int
    last: int
    start: int
    end: int


def place_of(token: Token) -> Place:
    return Place(*token[1:5])


def ascii_words(folded: str) -> list[str]:
    """The longest stretches of letters and digits of ASCII, in order, as often as they stand there."""
    # Half of what a regular expression takes: everything happens in one buffer of bytes.
    return folded.encode("ascii", "replace").translate(_APART).decode().split()


class Piece:
    """`first`: position of its first word."""

    def __init__(self, first: int, folded: str, original: str) -> None:
        self.first = first
        self.folded = folded
        self.original = original
        self._sigils = ("#" in folded or "@" in folded or "$" in folded) and _SIGILS.search(folded) is not None

    @cached_property
    def offsets(self) -> list[int] | None:
        """See `fold.origins`."""
        return origins(self.original)

    @cached_property
    def tokens(self) -> list[Token]:
        """Every way to read every word, in order of position. Offsets are within the folded text."""
        return tokenise(self.folded, self.original, self.offsets, self.first) if self.folded else []

    @cached_property
    def _index(self) -> dict[str, list[Token]]:
        """The readings of each word, in order; runs of scripts without spaces are apart."""
        index: dict[str, list[Token]] = {}
        for token in self.tokens:
            if not token[5]:
                index.setdefault(token[0], []).append(token)
        return index

    @cached_property
    def _words(self) -> list[str] | None:
        """The words in order, each at one position; None where the text is not plain."""
        text = self.folded
        if self._sigils or not (text.isascii() or _ODD.search(text) is None):
            return None
        return ascii_words(text)

    def places(self, key: str) -> list[Place]:
        """Where a word stands."""
        words = self._words
        if words is None:
            return [place_of(token) for token in self._index.get(key, ())]
        found: list[Place] = []
        position, size, starts = -1, len(key), self._starts(key)
        for _ in range(words.count(key)):
            position = words.index(key, position + 1)
            start = next(starts)
            found.append(Place(self.first + position, self.first + position, start, start + size))
        return found

    def rows(self, keys: Sequence[str]) -> list[Place] | None:
        """Where words stand side by side, in order; None where the text is not plain."""
        words = self._words
        if words is None:
            return None
        first, *others = keys
        found: list[Place] = []
        position, starts = -1, self._starts(first)
        for _ in range(words.count(first)):
            position = words.index(first, position + 1)
            start = next(starts)
            if words[position + 1 : position + len(keys)] == others:
                end = start + len(first)
                for key in others:
                    end = self.folded.find(key, end) + len(key)
                found.append(Place(self.first + position, self.first + position + len(others), start, end))
        return found

    def spans(self, key: str) -> list[Place]:
        """As `places`, but `first` and `last` tell the piece alone, not the position in it: no use to a phrase."""
        if self._sigils or not (key.isascii() and key.isalnum()):
            return self.places(key)
        text, size, first, found = self.folded, len(key), self.first, []
        at = text.find(key)
        while at >= 0:
            end = at + size
            before, after = text[at - 1 : at] if at else "", text[end : end + 1]
            if before not in _INNER and after not in _INNER:
                if before.isalnum() or after.isalnum():
                    return self.places(key)  # a letter of another script beside it: the two may be one word
                found.append(Place(first, first, at, end))
            at = text.find(key, end)
        return found

    def keys_with(self, part: str) -> Iterable[str]:
        """The distinct words that hold these letters."""
        if part not in self.folded:
            return ()
        words = self._words
        return {key for key in (self._index if words is None else words) if part in key}

    def _starts(self, key: str) -> Iterator[int]:
        text, size = self.folded, len(key)
        at = text.find(key)
        while at >= 0:
            end = at + size
            if (at == 0 or text[at - 1] not in _INNER) and (end == len(text) or text[end] not in _INNER):
                yield at
            at = text.find(key, at + 1)
