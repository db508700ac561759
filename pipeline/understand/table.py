"""Weights of hashed features: which slots are taken and by what, and the sums that a batch of texts has over them.

A slot belongs to one feature, told by eight bits of its hash: what was not in training adds nothing. Sums are of whole
numbers in the order of the text, so that a result depends in no way on the batch around it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.understand.faults import ModelFault
from pipeline.understand.hashed import Block, Hashed, Hashes

FORMAT = 2
TEXTS_AT_ONCE = 128
"""Texts whose weights are summed together: they stay in a core's cache."""
ONE = "one"
SEVERAL = "several"

_REBUILD = "Reinstall the package, or train again: python -m pipeline.understand.train DATA_DIR"
Floats = NDArray[np.float64]


def _padded(columns: int) -> int:
    """Columns of a row in the file: an even number, with zeros at the end."""
    return columns + columns % 2


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What some columns of a table decide: one label of several (`one`), or any number of them (`several`)."""

    name: str
    choice: str
    labels: list[str]
    """Of a head that chooses one: the first is what the others are measured against, and has no column."""
    steps: list[float]
    """A weight q stands for sign(q) q**2 steps of log-odds, calibrated: fine near zero, where most weights are."""
    biases: list[float]
    thresholds: list[float]
    """Probability from which a label holds: one number where one label is chosen, else one a label."""
    firm: list[str] = []
    """Of a head of several: the labels that people's own text has taught, which need nobody's consent."""
    doubts: list[float] = []
    """Of a head of several, a label: probability below which the head is sure that it does not hold; 0 where it never is."""

    @property
    def columns(self) -> int:
        return len(self.steps)


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """First line of a model file, JSON. Then come the checks, the weights row by row, and the languages seen where said."""

    format: int
    languages: list[str]
    bits: int
    """There are 2**bits slots."""
    heads: list[Head]
    sorts: list[bool]
    """Which sorts of features it weighs: words, pairs, letters by three, by four."""
    seen: bool
    """Whether a byte a slot says which of `languages` the feature was seen in."""
    sha256: str
    """Of all that follows."""


class Found(NamedTuple):
    """The features of a block that a table knows, in the order of the texts."""

    slots: NDArray[np.int64]
    starts: NDArray[np.int64]


class Table:
    """One language group's weights."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises ModelFault when the bytes are not a whole model of this format."""
        line, newline, rest = data.partition(b"\n")
        try:
            header = msgspec.json.decode(line, type=Header)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise ModelFault(f"Model file {name} has no readable header: {fault}", _REBUILD) from None
        if header.format != FORMAT:
            raise ModelFault(f"Model file {name} has format {header.format}; this version reads {FORMAT}", _REBUILD)
        slots, columns = 1 << header.bits, sum(head.columns for head in header.heads)
        width = _padded(columns)
        size = slots * (1 + width + header.seen)
        if not newline or len(rest) != size or sha256(rest).hexdigest() != header.sha256:
            raise ModelFault(f"Model file {name} is damaged: its tables are not those its header names", _REBUILD)
        bytes_ = np.frombuffer(rest, np.uint8)
        self.header = header
        self._checks = bytes_[:slots]
        codes = bytes_[slots : slots * (1 + width)].view(np.int8).astype(np.int16)
        # A row is one opaque item, which numpy fetches several times faster than a row of small ones.
        self._rows = (codes * np.abs(codes)).view(f"V{2 * width}")
        self._width, self._columns = width, columns
        self._seen = bytes_[slots * (1 + width) :]
        self._mask = np.uint64(slots - 1)
        self._steps = np.array([step for head in header.heads for step in head.steps])
        self._biases = np.array([bias for head in header.heads for bias in head.biases])

    def find(self, block: Block) -> Found:
        """Which of a block's features the table knows."""
        return find(block, self._checks, self._mask)

    def log_odds(self, hashed: Hashed) -> Floats:
        """Calibrated log-odds: a row a text, a column for each of the heads' columns."""
        words, pairs, *grams = (
            self._sums(block) if used else None
            for block, used in zip((hashed.words, hashed.pairs, *hashed.grams), self.header.sorts, strict=True)
        )
        by_words, by_grams = by_word(hashed)[:, None], by_gram(hashed)[:, None]
        odds = np.zeros((len(hashed.letters), self._columns))
        for sums, share in zip((words, pairs, *grams), (by_words, by_words, by_grams, by_grams), strict=True):
            if sums is not None:
                odds += sums[:, : self._columns] * share
        calibrated: Floats = odds * self._steps + self._biases
        return calibrated

    def known_share(self, hashed: Hashed, choice: NDArray[np.int64]) -> Floats:
        """Of each text's words, the share seen in training in the language of that number."""
        found = self.find(hashed.words)
        count = np.diff(hashed.words.starts)
        of = np.repeat(np.arange(len(count)), np.diff(found.starts))
        bits = (self._seen[found.slots] >> choice[of].astype(np.uint8)) & 1
        return np.bincount(of, weights=bits, minlength=len(count)) / np.maximum(1, count)

    def _sums(self, block: Block) -> NDArray[np.float32]:
        found = self.find(block)
        texts = len(block.starts) - 1
        sums = np.zeros((texts, self._width), np.float32)
        for first in range(0, texts, TEXTS_AT_ONCE):
            starts = found.starts[first : first + TEXTS_AT_ONCE + 1]
            filled = np.flatnonzero(np.diff(starts))
            if len(filled):
                rows = self._rows.take(found.slots[starts[0] : starts[-1]]).view(np.int16)
                weights = rows.reshape(-1, self._width).astype(np.float32)
                sums[first + filled] = np.add.reduceat(weights, starts[filled] - starts[0], axis=0)
        return sums


