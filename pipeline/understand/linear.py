"""A linear three-class model over hashed features, in integers: the same text gives the same sum everywhere."""

from __future__ import annotations

from array import array
from hashlib import sha256
from math import exp, sqrt
from typing import NamedTuple

import msgspec
import numpy as np

from pipeline.understand.faults import ModelFault
from pipeline.understand.features import (
    END,
    NEGATION_REACH,
    NEGATORS,
    START,
    WEIGHTS,
    gram_ids,
    negated_id,
    pair_id,
    word_id,
)
from pipeline.understand.text import canonical, is_word

FORMAT = 1
CACHED_TOKENS = 100_000
"""Tokens whose sums are kept, about 25 MB a model. When full the cache starts anew: it only remembers, it never decides."""

_REBUILD = "Reinstall the package, or train again: python -m pipeline.understand.train DATA_DIR"


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """First line of a model file, JSON; the tables follow. Scores are log-odds against neutral."""

    format: int
    languages: list[str]
    bits: int
    """The tables have 2**bits slots each."""
    step: float
    """A weight is sign(q) * q**2 * step: fine near zero, where most weights are."""
    negative_bias: float
    positive_bias: float
    temperature: float
    threshold: float
    """Highest probability below which the model abstains."""
    sha256: str
    """Of the two tables."""


class Token(NamedTuple):
    """What one token adds, looked up once: sums over its word and letters, as (negative, positive) weights."""

    id: int
    word: tuple[int, int]
    negated: tuple[int, int]
    grams: tuple[int, int]
    gram_count: int
    turns: int
    """What it does to negation: NEGATION_REACH starts one, 0 ends one, -1 leaves it."""


class Linear:
    """One language group's model. Each prediction depends on its text alone."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises ModelFault when the bytes are not a whole model of this format."""
        line, newline, tables = data.partition(b"\n")
        try:
            header = msgspec.json.decode(line, type=Header)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise ModelFault(f"Model file {name} has no readable header: {fault}", _REBUILD) from None
        if header.format != FORMAT:
            raise ModelFault(f"Model file {name} has format {header.format}; this version reads {FORMAT}", _REBUILD)
        slots = 1 << header.bits
        if not newline or len(tables) != 2 * slots or sha256(tables).hexdigest() != header.sha256:
            raise ModelFault(f"Model file {name} is damaged: its tables are not those its header names", _REBUILD)
        codes = np.frombuffer(tables, dtype=np.int8).astype(np.int16)
        weights = np.sign(codes) * codes * codes
        self.header = header
        self._mask = slots - 1
        self._negative = array("h", weights[:slots].tobytes())
        self._positive = array("h", weights[slots:].tobytes())
        self._cache: dict[str, Token] = {}

    def probabilities(self, tokens: list[str]) -> tuple[float, float, float]:
        """Calibrated (negative, neutral, positive) of a text's raw tokens."""
        if not tokens:
            return _softmax(self.header.negative_bias, self.header.positive_bias)
        mask, negative, positive, cache = self._mask, self._negative, self._positive, self._cache
        word_neg = word_pos = pair_neg = pair_pos = gram_neg = gram_pos = grams = negated = 0
        reach, previous = 0, START
        for raw in tokens:
            token = cache.get(raw)
            if token is None:
                token = self._look_up(raw)
            here, word, turned, letters, count, turns = token
            word_neg += word[0]
            word_pos += word[1]
            gram_neg += letters[0]
            gram_pos += letters[1]
            grams += count
            at = (previous * 31 + here * 7 + 13) & mask  # pair_id, written out: it is asked for every word
            pair_neg += negative[at]
            pair_pos += positive[at]
            if reach:
                pair_neg += turned[0]
                pair_pos += turned[1]
                negated += 1
                reach -= 1
            if turns >= 0:
                reach = turns
            previous = here
        at = pair_id(previous, END) & mask
        pair_neg += negative[at]
        pair_pos += positive[at]
        step = self.header.step
        by_word = WEIGHTS[0] * step / sqrt(len(tokens))
        by_pair = WEIGHTS[1] * step / sqrt(len(tokens) + 1 + negated)
        by_gram = WEIGHTS[2] * step / sqrt(grams) if grams else 0.0
        return _softmax(
            (word_neg * by_word + pair_neg * by_pair + gram_neg * by_gram) / self.header.temperature
            + self.header.negative_bias,
            (word_pos * by_word + pair_pos * by_pair + gram_pos * by_gram) / self.header.temperature
            + self.header.positive_bias,
        )

    def _look_up(self, raw: str) -> Token:
        token = canonical(raw)
        letters = gram_ids(token)
        in_a_clause = -1 if is_word(token) else 0
        turns = NEGATION_REACH if token in NEGATORS else in_a_clause
        entry = Token(
            word_id(token),
            self._sum([word_id(token)]),
            self._sum([negated_id(token)]),
            self._sum(letters),
            len(letters),
            turns,
        )
        if len(self._cache) >= CACHED_TOKENS:
            self._cache.clear()
        if len(raw) <= 40:
            self._cache[raw] = entry
        return entry

    def _sum(self, ids: list[int]) -> tuple[int, int]:
        mask, negative, positive = self._mask, self._negative, self._positive
        minus = plus = 0
        for one in ids:
            slot = one & mask
            minus += negative[slot]
            plus += positive[slot]
        return minus, plus


def _softmax(negative: float, positive: float) -> tuple[float, float, float]:
    top = max(negative, 0.0, positive)
    parts = exp(negative - top), exp(-top), exp(positive - top)
    total = parts[0] + parts[1] + parts[2]
    return parts[0] / total, parts[1] / total, parts[2] / total
