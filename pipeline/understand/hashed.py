"""What the linear models count, for a batch of texts in one pass: words, pairs, negated words, letter n-grams, as hashes.

All arithmetic is on integers that wrap at 2**64, so a text has the same features on every machine; and no feature reaches
across the end of a text, so it has the same features in every batch. Training and scoring share these functions.
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

NEGATION_REACH = 3
"""Words after a negator that it turns around, up to the next mark."""
LONGEST_TOKEN = 60
"""Letters of a token that count; longer ones are no words."""
GRAMS = (3, 4)

_NEGATORS = """
    no not never dont don't doesnt doesn't didnt didn't isnt isn't wasnt wasn't arent aren't cant can't cannot
    wont won't wouldnt wouldn't couldnt couldn't shouldnt shouldn't aint ain't without nothing none nobody hardly
    nunca jamas sin ni tampoco nada nao nem sem pas sans non ne nicht kein keine nie mai senza لا ما لم لن ليس مش मत नहीं nahi
"""
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_TURNED = np.uint64(0x5555)
_GAP_LETTER = np.uint64(ord(" "))
_ACCOUNT_OR_LINK = re.compile(r"(?:https?://|www\.)\S+|\bhttps?\b|@[\w.]*\w(?:@[\w.-]*\w)?")


class Block(NamedTuple):
    """One sort of feature of a batch, in the order of the texts."""

    ids: Hashes
    starts: Ints
    """Where each text's features begin, and at the end where the last one's end: one more than there are texts."""


class Hashed(NamedTuple):
    words: Block
    pairs: Block
    """Neighbours, and words that a negator turns around."""
    grams: tuple[Block, ...]
    """Letters of words with their edges, a block for each length of `GRAMS`."""
    letters: Ints
    """How many letters (of words, not digits) each text has."""
    signs: Ints
    """How many emoji, and marks that mean more than a pause; accounts and links are none."""


def part(hashed: Hashed, texts: Ints) -> Hashed:
    """The features of some of the texts, in the order given."""
    return Hashed(
        _part(hashed.words, texts),
        _part(hashed.pairs, texts),
        tuple(_part(block, texts) for block in hashed.grams),
        hashed.letters[texts],
        hashed.signs[texts],
    )


def _part(block: Block, texts: Ints) -> Block:
    length = np.diff(block.starts)[texts]
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(length, out=starts[1:])
    return Block(block.ids[np.repeat(block.starts[texts] - starts[:-1], length) + np.arange(starts[-1])], starts)


def masked(folded: str) -> str:
    """A folded text with accounts and links each as one token."""
    if "@" in folded or "http" in folded or "www." in folded:
        return _ACCOUNT_OR_LINK.sub(lambda found: HANDLE if found[0][0] == "@" else LINK, folded)
    return folded


def features(folded: Sequence[str]) -> Hashed:
    """The features of texts that `text.fold` has folded."""
    texts = [masked(one) for one in folded]
    code, doc = _letters(texts)
    kind = KIND[code]
    kind = _apostrophes_and_faces(code, kind)
    first, after, of = _tokens(code, kind, doc)
    token = _token_hashes(code, first, after)
    count = len(texts)
    word = kind == WORD
    is_word = word[first] if len(first) else np.zeros(0, bool)
    signs = kind[first] != WORD if len(first) else np.zeros(0, bool)
    speaks = signs & SPEAKS[code[first]]
    lettered = word & (code != ord("0")) & (code != ord("'"))
    return Hashed(
        words=Block(_mixed(token), _starts(of, count)),
        pairs=_pairs(token, of, is_word, count),
        grams=tuple(_grams(code, word, doc, size, count) for size in GRAMS),
        letters=np.bincount(doc[lettered], minlength=count),
        signs=np.bincount(of[speaks], minlength=count),
    )


def _letters(texts: list[str]) -> tuple[NDArray[np.uint32], Ints]:
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


def _pairs(token: Hashes, of: Ints, is_word: Bools, count: int) -> Block:
    """Each token with the one before it, then the words that a negator turns around, text by text."""
    if not len(token):
        return Block(token, np.zeros(count + 1, np.int64))
    goes_on = np.zeros(len(token), bool)
    goes_on[1:] = of[1:] == of[:-1]
    before = np.ones(len(token), np.uint64)
    before[1:][goes_on[1:]] = token[:-1][goes_on[1:]]
    pairs = _mixed(before * np.uint64(31) + token * np.uint64(7) + np.uint64(13))
    negator = np.isin(token, _NEGATOR_HASHES)
    if not negator.any():
        return Block(pairs, _starts(of, count))
    reached, live, on = np.zeros(len(token), bool), negator, goes_on & is_word
    for _ in range(NEGATION_REACH):
        shifted = np.zeros(len(token), bool)
        shifted[1:] = live[:-1] & on[1:]
        live = shifted
        reached |= live
    turned = np.flatnonzero(reached)
    # Stable: behind the pair of the same word, so that the features of a text stay together.
    at = turned + np.arange(1, len(turned) + 1)
    ids = np.empty(len(pairs) + len(turned), np.uint64)
    own = np.ones(len(ids), bool)
    own[at] = False
    ids[own], ids[at] = pairs, _mixed(token[turned] + _TURNED)
    whose = np.empty(len(ids), np.int64)
    whose[own], whose[at] = of, of[turned]
    return Block(ids, _starts(whose, count))


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
    return Block(_mixed(ids + np.uint64(0x9999 * size)), _starts(doc[where], count))


def _starts(of: Ints, count: int) -> Ints:
    return np.searchsorted(of, np.arange(count + 1))


def _mixed(ids: Hashes) -> Hashes:
    """Every bit of the result depends on every bit of the input: slots are taken from its low bits."""
    ids = ids ^ (ids >> np.uint64(29))
    ids = ids * _MIX
    return ids ^ (ids >> np.uint64(32))


def _powers() -> Hashes:
    powers = np.ones(LONGEST_TOKEN, np.uint64)
    for at in range(1, LONGEST_TOKEN):
        powers[at : at + 1] = powers[at - 1 : at] * _BASE
    return powers


_POWERS = _powers()


def _plain(token: str) -> Hashes:
    code = CANONICAL[points(token)]
    return _token_hashes(code, np.array([0]), np.array([len(code)]))


def word_id(token: str) -> int:
    """The feature that one folded word is."""
    return int(_mixed(_plain(token))[0])


def turned_id(token: str) -> int:
    """The feature that one folded word is behind a negator."""
    return int(_mixed(_plain(token) + _TURNED)[0])


_NEGATOR_HASHES = np.sort(np.concatenate([_plain(word) for word in _NEGATORS.split()]))
