"""Sentiment as one brand's own labels taught it: tier 0's log-odds, rescaled, shifted, and moved by the words of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.faults import ModelFault
from pipeline.understand.hashed import NOBODY, paired, reached, turned_around, word_id
from pipeline.understand.heads import POLARITIES, primary
from pipeline.understand.litotes import assert_litotes
from pipeline.understand.pieces import Pieces
from pipeline.understand.spelled import mixed
from pipeline.understand.table import root_share, softmax
from schemas.codec import encode
from schemas.config import Learned
from schemas.kinds import Polarity
from schemas.mention import Sentiment

UNIT = 1e-4
"""Weights are whole numbers of it: sums are exact, whatever the order."""
LEAST = 5e-5
"""Probabilities are published in ten-thousandths: what reads 0 is taken for half of one."""
NAMED = 2
"""Words named in the trace, of those that moved a label most."""
RELEARN = "Learn again: escucha learn BRAND labels.jsonl"
_DAMAGED = "What was learnt for the brand is damaged: its words and weights do not belong together"
_COLUMN = {Polarity.NEGATIVE: 0, Polarity.POSITIVE: 1}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[\u2190-\U0001faff]")
Floats = NDArray[np.float64]


class Entries(NamedTuple):
    """The words and pairs of a batch, one entry for each time that one stands in a text."""

    ids: NDArray[np.uint32]
    texts: NDArray[np.int64]
    """Whose each entry is."""
    paired: NDArray[np.bool_]
    """Whether it is a pair, or a word that a negator turns around."""
    shares: Floats
    """What each text's entries count: one by the root of its number of words."""


class Adaptation:
    """One brand's `Learned`, ready to read. Pure; a text reads the same alone and in any batch."""

    def __init__(self, learned: Learned, pieces: Pieces | None = None) -> None:
        """`pieces` may be shared by those who read in turn. Raises ModelFault where the arrays do not belong together."""
        if len(learned.features) % 4 or len(learned.weights) != len(learned.features):
            raise ModelFault(_DAMAGED, RELEARN)
        ids, weights = np.frombuffer(learned.features, "<u4"), np.frombuffer(learned.weights, "<i2")
        if np.any(ids[1:] <= ids[:-1]):
            raise ModelFault(_DAMAGED, RELEARN)
        self._ids, self._weights = ids, weights.reshape(-1, 2).astype(np.int64)
        self._pieces = pieces or Pieces()
        self._scale, self._biases = learned.scale, np.array(learned.biases)
        self._threshold = learned.threshold
        self._languages = frozenset(learned.languages)
        self.name = name_of(learned)

    def reads(self, language: str | None) -> bool:
        """Whether a text in a language (BCP 47) is one of those that it learnt from."""
        return language is not None and primary(language) in self._languages

    def read(self, folded: Sequence[str], said: Sequence[Sentiment]) -> list[Sentiment]:
        """What was said of folded texts, by tier 0 or by both tiers, as the brand's labels have it; `model` names all who had a part."""
        if not folded:
            return []
        shares = softmax(self._log_odds(folded, said))
        sure = shares.max(axis=1) >= self._threshold
        labels = [
            POLARITIES[label] if decided else Polarity.UNSURE
            for label, decided in zip(shares.argmax(axis=1).tolist(), sure.tolist(), strict=True)
        ]
        return [
            Sentiment(label, negative, neutral, positive, f"{first.model}+{self.name}", first.mixed)
            for label, (neutral, negative, positive), first in zip(
                labels, np.round(shares, 4).tolist(), said, strict=True
            )
        ]

    def _log_odds(self, folded: Sequence[str], said: Sequence[Sentiment]) -> Floats:
        found = entries(folded, self._pieces)
        at = np.minimum(np.searchsorted(self._ids, found.ids), max(0, len(self._ids) - 1))
        known = self._ids[at] == found.ids if len(self._ids) else np.zeros(len(found.ids), bool)
        sums = np.zeros((len(folded), 2), np.int64)
        np.add.at(sums, found.texts[known], self._weights[at[known]])
        moved: Floats = log_odds(said) * self._scale + self._biases + sums * found.shares[:, None] * UNIT
        return moved

    def words(self, folded: str, before: Polarity, after: Polarity) -> list[str]:
        """The words of a folded text that moved its label most: none where it was the mix of the labels alone."""
        moved = {}
        for word in dict.fromkeys(_WORD.findall(folded)):
            at = int(np.searchsorted(self._ids, word_id(word) & 0xFFFFFFFF))
            if at < len(self._ids) and self._ids[at] == word_id(word) & 0xFFFFFFFF:
                moved[word] = self._toward(at, after) - self._toward(at, before)
        ranked = sorted((word for word in moved if moved[word] > 0), key=lambda word: (-moved[word], word))
        return ranked[:NAMED]

    def _toward(self, at: int, label: Polarity) -> int:
        return int(self._weights[at, _COLUMN[label]]) if label in _COLUMN else 0


def name_of(learned: Learned) -> str:
    """`learned-<hash8>` of all of it: the same name is the same adaptation."""
    return f"learned-{sha256(encode(learned)).hexdigest()[:8]}"


def entries(folded: Sequence[str], pieces: Pieces) -> Entries:
    """The words, pairs and turned words of folded texts, as tier 0 knows them (`hashed.features`).

    Letters by three and four are left out: few labels teach them nothing that words do not (docs/learn.md).
    """
    at, _ = pieces.numbers([assert_litotes(one) for one in folded])
    token, is_word, negator = pieces.tokens(at)
    gap = token == NOBODY
    of, words = np.cumsum(gap) - 1, np.flatnonzero(~gap)
    turned = reached(negator, is_word) if negator.any() else words[:0]
    pairs = np.concatenate([paired(token[words - 1], token[words]), turned_around(token[turned])])
    ids = (np.concatenate([mixed(token[words]), pairs]) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    shares = root_share(np.bincount(of[words], minlength=len(folded)))
    return Entries(ids, of[np.concatenate([words, words, turned])], np.arange(len(ids)) >= len(words), shares)


def log_odds(said: Sequence[Sentiment]) -> Floats:
    """Of negative and of positive against neutral, by published probabilities: a row a text."""
    shares = np.maximum(np.array([(one.neutral, one.negative, one.positive) for one in said]), LEAST)
    odds: Floats = np.log(shares[:, 1:] / shares[:, :1])
    return odds
