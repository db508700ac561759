"""Weights of hashed features: which slots are taken and by what, and the sums that a batch of texts has over them.

A slot belongs to one feature, told by eight bits of its hash: what was not in training adds nothing. Sums are of whole
numbers in the order of the text, so that a result depends in no way on the batch around it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple, Protocol

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

_TOP, _SOMEBODY = np.uint64(56), np.uint8(1)
_REBUILD = "Reinstall the package, or train again: python -m pipeline.understand.train DATA_DIR"
Floats = NDArray[np.float64]
Whole = NDArray[np.int32]


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

    forms: list[float] = []
    """Of a head of several that has learnt how questions look: what the log-odds of `question` count, a constant, and each form
    (`asking.FORMS`). Above 0 it is a question, whatever the threshold."""

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


class Sums(NamedTuple):
    """What a table's columns add up to over each text: a row a text, whole numbers."""

    words: Whole
    """Over words, pairs and turned words."""
    letters: Whole
    """Over letters by three and by four."""
    shares: Floats
    """What both are multiplied by: one over the root of how many tokens, and of how many letters by three and four, there are."""
    tokens: NDArray[np.int64]
    """How many tokens each text has."""
    seen: Whole
    """How many of its words were seen in training, a column a language (`Table.tells`)."""


class Bag(Protocol):
    """Texts as the heads read them."""

    @property
    def letters(self) -> NDArray[np.int64]: ...
    @property
    def signs(self) -> NDArray[np.int64]: ...
    def sums(self, table: Table) -> Sums: ...
    def part(self, texts: NDArray[np.int64]) -> Bag: ...


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

    @property
    def columns(self) -> int:
        return self._columns

    @property
    def tells(self) -> int:
        """How many languages a byte a slot tells of; 0 where the file says nothing of them."""
        return len(self.header.languages) if self.header.seen else 0

    def known(self, ids: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of the features the table knows (places in `ids`), and their slots."""
        slots = (ids & self._mask).view(np.int64)
        at = (self._checks.take(slots) == check(ids)).nonzero()[0]
        return at, slots.take(at)

    def weights(self, slots: NDArray[np.int64]) -> Whole:
        """A row a slot, whole numbers."""
        rows = self._rows.take(slots).view(np.int16).reshape(-1, self._width)
        return rows[:, : self._columns].astype(np.int32)

    def seen(self, slots: NDArray[np.int64]) -> Whole:
        """A row a slot: 1 for each language (`tells`) in which enough texts of training had the feature."""
        if not self.tells:
            return np.zeros((len(slots), 0), np.int32)
        return (self._seen[slots][:, None] >> np.arange(self.tells, dtype=np.uint8) & 1).astype(np.int32)

    def sums(self, hashed: Hashed) -> Sums:
        """Weights of each text's features, and in which languages its words were seen."""
        blocks = (hashed.words, hashed.pairs, *hashed.grams)
        own = [
            self._sums(block) if used else np.zeros((len(hashed.letters), self._columns), np.int32)
            for block, used in zip(blocks, self.header.sorts, strict=True)
        ]
        shares = np.stack([by_word(hashed), by_gram(hashed)], axis=1)
        tokens, seen = np.diff(hashed.words.starts), self._words_seen(hashed.words)
        return Sums(own[0] + own[1], own[2] + own[3], shares, tokens, seen)

    def log_odds(self, bag: Bag) -> Floats:
        """Calibrated log-odds: a row a text, a column for each of the heads' columns."""
        return self.calibrated(bag.sums(self))

    def calibrated(self, sums: Sums) -> Floats:
        odds = sums.words * sums.shares[:, :1] + sums.letters * sums.shares[:, 1:]
        calibrated: Floats = odds * self._steps + self._biases
        return calibrated

    def _words_seen(self, words: Block) -> Whole:
        at, slots = self.known(words.ids)
        return segment_sums(self.seen(slots), np.searchsorted(at, words.starts))

    def _sums(self, block: Block) -> Whole:
        found = find(block, self._checks, self._mask)
        texts = len(block.starts) - 1
        sums = np.zeros((texts, self._columns), np.int32)
        for first in range(0, texts, TEXTS_AT_ONCE):
            starts = found.starts[first : first + TEXTS_AT_ONCE + 1]
            sums[first : first + TEXTS_AT_ONCE] = segment_sums(
                self.weights(found.slots[starts[0] : starts[-1]]), starts - starts[0]
            )
        return sums


def segment_sums(rows: Whole, starts: NDArray[np.int64]) -> Whole:
    """Sums of the rows from each start to the next. Sums of whole numbers wrap around and come back: differences are exact."""
    before = np.zeros((len(rows) + 1, rows.shape[1]), np.int32)
    rows.cumsum(axis=0, out=before[1:])
    ends: Whole = before[starts]
    return ends[1:] - ends[:-1]


def find(block: Block, checks: NDArray[np.uint8], mask: np.uint64) -> Found:
    """The features whose slot is theirs."""
    slots = (block.ids & mask).view(np.int64)
    known = checks[slots] == check(block.ids)
    before = np.zeros(len(slots) + 1, np.int64)
    np.cumsum(known, out=before[1:])
    return Found(slots[known], before[block.starts])


def check(ids: Hashes) -> NDArray[np.uint8]:
    """Eight bits that a slot's owner is told by; 0 is nobody's."""
    return np.maximum((ids >> _TOP).astype(np.uint8), _SOMEBODY)


def root_share(count: NDArray[Any]) -> Floats:
    """What the sums over a text's features are multiplied by: one over the root of how many there are."""
    shares: Floats = 1 / np.sqrt(np.maximum(1, count))
    return shares


def by_word(hashed: Hashed) -> Floats:
    """What a text's words and pairs are multiplied by."""
    return root_share(np.diff(hashed.words.starts))


def by_gram(hashed: Hashed) -> Floats:
    return root_share(np.asarray(sum(np.diff(block.starts) for block in hashed.grams)))


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
