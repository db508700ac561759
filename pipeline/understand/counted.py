"""Texts as the pieces that they are made of: what a table's columns add up to over each, without looking at their letters again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.growing import places
from pipeline.understand.hashed import NOBODY, paired, reached, turned_around
from pipeline.understand.pieces import Pieces
from pipeline.understand.spelled import Hashes, Ints
from pipeline.understand.table import Sums, Table, Whole, root_share, segment_sums

_LETTERS, _SIGNS, _TOKENS = range(3)
"""Columns of counts; the fourth is letters by three and by four."""
Number = TypeVar("Number", np.int32, np.int64)


def count(pieces: Pieces, texts: Iterable[str]) -> Counted:
    """Texts that `text.fold` has folded, by their pieces."""
    return Counted(pieces, *pieces.numbers(texts))


class Counted:
    """Texts as their pieces, which is all that the heads need of them (`table.Bag`)."""

    def __init__(self, pieces: Pieces, at: Ints, starts: Ints, whole: tuple[Counted, Ints] | None = None) -> None:
        """`at`: the pieces of all texts in a row, the gap before each text included; `starts`: where each begins.

        `whole`: the texts that these are some of, and which.
        """
        self._pieces = pieces
        self._at = at
        self._starts = starts
        self._neighbours: _Neighbours | None = None
        if whole is None:
            self._counts = _added(pieces.counts(at), starts)
            self._shares = root_share(self._counts[:, _TOKENS:])
        else:
            self._counts, self._shares = whole[0]._counts[whole[1]], whole[0]._shares[whole[1]]
        self._whole = whole

    @property
    def letters(self) -> Ints:
        return self._counts[:, _LETTERS]

    @property
    def signs(self) -> Ints:
        return self._counts[:, _SIGNS]

    def part(self, texts: Ints) -> Counted:
        """Some of the texts, in the order given."""
        bounds = np.append(self._starts, len(self._at))
        lengths = bounds[texts + 1] - bounds[texts]
        return Counted(self._pieces, self._at[places(bounds, texts)], np.cumsum(lengths) - lengths, (self, texts))

    def sums(self, table: Table) -> Sums:
        columns = table.columns
        sums = _added(self._pieces.sums(table, self._at), self._starts)
        words = sums[:, :columns]
        if table.header.sorts[1]:
            _add(table, self.neighbours(), words)
        letters, seen = sums[:, columns : 2 * columns], sums[:, 2 * columns :]
        return Sums(words, letters, self._shares, self._counts[:, _TOKENS], seen)

    def neighbours(self) -> _Neighbours:
        """The features that reach from one piece into the next: worked out once, for whichever table asks."""
        if self._neighbours is None:
            self._neighbours = self._taken_over(*self._whole) if self._whole else self._found()
        return self._neighbours

    def _found(self) -> _Neighbours:
        token, is_word, negator = self._pieces.tokens(self._at)
        begins = token == NOBODY
        of = begins.cumsum() - 1
        pairs = (~begins).nonzero()[0]
        ids = paired(token.take(pairs - 1), token.take(pairs))
        if not negator.any():
            return _Neighbours(ids, of.take(pairs))
        turned = reached(negator, is_word)
        return _in_order(np.concatenate([ids, turned_around(token[turned])]), of[np.concatenate([pairs, turned])])

    @staticmethod
    def _taken_over(whole: Counted, texts: Ints) -> _Neighbours:
        everyone = whole.neighbours()
        place = np.full(len(whole._starts), -1)
        place[texts] = np.arange(len(texts))
        of = place.take(everyone.of)
        here = (of >= 0).nonzero()[0]
        return _in_order(everyone.ids.take(here), of.take(here))


class _Neighbours(NamedTuple):
    """Pairs and words behind a negator, and whose each is; text by text."""

    ids: Hashes
    of: Ints


def _in_order(ids: Hashes, of: Ints) -> _Neighbours:
    order = of.argsort(kind="stable")
    return _Neighbours(ids.take(order), of.take(order))


def _add(table: Table, neighbours: _Neighbours, sums: Whole) -> None:
    """Add a table's weights of features to the sums of the texts that they are of."""
    at, slots = table.known(neighbours.ids)
    rows = table.weights(slots)
    if len(sums) == 1:
        sums += np.add.reduce(rows, axis=0, dtype=np.int32)
    else:
        sums += segment_sums(rows, neighbours.of.take(at).searchsorted(np.arange(len(sums) + 1)))


def _added(rows: NDArray[Number], starts: Ints) -> NDArray[Number]:
    """Sums of the rows from each start to the next; no stretch is empty."""
    if not len(starts):
        return rows[:0]
    return np.add.reduceat(rows, starts, axis=0, dtype=rows.dtype)
