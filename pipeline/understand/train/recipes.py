"""How each language's table is trained: which rows teach which head, and how strongly. Chosen out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.figures import expected_calibration_error, f1
from pipeline.understand.heads import EMOTION, SENTIMENT
from pipeline.understand.labels import EMOTIONS
from pipeline.understand.table import ONE, Head, softmax
from pipeline.understand.train.assembling import Part, Trained, assemble
from pipeline.understand.train.intents import intents, support
from pipeline.understand.train.lexicon import entries
from pipeline.understand.train.lists import emotion_lists, feeling_lists
from pipeline.understand.train.regress import Calibration, Fitted, calibrate, fit, folds
from pipeline.understand.train.sets import Example
from pipeline.understand.train.vocabulary import build, prepare

COVERAGE = 0.78
"""Share of held-out texts whose sentiment is decided; the rest are `unsure`."""
STRENGTH = 0.3
BITS = {"en": 18, "es": 17}
OTHER_BITS = 16
CORPUS_WEIGHTS = {"en": 2.0, "es": 0.6}
"""Of a written mention against a tweet where tweets are judged: in English they are one in two hundred."""
PHRASE_WEIGHTS = {"en": 10.0}
OTHER_PHRASES = 0.5
"""Of a phrase or an emoji whose feeling needs no corpus, which trains as a tiny text."""
EMOTION_EVENNESS = 0.5
EMOTION_WEIGHTS = {"goemotions": 1.0, "tweeteval-emotion": 4.0, "corpus": 2.0}


def train(language: str, examples: Sequence[Example]) -> Trained:
    """One language's table. `examples` of that language alone; heads without rows are left out."""
    if any(one.source == "corpus" for one in examples):
        examples = [*examples, *support(language)]
    examples = [*examples, *_phrases(language)]
    hashed = prepare(one.text for one in examples)
    vocabulary = build(hashed, BITS.get(language, OTHER_BITS), [*feeling_lists(language), *emotion_lists(language)])
    rows = vocabulary.rows(hashed)
    held_out: dict[str, float] = {}
    head, feeling = _sentiment(examples, rows, held_out)
    parts = [head]
    if any(one.emotion for one in examples):
        parts.append(_emotion(examples, rows, held_out))
    if any(one.source == "corpus" for one in examples):
        parts.append(intents(examples, rows, feeling, held_out))
    return Trained(assemble([language], vocabulary, parts), held_out)


def _sentiment(examples: Sequence[Example], rows: Any, held_out: dict[str, float]) -> tuple[Part, Fitted]:
    """The head, and the same model as learnt from strangers' text alone."""
    sources = {one.source for one in examples if one.polarity is not None}
    # GoEmotions' feelings are its writers', not judgements: they teach sentiment only where nothing else does.
    unfit = {"goemotions"} if sources & {"tweeteval-sentiment", "umsab"} else set()
    chosen = np.array([n for n, one in enumerate(examples) if one.polarity is not None and one.source not in unfit])
    classes = np.array([examples[n].polarity for n in chosen])
    language = examples[0].language
    weights = {"corpus": CORPUS_WEIGHTS.get(language, 1.0), "lists": PHRASE_WEIGHTS.get(language, OTHER_PHRASES)}
    emphasis = np.array([weights.get(examples[n].source, 1.0) for n in chosen])
    main = _main_source(examples, chosen)
    own = np.flatnonzero([examples[n].source == main for n in chosen])
    large = len(own) > 10_000
    raw, truth = [], []
    for inside, outside in folds(classes, own, 10 if large else 5, 1 if large else 5):
        raw.append(fit(rows[chosen[inside]], classes[inside], emphasis[inside], STRENGTH).raw(rows[chosen[outside]]))
        truth.append(classes[outside])
    odds, right = np.concatenate(raw), np.concatenate(truth)
    calibration = calibrate(odds, right)
    shares = softmax(calibration.apply(odds))
    threshold = round(float(np.quantile(shares.max(axis=1), 1 - COVERAGE)), 3)
    guess = shares.argmax(axis=1)
    held_out["sentiment_ece"] = round(expected_calibration_error(shares.max(axis=1), guess == right), 1)
    held_out["sentiment_macro_f1"] = round(sum(f1(right, guess, label) for label in range(3)) / 3, 1)
    part = _one(
        SENTIMENT,
        ["neutral", "negative", "positive"],
        fit(rows[chosen], classes, emphasis, STRENGTH),
        calibration,
        [threshold],
    )
    # What the intents lean on must not have seen the mentions that they are learnt from.
    apart = np.flatnonzero([examples[n].source != "corpus" for n in chosen])
    if len(np.unique(classes[apart])) < len(np.unique(classes)):
        apart = np.arange(len(chosen))
    return part, fit(rows[chosen[apart]], classes[apart], emphasis[apart], STRENGTH)


def _main_source(examples: Sequence[Example], chosen: NDArray[np.int64]) -> str:
    """The set that calibrates: the largest one."""
    sources = [examples[n].source for n in chosen]
    largest: str = max(set(sources), key=lambda source: (sources.count(source), source))
    return largest


def _emotion(examples: Sequence[Example], rows: Any, held_out: dict[str, float]) -> Part:
    present = {one.emotion for one in examples}
    labels = [label for label in EMOTIONS if label in present]
    chosen = np.array([n for n, one in enumerate(examples) if one.emotion])
    classes = np.array([labels.index(examples[n].emotion or "") for n in chosen])
    emphasis = np.array([EMOTION_WEIGHTS[examples[n].source] for n in chosen])
    large = len(chosen) > 10_000
    raw, truth = [], []
    for inside, outside in folds(classes, np.arange(len(chosen)), 5, 1 if large else 5):
        fitted = fit(rows[chosen[inside]], classes[inside], emphasis[inside], STRENGTH, EMOTION_EVENNESS)
        raw.append(fitted.raw(rows[chosen[outside]]))
        truth.append(classes[outside])
    odds, right = np.concatenate(raw), np.concatenate(truth)
    calibration = calibrate(odds, right, EMOTION_EVENNESS)
    guess = softmax(calibration.apply(odds)).argmax(axis=1)
    held_out["emotion_macro_f1"] = round(sum(f1(right, guess, n) for n in range(len(labels))) / len(labels), 1)
    return _one(EMOTION, labels, fit(rows[chosen], classes, emphasis, STRENGTH, EMOTION_EVENNESS), calibration, [0.0])


def _one(name: str, labels: list[str], fitted: Fitted, calibration: Calibration, thresholds: list[float]) -> Part:
    steps = [1 / calibration.temperature] * len(fitted.intercepts)
    biases = (fitted.intercepts / calibration.temperature + calibration.biases).tolist()
    return Part(Head(name, ONE, labels, steps, biases, thresholds), fitted.weights)


def _phrases(language: str) -> list[Example]:
    return [Example(text, language, "lists", polarity=1 if side == 0 else 2) for text, side in entries(language)]
