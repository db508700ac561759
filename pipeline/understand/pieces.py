"""What stands between blanks in a text, each piece worked out once and kept: words come again.

No feature but pairs and negation reaches across a blank, so what a table's weights add up to over a piece is the piece's own,
and a text is the sum over its pieces. What is kept changes how long a reading takes and nothing else: all sums are of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.by_hand import spell_one
from pipeline.understand.growing import Growing, places, with_room
from pipeline.understand.hashed import NOBODY, negates
from pipeline.understand.spelled import Bools, Hashes, Ints, masked, mixed, spell
from pipeline.understand.table import Table, Whole, segment_sums

MOST_PIECES = 65_536
MOST_FEATURES = 2_000_000
"""Beyond either all is forgotten: at most some 50 MB. Of tweets 92 in 100 pieces are then known."""
FEW = 12
"""New pieces of a batch that are worked out faster one by one."""

_GAPS = ',"#&|[]{}\\“”«»'
"""Gaps besides blanks. Whatever stands between gaps is told apart alike."""
_ENDS = ".:;"
"""A single one behind letters is no token."""
_SORTS = 3
"""Sorts of features that a piece has: words, letters by three, by four."""


class Pieces:
    """All pieces known so far. Not for several threads at once."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._numbers: dict[str, int] = {}
        self._tokens = Growing(np.zeros(0, np.uint64))
        self._is_word = Growing(np.zeros(0, bool))
        self._negates = Growing(np.zeros(0, bool))
        self._first_token = Growing(np.zeros(1, np.int64))
        self._features = Growing(np.zeros(0, np.uint64))
        self._first_feature = Growing(np.zeros(1, np.int64))
        self._counts = Growing(np.zeros((0, 4), np.int64))
        self._sums: dict[int, _TableSums] = {}
        # The gap between two texts is a piece with one token, which is nobody's word.
        nobody = np.array([NOBODY], np.uint64)
        self._keep([""], nobody, np.zeros(1, bool), [1], np.zeros(0, np.uint64), [0, 0, 0], np.zeros((1, 4), np.int64))

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, texts: Iterable[str]) -> tuple[Ints, Ints]:
        """The pieces of texts that `text.fold` has folded, in a row, and where each text begins: with the gap before it."""
        if len(self._numbers) > MOST_PIECES or self._features.size > MOST_FEATURES:
            self.forget()
        flat: list[str] = []
        starts: list[int] = []
        for text in texts:
            starts.append(len(flat))
            flat.append("")
            flat += _parted(masked(text))
        numbers = list(map(self._numbers.get, flat))
        if None in numbers:
            self._learn(dict.fromkeys(piece for piece, number in zip(flat, numbers, strict=True) if number is None))
            numbers = list(map(self._numbers.get, flat))
        return np.array(numbers, np.int64), np.array(starts, np.int64)

    def _learn(self, new: Iterable[str]) -> None:
        """Work out pieces that stand in no text so far."""
        unknown = []
        for piece in new:
            # "phone." is made of what "phone" is made of.
            plain = piece[:-1] if piece[-1] in _ENDS and piece[:-1].isalnum() else piece
            if plain is not piece and plain in self._numbers:
                self._numbers[piece] = self._numbers[plain]
            else:
                unknown.append(piece)
        if len(unknown) > FEW:
            self._learn_many(unknown)
        elif unknown:
            self._learn_few(unknown)

    def _learn_few(self, new: Sequence[str]) -> None:
        spelled = [spell_one(piece) for piece in new]
        tokens = np.array([token for one in spelled for token in one.tokens], np.uint64)
        features = np.array([id for one in spelled for id in (*one.tokens, *one.threes, *one.fours)], np.uint64)
        self._keep(
            new,
            tokens,
            np.array([is_word for one in spelled for is_word in one.is_word], bool),
            [len(one.tokens) for one in spelled],
            mixed(features),
            [len(part) for one in spelled for part in (one.tokens, one.threes, one.fours)],
            np.array(
                [(one.letters, one.signs, len(one.tokens), len(one.threes) + len(one.fours)) for one in spelled],
                np.int64,
            ),
        )

    def _learn_many(self, new: Sequence[str]) -> None:
        spelled = spell(new)
        counts = [np.diff(one) for one in (spelled.starts, *(block.starts for block in spelled.grams))]
        whose = np.concatenate([np.repeat(np.arange(len(new)), count) for count in counts])
        ids = np.concatenate([mixed(spelled.tokens), *(block.ids for block in spelled.grams)])
        self._keep(
            new,
            spelled.tokens,
            spelled.is_word,
            counts[0],
            ids[np.argsort(whose, kind="stable")],
            np.stack(counts, axis=1).ravel(),
            np.stack([spelled.letters, spelled.signs, counts[0], counts[1] + counts[2]], axis=1),
        )

    def _keep(
        self,
        pieces: Sequence[str],
        tokens: Hashes,
        is_word: Bools,
        token_counts: Any,
        features: Hashes,
        feature_counts: Any,
        counts: NDArray[Any],
    ) -> None:
        first = self._counts.size
        self._numbers.update(zip(pieces, range(first, first + len(pieces)), strict=True))
        self._tokens.add(tokens)
        self._is_word.add(is_word)
        self._negates.add(negates(tokens))
        self._first_token.add(np.cumsum(token_counts) + (self._tokens.size - len(tokens)))
        self._features.add(features)
        self._first_feature.add(np.cumsum(feature_counts) + (self._features.size - len(features)))
        self._counts.add(counts)

    def counts(self, pieces: Ints) -> Ints:
        """A row a piece: letters, signs, tokens, letters by three and four."""
        return self._counts.room.take(pieces, axis=0)

    def tokens(self, pieces: Ints) -> tuple[Hashes, Bools, Bools]:
        """The tokens of pieces in a row: their numbers, which are words, which are negators."""
        at = places(self._first_token.room, pieces)
        return self._tokens.room.take(at), self._is_word.room.take(at), self._negates.room.take(at)

    def sums(self, table: Table, pieces: Ints) -> Whole:
        """A row a piece: what the table adds up to over its words, then over its letters, then the languages its words were seen in."""
        kept = self._sums.get(id(table))
        if kept is None:
            kept = self._sums[id(table)] = _TableSums(table)
        kept.grow(self._counts.size)
        missing = pieces[~kept.there[pieces]]
        if len(missing):
            missing = np.array(sorted(set(missing.tolist())))
            kept.rows[missing] = self._worked_out(table, missing)
            kept.there[missing] = True
        return kept.rows.take(pieces, axis=0)

    def _worked_out(self, table: Table, pieces: Ints) -> Whole:
        first = self._first_feature.room
        whole = places(first[::_SORTS], pieces)
        bounds = first[pieces[:, None] * _SORTS + np.arange(_SORTS + 1)]
        lengths = bounds[:, 1:] - bounds[:, :-1]
        starts = np.zeros(lengths.size + 1, np.int64)
        lengths.ravel().cumsum(out=starts[1:])
        at, slots = table.known(self._features.room[whole])
        edges = at.searchsorted(starts)
        columns, shape = table.columns, (len(pieces), _SORTS, -1)
        by_sort = segment_sums(table.weights(slots), edges).reshape(shape)
        sorts = table.header.sorts
        rows = np.empty((len(pieces), 2 * columns + table.tells), np.int32)
        rows[:, :columns] = by_sort[:, 0]
        rows[:, columns : 2 * columns] = by_sort[:, 1] * sorts[2] + by_sort[:, 2] * sorts[3]
        if table.tells:
            rows[:, 2 * columns :] = segment_sums(table.seen(slots), edges).reshape(shape)[:, 0]
        return rows


class _TableSums:
    """What one table adds up to over the pieces that it has met."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: Whole = np.zeros((0, 2 * table.columns + table.tells), np.int32)
        self.there: Bools = np.zeros(0, bool)

    def grow(self, size: int) -> None:
        if size > len(self.there):
            known = len(self.there)
            self.rows, self.there = with_room(self.rows, known, size), with_room(self.there, known, size)


def _parted(text: str) -> list[str]:
    """Pieces of a text whose handles and links are masked."""
    for gap in _GAPS:
        if gap in text:
            text = text.replace(gap, " ")
    return text.split()
