"""What the linear models count, for a batch of texts in one pass: words, pairs, negated words, letter n-grams, as hashes.

Training and scoring share these functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.understand.spelled import GRAMS, Block, Bools, Hashes, Ints, masked, mixed, plain, spell, starts_of

if TYPE_CHECKING:
    from pipeline.understand.table import Sums, Table

__all__ = ["GRAMS", "Block", "Bools", "Hashed", "Hashes", "Ints", "features", "masked", "part", "turned_id", "word_id"]

NEGATION_REACH = 3
"""Words after a negator that it turns around, up to the next mark."""
_FEW = 200
"""Tokens that are looked up one by one faster than all at once."""
NOBODY = 1
"""Stands before the first token of a text."""

_NEGATORS = """
    no not never dont don't doesnt doesn't didnt didn't isnt isn't wasnt wasn't arent aren't cant can't cannot
    wont won't wouldnt wouldn't couldnt couldn't shouldnt shouldn't aint ain't without nothing none nobody hardly
    nunca jamas sin ni tampoco nada nao nem sem pas sans non ne nicht kein keine nie mai senza لا ما لم لن ليس مش मत नहीं nahi
"""
_TURNED = np.uint64(0x5555)
_LEFT, _RIGHT, _PAIR = np.uint64(31), np.uint64(7), np.uint64(13)


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

    def part(self, texts: Ints) -> Hashed:
        """The features of some of the texts, in the order given."""
        return part(self, texts)

    def sums(self, table: Table) -> Sums:
        """What a table's columns add up to over each text."""
        return table.sums(self)


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


def features(folded: Sequence[str]) -> Hashed:
    """The features of texts that `text.fold` has folded."""
    spelled = spell([masked(one) for one in folded])
    return Hashed(
        words=Block(mixed(spelled.tokens), spelled.starts),
        pairs=_pairs(spelled.tokens, spelled.of, spelled.is_word, len(folded)),
        grams=spelled.grams,
        letters=spelled.letters,
        signs=spelled.signs,
    )


def _pairs(token: Hashes, of: Ints, is_word: Bools, count: int) -> Block:
    """Each token with the one before it, then the words that a negator turns around, text by text."""
    if not len(token):
        return Block(token, np.zeros(count + 1, np.int64))
    goes_on = np.zeros(len(token), bool)
    goes_on[1:] = of[1:] == of[:-1]
    before = np.full(len(token), NOBODY, np.uint64)
    before[1:][goes_on[1:]] = token[:-1][goes_on[1:]]
    pairs = paired(before, token)
    negator = negates(token)
    if not negator.any():
        return Block(pairs, starts_of(of, count))
    turned = reached(negator, goes_on & is_word)
    # Stable: behind the pair of the same word, so that the features of a text stay together.
    at = turned + np.arange(1, len(turned) + 1)
    ids = np.empty(len(pairs) + len(turned), np.uint64)
    own = np.ones(len(ids), bool)
    own[at] = False
    ids[own], ids[at] = pairs, turned_around(token[turned])
    whose = np.empty(len(ids), np.int64)
    whose[own], whose[at] = of, of[turned]
    return Block(ids, starts_of(whose, count))


def negates(token: Hashes) -> Bools:
    """Which tokens are negators."""
    if len(token) < _FEW:
        return np.array([one in _NEGATOR_NUMBERS for one in token.tolist()], bool)
    return np.isin(token, _NEGATOR_HASHES)


def reached(negator: Bools, goes_on: Bools) -> Ints:
    """Places of the words that a negator turns around; `goes_on`: whether a token is a word of the same text as the one before."""
    found, live = np.zeros(len(negator), bool), negator
    for _ in range(NEGATION_REACH):
        shifted = np.zeros(len(negator), bool)
        shifted[1:] = live[:-1] & goes_on[1:]
        live = shifted
        found |= live
    return np.flatnonzero(found)


def paired(before: Hashes, token: Hashes) -> Hashes:
    """The features that two neighbours are; before the first token stands `NOBODY`."""
    return mixed(before * _LEFT + token * _RIGHT + _PAIR)


def turned_around(token: Hashes) -> Hashes:
    """The features that words are behind a negator."""
    return mixed(token + _TURNED)


def word_id(token: str) -> int:
    """The feature that one folded word is."""
    return int(mixed(plain(token))[0])


def turned_id(token: str) -> int:
    """The feature that one folded word is behind a negator."""
    return int(turned_around(plain(token))[0])


_NEGATOR_HASHES = np.sort(np.concatenate([plain(word) for word in _NEGATORS.split()]))
_NEGATOR_NUMBERS = frozenset(_NEGATOR_HASHES.tolist())
