"""The language head: which of eight languages a text is in, by its words and letters, and how sure one can be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.figures import macro_f1
from pipeline.understand.hashed import Hashed
from pipeline.understand.table import ONE, Head, find, softmax
from pipeline.understand.train.assembling import Part, Trained, assemble
from pipeline.understand.train.regress import SEED, calibrate, fit, folds
from pipeline.understand.train.sets import Example
from pipeline.understand.train.vocabulary import Vocabulary, build, prepare

LANGUAGES = ("en", "es", "pt", "fr", "it", "de", "ar", "hi")
BITS = 17
NEVER = 1 << 30
FEWEST = (2, NEVER, 3, NEVER)
"""Words and letters by three tell languages apart; pairs and letters by four add time alone (measured)."""
STRENGTH = 3.0
LESS_LIKELY = {"hi": 4.0}
"""Taken off a language's log-odds. UMSAB's Hindi is mostly romanised and half English: at even odds every fourteenth English text
would be Hindi."""
MOST = 5_000
"""Rows of a language, so that English does not outweigh the others."""
SURE = 0.995
"""Share of texts rightly told that the head's confidence must promise; less sure ones are asked of py3langid."""
SEEN_IN = 2
"""Texts of a language that a word must stand in to be one of its words."""


def train(examples: Sequence[Example]) -> Trained:
    """`examples` of all languages; each should have some."""
    examples = _even(examples)
    hashed = prepare(one.text for one in examples)
    classes = np.array([LANGUAGES.index(one.language) for one in examples])
    vocabulary = build(hashed, BITS, [], FEWEST)
    rows = vocabulary.rows(hashed)
    even = np.ones(len(classes))
    raw, truth = [], []
    for inside, outside in folds(classes, np.arange(len(classes)), 5, 5):
        raw.append(fit(rows[inside], classes[inside], even[inside], STRENGTH).raw(rows[outside]))
        truth.append(classes[outside])
    odds, right = np.concatenate(raw), np.concatenate(truth)
    calibration = calibrate(odds, right)
    shares = softmax(calibration.apply(odds))
    threshold = _confidence(shares, right)
    fitted = fit(rows, classes, even, STRENGTH)
    biases = fitted.intercepts / calibration.temperature + calibration.biases
    biases -= [LESS_LIKELY.get(language, 0.0) for language in LANGUAGES[1:]]
    head = Head(
        "language",
        ONE,
        list(LANGUAGES),
        [1 / calibration.temperature] * (len(LANGUAGES) - 1),
        biases.tolist(),
        [threshold],
    )
    data = assemble(list(LANGUAGES), vocabulary, [Part(head, fitted.weights)], _seen(hashed, classes, vocabulary))
    return Trained(data, {"language_macro_f1": round(macro_f1(right, shares.argmax(axis=1)), 1)})


def _even(examples: Sequence[Example]) -> list[Example]:
    order = np.random.default_rng(SEED).permutation(len(examples))
    kept: dict[str, list[Example]] = {language: [] for language in LANGUAGES}
    for number in order.tolist():
        own = kept[examples[number].language]
        if len(own) < MOST:
            own.append(examples[number])
    return [one for own in kept.values() for one in own]


def _confidence(shares: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    order = np.argsort(-sure)
    kept = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    return round(float(sure[order][np.flatnonzero(kept >= SURE)[-1]]), 3)


def _seen(hashed: Hashed, classes: NDArray[np.int64], vocabulary: Vocabulary) -> NDArray[np.uint8]:
    """A bit a language for each slot: whether enough texts of it have the word."""
    slots = len(vocabulary.checks)
    found = find(hashed.words, vocabulary.checks, np.uint64(slots - 1))
    of = np.repeat(np.arange(len(classes)), np.diff(found.starts))
    seen = np.zeros(slots, np.uint8)
    for number in range(len(LANGUAGES)):
        own = classes[of] == number
        pairs = np.unique(np.stack([found.slots[own], of[own]]), axis=1)[0]
        seen |= (np.bincount(pairs, minlength=slots) >= SEEN_IN).astype(np.uint8) << np.uint8(number)
    return seen
