"""What texts are made of, each by itself: masked accounts and links, tokens, letters by three and by four, as hashes.

All arithmetic is on integers that wrap at 2**64, so a text has the same features on every machine; and no feature reaches
across the end of a text, so it has the same features in every batch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.codes import (
    CANONICAL,
    HANDLE,
    KIND,
    LINK,
    MARK,
    SIGN,
    SILENT,
    SPEAKS,
    SPEAKS_ALONE,
    WORD,
    points,
)

Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LONGEST_TOKEN = 60
"""Letters of a token that count; longer ones are no words."""
GRAMS = (3, 4)
BASE = 0x9E3779B97F4A7C15
GRAM_SALT = 0x9999

_BASE, _MIX = np.uint64(BASE), np.uint64(0xBF58476D1CE4E5B9)
_HIGH, _HALF = np.uint64(29), np.uint64(32)
_GAP_LETTER = np.uint64(ord(" "))
_ACCOUNT = re.compile(r"@[\w.]*\w(?:@[\w.-]*\w)?")
"""A pattern with a first letter of its own is found several times faster, and most texts have no link."""
_ACCOUNT_OR_LINK = re.compile(rf"(?:https?://|www\.)\S+|\bhttps?\b|{_ACCOUNT.pattern}")


class Block(NamedTuple):
    """One sort of feature of a batch, in the order of the texts."""

    ids: Hashes
    starts: Ints
    """Where each text's features begin, and at the end where the last one's end: one more than there are texts."""


def masked(folded: str) -> str:
    """A folded text with accounts and links each as one token."""
    if "http" in folded or "www." in folded:
        return _ACCOUNT_OR_LINK.sub(lambda found: HANDLE if found[0][0] == "@" else LINK, folded)
    return _ACCOUNT.sub(HANDLE, folded) if "@" in folded else folded


class Spelled(NamedTuple):
    """What texts are made of, each by itself: their tokens and letters, before neighbours are looked at."""

    tokens: Hashes
    """Of each token its own number, which words and pairs are made from."""
    starts: Ints
    """Where each text's tokens begin, and at the end where the last one's end."""
    of: Ints
    """Whose each token is."""
    is_word: Bools
    grams: tuple[Block, ...]
    letters: Ints
    signs: Ints


def spell(texts: Sequence[str]) -> Spelled:
    """The tokens and letters of texts that `text.fold` has folded and `masked` has masked."""
    code, doc = _letters(texts)
    kind = KIND[code]
    kind = _apostrophes_and_faces(code, kind)
    first, after, of = _tokens(code, kind, doc)
    count = len(texts)
    word = kind == WORD
    is_word = word[first] if len(first) else np.zeros(0, bool)
    signs = kind[first] != WORD if len(first) else np.zeros(0, bool)
    speaks = signs & SPEAKS[code[first]]
    lettered = word & (code != ord("0")) & (code != ord("'"))
    return Spelled(
        tokens=_token_hashes(code, first, after),
        starts=starts_of(of, count),
        of=of,
        is_word=is_word,
        grams=tuple(_grams(code, word, doc, size, count) for size in GRAMS),
        letters=np.bincount(doc[lettered], minlength=count),
        signs=np.bincount(of[speaks], minlength=count),
    )


def _letters(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Ints]:
    """Code points of all texts, each between gaps, and whose they are; stretched words and laughter cut to two."""
    code = points(" " + "".join(text + "   " for text in texts))
    doc = np.repeat(np.arange(len(texts)), [len(text) + 3 for text in texts])
    # The gap before each text is its own; the first one has been put there, the others are the last gap of the text before.
    code = code[:-1] if len(texts) else code[:0]
    code = CANONICAL[code]
    keep = ~SILENT[code]
    if not keep.all():
        code, doc = code[keep], doc[keep]
    same = np.zeros(len(code), bool)
    same[2:] = (code[2:] == code[1:-1]) & (code[2:] == code[:-2]) & (KIND[code[2:]] != 0)
    if same.any():
        code, doc = code[~same], doc[~same]
    echo = np.zeros(len(code), bool)
    echo[2:] = (code[2:] == code[:-2]) & (KIND[code[2:]] == WORD) & (KIND[code[1:-1]] == WORD)
    echo[4:] = echo[4:] & echo[3:-1] & echo[2:-2]
    echo[:4] = False
    if echo.any():
        code, doc = code[~echo], doc[~echo]
    return code, doc


def _apostrophes_and_faces(code: NDArray[np.uint32], kind: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An apostrophe between letters is a letter; the d of :d is a mark, and so is the 3 of <3."""
    if len(code) < 3:
        return kind
    word = kind == WORD
    inside = np.zeros(len(code), bool)
    inside[1:-1] = (code[1:-1] == ord("'")) & word[:-2] & word[2:]
    eyes = (code[:-2] == ord(":")) | (code[:-2] == ord(";")) | (code[:-2] == ord("="))
    mouth = (code[1:-1] == ord("d")) | (code[1:-1] == ord("p")) | (code[1:-1] == ord("o"))
    heart = (code[:-2] == ord("<")) & (code[1:-1] == ord("0"))
    face = np.zeros(len(code), bool)
    face[1:-1] = ((eyes & mouth) | heart) & ~word[2:]
    kind = kind.copy()
    kind[inside] = WORD
    kind[face] = MARK
    return kind