def find(block: Block, checks: NDArray[np.uint8], mask: np.uint64) -> Found:
    """The features whose slot is theirs."""
    slots = (block.ids & mask).astype(np.int64)
    known = checks[slots] == check(block.ids)
    before = np.zeros(len(slots) + 1, np.int64)
    np.cumsum(known, out=before[1:])
    return Found(slots[known], before[block.starts])


def check(ids: Hashes) -> NDArray[np.uint8]:
    """Eight bits that a slot's owner is told by; 0 is nobody's."""
    return np.maximum((ids >> np.uint64(56)).astype(np.uint8), np.uint8(1))


def by_word(hashed: Hashed) -> Floats:
    """What a text's words and pairs are divided by: the root of how many words there are."""
    return 1 / np.sqrt(np.maximum(1, np.diff(hashed.words.starts)))


def by_gram(hashed: Hashed) -> Floats:
    return 1 / np.sqrt(np.maximum(1, sum(np.diff(block.starts) for block in hashed.grams)))


def softmax(odds: Floats) -> Floats:
    """Probabilities of the reference and of each column, from log-odds against the reference."""
    full = np.concatenate([np.zeros((len(odds), 1)), odds], axis=1)
    full = np.exp(full - full.max(axis=1, keepdims=True))
    shares: Floats = full / full.sum(axis=1, keepdims=True)
    return shares


def sigmoid(odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-odds))


def pack(header: Header, checks: NDArray[np.uint8], weights: NDArray[np.int8], seen: NDArray[np.uint8] | None) -> bytes:
    """A model file; `header.sha256` is set here. Rows are filled up to an even width."""
    full = np.zeros((len(weights), _padded(weights.shape[1])), np.int8)
    full[:, : weights.shape[1]] = weights
    rest = checks.tobytes() + full.tobytes() + (b"" if seen is None else seen.tobytes())
    whole = msgspec.structs.replace(header, sha256=sha256(rest).hexdigest())
    return msgspec.json.encode(whole) + b"\n" + rest
