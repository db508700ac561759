"""How each language's table is trained: which rows teach which head, and how strongly. Chosen out of fold; the intents' precision and question's doubt with validation figures in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]  # scipy ships no types

from pipeline.understand.figures import expected_calibration_error, f1, precision, recall
from pipeline.understand.heads import EMOTION, INTENTS, SENTIMENT
from pipeline.understand.labels import EMOTIONS
from pipeline.understand.table import FORMAT, ONE, SEVERAL, Head, Header, pack, sigmoid, softmax
from pipeline.understand.train.lexicon import entries
from pipeline.understand.train.lists import emotion_lists, feeling_lists
from pipeline.understand.train.regress import Calibration, Fitted, calibrate, fit, folds
from pipeline.understand.train.sets import Example
from pipeline.understand.train.support import messages
from pipeline.understand.train.vocabulary import Vocabulary, build, prepare

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
INTENT_SOURCES = {
    "question": ("tweet-acts", "corpus", "support"),
    "complaint": ("corpus", "support"),
    "praise": ("corpus",),
    "wish": ("corpus",),
    "thanks": ("corpus", "goemotions"),
}
INTENT_STRENGTHS = {"question": 5.0, "thanks": 1.0}
INTENT_WEIGHTS = {("question", "corpus"): 0.5, ("question", "support"): 0.5}
"""Tweets and written mentions do not call the same things a question; people's own text goes first."""
FULLY_LEARNT = {"en": ("question", "thanks")}
"""Intents that people's own text teaches: the threshold with the best F1 holds."""
LEAST_PRECISION = 80.0
"""Percent, out of fold, that the threshold of any other intent must reach. Those are learnt from written mentions, which complain
and praise more often than people do; the head may only add to the rules what it is sure of."""
LEAST_RECALL = 10.0
DOUBT = 0.5
"""Share of the threshold of a fully learnt question below which a question mark alone makes none (chosen with tweet-acts' validation figures in view)."""
FEELING_SCALE = 0.5
"""Of the sentiment's log-odds, which the intents are judged by beside the words."""
_SAME = {"question": {"question", "QUE"}, "thanks": {"thanks", "gratitude"}}


@dataclass
class Part:
    """A head with its weights over the slots, before they become small integers."""

    head: Head
    weights: NDArray[np.float64]
    """Columns by slots, for steps of 1."""


@dataclass
class Trained:
    data: bytes
    held_out: dict[str, float]
    """Figures of rows that the model they were judged by had not seen, in percent."""


def train(language: str, examples: Sequence[Example]) -> Trained:
    """One language's table. `examples` of that language alone; heads without rows are left out."""
    if any(one.source == "corpus" for one in examples):
        examples = [*examples, *_support(language)]
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
        parts.append(_intents(examples, rows, feeling, held_out))
    return Trained(assemble([language], vocabulary, parts), held_out)


def assemble(
    languages: list[str], vocabulary: Vocabulary, parts: Sequence[Part], seen: NDArray[np.uint8] | None = None
) -> bytes:
    """A model file: each column's weights as signed squares of small integers, the largest 127."""
    columns, heads = [], []
    for part in parts:
        folded = vocabulary.folded(part.weights)
        steps = [float(np.abs(one).max()) / 127**2 for one in folded]
        columns += [
            np.sign(one) * np.rint(np.sqrt(np.abs(one) / step)) for one, step in zip(folded, steps, strict=True)
        ]
        scale = part.head.steps
        whole = [step * own for step, own in zip(steps, scale, strict=True)]
        heads.append(msgspec.structs.replace(part.head, steps=whole))
    weights = np.ascontiguousarray(np.stack(columns, axis=1).astype(np.int8))
    return pack(
        Header(FORMAT, languages, vocabulary.bits, heads, vocabulary.sorts, seen is not None, ""),
        vocabulary.checks,
        weights,
        seen,
    )


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


def _intents(examples: Sequence[Example], rows: Any, feeling: Fitted, held_out: dict[str, float]) -> Part:
    felt = FEELING_SCALE * feeling.raw(rows)
    labels, weights, biases, thresholds = [], [], [], []
    firm: list[str] = []
    doubts: list[float] = []
    for label, sources in INTENT_SOURCES.items():
        chosen = np.array([n for n, one in enumerate(examples) if one.source in sources])
        classes = np.array([int(bool(examples[n].labels & _SAME.get(label, {label}))) for n in chosen])
        own = hstack([rows[chosen], csr_matrix(felt[chosen])]).tocsr()
        strength = INTENT_STRENGTHS.get(label, 1.0)
        even = np.array([INTENT_WEIGHTS.get((label, examples[n].source), 1.0) for n in chosen])
        odds, truth = [], []
        for inside, outside in folds(classes, np.arange(len(chosen)), 5, 5):
            odds.append(fit(own[inside], classes[inside], even[inside], strength).raw(own[outside]))
            truth.append(classes[outside])
        raw, right = np.concatenate(odds), np.concatenate(truth)
        calibration = calibrate(raw, right, 0.0)
        fully = label in FULLY_LEARNT.get(examples[0].language, ())
        threshold = _threshold(sigmoid(calibration.apply(raw))[:, 0], right, fully)
        # What cannot be learnt from so few examples is left to the rules.
        if threshold is None:
            continue
        said = (sigmoid(calibration.apply(raw))[:, 0] >= threshold).astype(np.int64)
        held_out[f"{label}_precision"] = round(precision(right, said, 1), 1)
        held_out[f"{label}_recall"] = round(recall(right, said, 1), 1)
        firm += [label] * fully
        doubts.append(round(DOUBT * threshold, 3) if fully and label == "question" else 0.0)
        fitted = fit(own, classes, even, strength)
        words, felt_weights = fitted.weights[0, : rows.shape[1]], FEELING_SCALE * fitted.weights[0, rows.shape[1] :]
        labels.append(label)
        weights.append((words + felt_weights @ feeling.weights) / calibration.temperature)
        bias = fitted.intercepts[0] + felt_weights @ feeling.intercepts
        biases.append(float(bias / calibration.temperature + calibration.biases[0]))
        thresholds.append(threshold)
    return Part(
        Head(INTENTS, SEVERAL, labels, [1.0] * len(labels), biases, thresholds, firm, doubts), np.array(weights)
    )


def _threshold(shares: NDArray[np.float64], truth: NDArray[np.int64], fully: bool) -> float | None:
    """The probability with the best F1, or else the lowest that is precise enough; None where that finds next to nothing."""
    tried = [round(float(one), 3) for one in np.unique(np.quantile(shares, np.linspace(0.3, 0.995, 150)))]
    said = {one: (shares >= one).astype(np.int64) for one in tried}
    if fully:
        return max(tried, key=lambda one: f1(truth, said[one], 1))
    precise = (one for one in tried if precision(truth, said[one], 1) >= LEAST_PRECISION)
    return next((one for one in precise if recall(truth, said[one], 1) >= LEAST_RECALL), None)


def _phrases(language: str) -> list[Example]:
    return [Example(text, language, "lists", polarity=1 if side == 0 else 2) for text, side in entries(language)]


def _support(language: str) -> list[Example]:
    if language != "en":
        return []
    found = []
    for text, complains in messages():
        asks = {"question"} if text.endswith("?") and not complains else set()
        found.append(Example(text, "en", "support", labels=frozenset(asks | ({"complaint"} if complains else set()))))
    return found