def _tokens(code: NDArray[np.uint32], kind: NDArray[np.uint8], doc: Ints) -> tuple[Ints, Ints, Ints]:
    """Where tokens begin and end, and whose they are."""
    if not len(code):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    before = np.empty_like(kind)
    before[0], before[1:] = 0, kind[:-1]
    then = np.empty_like(kind)
    then[-1], then[:-1] = 0, kind[1:]
    begins = (kind != 0) & ((kind != before) | (kind == SIGN))
    ends = (kind != 0) & ((kind != then) | (kind == SIGN))
    first, after = np.flatnonzero(begins), np.flatnonzero(ends) + 1
    silent = (kind[first] == MARK) & (after - first == 1) & ~SPEAKS_ALONE[code[first]]
    if silent.any():
        first, after = first[~silent], after[~silent]
    return first, after, doc[first]


def _token_hashes(code: NDArray[np.uint32], first: Ints, after: Ints) -> Hashes:
    """A polynomial over each token's letters."""
    if not len(first):
        return np.zeros(0, np.uint64)
    length = np.minimum(after - first, LONGEST_TOKEN)
    begin = np.cumsum(length) - length
    total = int(length.sum())
    place = np.arange(total) - np.repeat(begin, length)
    letters = code[np.repeat(first, length) + place].astype(np.uint64)
    return np.add.reduceat(letters * _POWERS[np.repeat(length, length) - 1 - place], begin)


def _grams(code: NDArray[np.uint32], word: Bools, doc: Ints, size: int, count: int) -> Block:
    """Letter n-grams that lie in one word, of which the gaps at its edges are part."""
    windows = len(code) - size + 1
    if windows <= 0:
        return Block(np.zeros(0, np.uint64), np.zeros(count + 1, np.int64))
    inside = word[1 : 1 + windows].copy()
    for at in range(2, size - 1):
        inside &= word[at : at + windows]
    where = np.flatnonzero(inside)
    letters = np.where(word, code, np.uint32(_GAP_LETTER)).astype(np.uint64)
    ids = letters[where]
    for at in range(1, size):
        ids = ids * _BASE + letters[where + at]
    return Block(mixed(ids + np.uint64(GRAM_SALT * size)), starts_of(doc[where], count))


def starts_of(of: Ints, count: int) -> Ints:
    """Where each text's features begin, given whose each is; and where the last one's end."""
    return np.searchsorted(of, np.arange(count + 1))


def mixed(ids: Hashes) -> Hashes:
    """Every bit of the result depends on every bit of the input: slots are taken from its low bits."""
    ids = ids ^ (ids >> _HIGH)
    ids = ids * _MIX
    return ids ^ (ids >> _HALF)


def _powers() -> Hashes:
    powers = np.ones(LONGEST_TOKEN, np.uint64)
    for at in range(1, LONGEST_TOKEN):
        powers[at : at + 1] = powers[at - 1 : at] * _BASE
    return powers


_POWERS = _powers()


def plain(token: str) -> Hashes:
    """The number of one folded word, as a token."""
    code = CANONICAL[points(token)]
    return _token_hashes(code, np.array([0]), np.array([len(code)]))
