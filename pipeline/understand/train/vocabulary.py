"""Which features a table holds, and a batch of texts as rows over its slots: training looks features up as scoring does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack  # type: ignore[import-untyped]  # scipy ships no types

from pipeline.understand.hashed import Block, Hashed, Hashes, features, turned_id, word_id
from pipeline.understand.litotes import assert_litotes
from pipeline.understand.table import by_gram, by_word, check, find
from pipeline.understand.text import SCORED_CHARS, fold

Floats = NDArray[np.float64]
FEWEST = (2, 3, 3, 3)
"""Texts that a word, a pair and letters must stand in to be worth a slot."""
SCALES = (0.3, 0.2, 0.2, 0.2)
"""Of words, pairs and letters of three and four, against each other and the penalty. Chosen out of fold."""
LISTED = 2.0
"""Scale of the counts of listed words. Chosen out of fold; between 1 and 3 it does not matter."""


def prepare(texts: Iterable[str]) -> Hashed:
    """The features of texts as written, as `Tier0` makes them."""
    return features([assert_litotes(fold(text[:SCORED_CHARS])) for text in texts])


def blocks(hashed: Hashed) -> tuple[Block, ...]:
    return (hashed.words, hashed.pairs, *hashed.grams)


@dataclass
class Vocabulary:
    """The owner of each slot, how rare it is, and which slots the listed words have."""

    bits: int
    checks: NDArray[np.uint8]
    rarity: Floats
    """Inverse document frequency of the slot's feature: log((n+1)/(df+1)) + 1."""
    scales: Floats
    """That of the slot's sort of feature (`SCALES`)."""
    sorts: list[bool]
    """Which sorts of features have slots at all."""
    lists: list[Hashes]
    """Hashes of each list's words, sorted; then of the same words turned by a negator."""

    def rows(self, hashed: Hashed, texts: Sequence[int] | NDArray[np.int64] | None = None) -> Any:
        """A sparse row a text: weighted counts over the slots, then the counts of listed words."""
        count = len(hashed.words.starts) - 1
        mask = np.uint64(len(self.checks) - 1)
        shares = by_word(hashed), by_word(hashed), by_gram(hashed), by_gram(hashed)
        whole = csr_matrix((count, len(self.checks)))
        for block, scale, share, used in zip(blocks(hashed), SCALES, shares, self.sorts, strict=True):
            if not used:
                continue
            found = find(block, self.checks, mask)
            part = csr_matrix((self.rarity[found.slots], found.slots, found.starts), shape=whole.shape)
            whole = whole + scale * (diags(share) @ part)
        all_ = hstack([whole, csr_matrix(LISTED * self._listed(hashed))]).tocsr().astype(np.float32)
        return all_ if texts is None else all_[texts]

    def _listed(self, hashed: Hashed) -> Floats:
        """How many words of each list, and how many turned ones, by the root of the text's words."""
        count = len(hashed.words.starts) - 1
        counts = np.zeros((count, len(self.lists)))
        for number, ids in enumerate(self.lists):
            block = hashed.words if number < len(self.lists) // 2 else hashed.pairs
            of = np.repeat(np.arange(count), np.diff(block.starts))
            counts[:, number] = np.bincount(of[np.isin(block.ids, ids)], minlength=count)
        return counts * by_word(hashed)[:, None]

    def folded(self, weights: Floats) -> Floats:
        """Weights of the columns of `rows` as weights of slots alone: a row a column, nothing left to count."""
        slots = len(self.checks)
        table = weights[:, :slots] * self.rarity * self.scales
        for number, ids in enumerate(self.lists):
            at = (ids & np.uint64(slots - 1)).astype(np.int64)
            own = self.checks[at] == check(ids)
            np.add.at(table.T, at[own], LISTED * weights[:, slots + number])
        return np.asarray(table)


def build(hashed: Hashed, bits: int, lists: Sequence[frozenset[str]], fewest: tuple[int, ...] = FEWEST) -> Vocabulary:
    """The commonest feature has each slot, but a listed word before all others."""
    texts = len(hashed.words.starts) - 1
    everywhere = [_frequencies(block) for block in blocks(hashed)]
    kept = [(ids[df >= few], df[df >= few]) for (ids, df), few in zip(everywhere, fewest, strict=True)]
    listed = [_hashes(word_id(word) for word in words) for words in lists]
    turned = [_hashes(turned_id(word) for word in words) for words in lists]
    words, after_negator = _joined(listed), _joined(turned)
    ids = _joined([*(one for one, _ in kept), after_negator, words])
    listed_df = _of(after_negator, *everywhere[1]), _of(words, *everywhere[0])
    df = np.concatenate([*(one for _, one in kept), *listed_df])
    sort = np.repeat(np.array([*range(len(kept)), 1, 0]), [*(len(one) for one, _ in kept), *map(len, listed_df)])
    # The last one written to a slot has it.
    rank = np.concatenate([df[: len(df) - len(words)], np.full(len(words), texts + 1)])
    slot = (ids & np.uint64((1 << bits) - 1)).astype(np.int64)
    order = np.lexsort((ids, rank))
    checks, rarity, scales = np.zeros(1 << bits, np.uint8), np.zeros(1 << bits), np.zeros(1 << bits)
    checks[slot[order]] = check(ids[order])
    rarity[slot[order]] = np.log((texts + 1) / (df[order] + 1)) + 1
    scales[slot[order]] = np.array(SCALES)[sort[order]]
    return Vocabulary(bits, checks, rarity, scales, [len(one) > 0 for one, _ in kept], listed + turned)


def _frequencies(block: Block) -> tuple[Hashes, NDArray[np.int64]]:
    """Every feature of a block, sorted, and in how many texts it stands."""
    of = np.repeat(np.arange(len(block.starts) - 1), np.diff(block.starts))
    order = np.lexsort((of, block.ids))
    own, whose = block.ids[order], of[order]
    fresh = np.ones(len(own), bool)
    fresh[1:] = (own[1:] != own[:-1]) | (whose[1:] != whose[:-1])
    return np.unique(own[fresh], return_counts=True)


def _of(ids: Hashes, known: Hashes, df: NDArray[np.int64]) -> NDArray[np.int64]:
    """The frequencies of some features; 0 of unknown ones."""
    if not len(known):
        return np.zeros(len(ids), np.int64)
    at = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    return np.where(known[at] == ids, df[at], 0)


def _hashes(ids: Iterable[int]) -> Hashes:
    return np.sort(np.array(list(ids), np.uint64))


def _joined(arrays: Sequence[Hashes]) -> Hashes:
    return np.concatenate([np.zeros(0, np.uint64), *arrays])
