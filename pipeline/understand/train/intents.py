"""How the intents of a table are learnt: by which rows, from which probability on, and how the form of a text counts.

Chosen out of fold; the least precision, the doubt, and the strangers' weight with validation figures in view.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]  # scipy ships no types
from sklearn.linear_model import LogisticRegression

from pipeline.understand.asking import forms
from pipeline.understand.figures import f1, precision, recall
from pipeline.understand.heads import INTENTS
from pipeline.understand.reading import read
from pipeline.understand.table import SEVERAL, Head, sigmoid
from pipeline.understand.text import SCORED_CHARS, fold
from pipeline.understand.train.alike import groups
from pipeline.understand.train.assembling import Part
from pipeline.understand.train.regress import SEED, Fitted, calibrate, fit, folds
from pipeline.understand.train.sets import Example
from pipeline.understand.train.support import messages

INTENT_SOURCES = {
    "question": ("tweet-acts", "corpus", "support"),
    "complaint": ("corpus", "support", "tweeteval-sentiment"),
    "praise": ("corpus",),
    "wish": ("corpus",),
    "thanks": ("corpus", "goemotions"),
}
INTENT_STRENGTHS = {"question": 5.0}
INTENT_WEIGHTS = {("question", "corpus"): 0.5, ("question", "support"): 0.5, ("complaint", "tweeteval-sentiment"): 0.3}
"""Tweets and written mentions do not call the same things a question; people's own text goes first."""
STRANGERS = ("complaint", "tweeteval-sentiment", 2_000)
"""Tweets at large, taken for no complaints: they teach that being angry about anything is not one. They count as little as their
weight, and calibrate nothing."""
ASKED_STRENGTH = 0.5
"""Of questions where strangers' tweets teach them. Many are reposts of each other: those stand on one side of a fold."""
ASKED_ON = "tweet-acts"
"""The set whose questions decide how the form of a text counts, and from where on it asks."""
FULLY_LEARNT = {"en": ("question", "complaint", "thanks")}
"""Intents that are learnt well enough to stand without a rule's consent: the threshold with the best F1 holds."""
LEAST_PRECISION = 80.0
"""Percent, out of fold, that the threshold of any other intent must reach. Those are learnt from written mentions, which complain
and praise more often than people do; the head may only add to the rules what it is sure of."""
LEAST_RECALL = 10.0
DOUBT = 0.5
"""Share of the threshold of a fully learnt question below which a question mark alone makes none (chosen with tweet-acts' validation figures in view)."""
FEELING_SCALE = 0.5
"""Of the sentiment's log-odds, which the intents are judged by beside the words."""
_SAME = {"question": {"question", "QUE"}, "thanks": {"thanks", "gratitude"}}


def intents(examples: Sequence[Example], rows: Any, feeling: Fitted, held_out: dict[str, float]) -> Part:
    """The head. `feeling`: sentiment as strangers' text alone teaches it, which the intents are judged by beside the words."""
    felt = FEELING_SCALE * feeling.raw(rows)
    labels, weights, biases, thresholds = [], [], [], []
    firm: list[str] = []
    doubts: list[float] = []
    form_weights: list[float] = []
    for label in INTENT_SOURCES:
        chosen = _taught(label, examples)
        sources = [examples[n].source for n in chosen]
        classes = np.array([int(bool(examples[n].labels & _SAME.get(label, {label}))) for n in chosen])
        own = hstack([rows[chosen], csr_matrix(felt[chosen])]).tocsr()
        tweeted = label == "question" and ASKED_ON in sources
        strength = ASKED_STRENGTH if tweeted else INTENT_STRENGTHS.get(label, 1.0)
        even = np.array([INTENT_WEIGHTS.get((label, source), 1.0) for source in sources])
        raw = np.zeros((len(chosen), 1))
        apart = groups([examples[n].text for n in chosen]) if tweeted else None
        for inside, outside in folds(classes, np.arange(len(chosen)), 5, 5, apart):
            raw[outside] = fit(own[inside], classes[inside], even[inside], strength).raw(own[outside])
        judged = np.array([(label, source) != STRANGERS[:2] for source in sources])
        calibration = calibrate(raw[judged], classes[judged], 0.0)
        odds, right = calibration.apply(raw)[:, 0], classes[judged]
        fully = label in FULLY_LEARNT.get(examples[0].language, ())
        threshold = _threshold(sigmoid(odds[judged]), right, fully)
        # What cannot be learnt from so few examples is left to the rules.
        if threshold is None:
            continue
        said = (sigmoid(odds[judged]) >= threshold).astype(np.int64)
        if fully and tweeted:
            tweets = np.flatnonzero([source == ASKED_ON for source in sources])
            form_weights, asked = _asking([examples[chosen[n]].text for n in tweets], odds[tweets], classes[tweets])
            held_out["question_f1_tweets"] = round(f1(classes[tweets], asked, 1), 1)
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
    head = Head(INTENTS, SEVERAL, labels, [1.0] * len(labels), biases, thresholds, firm, doubts, form_weights)
    return Part(head, np.array(weights))


def _taught(label: str, examples: Sequence[Example]) -> NDArray[np.int64]:
    """The rows that teach an intent."""
    sources = INTENT_SOURCES[label]
    chosen = np.array([n for n, one in enumerate(examples) if one.source in sources])
    if label != STRANGERS[0]:
        return chosen
    strangers = np.array([examples[n].source == STRANGERS[1] for n in chosen])
    some = np.random.default_rng(SEED).permutation(chosen[strangers])[: STRANGERS[2]]
    return np.sort(np.concatenate([chosen[~strangers], some]))


def _asking(
    texts: Sequence[str], odds: NDArray[np.float64], truth: NDArray[np.int64]
) -> tuple[list[float], NDArray[np.int64]]:
    """How the log-odds and the form of texts count, with the best F1 at 0 (`asking.asks`); and which ask, told out of fold."""
    folded = [fold(text[:SCORED_CHARS]) for text in texts]
    form = np.array([forms(one, "question" in read(one).intents) for one in folded], np.float64)
    seen = np.concatenate([odds[:, None], form], axis=1)
    told = np.zeros(len(truth))
    for inside, outside in folds(truth, np.arange(len(truth)), 5, 5, groups(texts)):
        told[outside] = (
            LogisticRegression(max_iter=1000).fit(seen[inside], truth[inside]).decision_function(seen[outside])
        )
    tried = np.unique(np.quantile(told, np.linspace(0.5, 0.995, 200)))
    edge = float(max(tried, key=lambda one: f1(truth, (told >= one).astype(np.int64), 1)))
    fitted = LogisticRegression(max_iter=1000).fit(seen, truth)
    scale, *each = [round(float(one), 4) for one in fitted.coef_[0]]
    return [scale, round(float(fitted.intercept_[0]) - edge, 4), *each], (told >= edge).astype(np.int64)


def _threshold(shares: NDArray[np.float64], truth: NDArray[np.int64], fully: bool) -> float | None:
    """The probability with the best F1, or else the lowest that is precise enough; None where that finds next to nothing."""
    tried = [round(float(one), 3) for one in np.unique(np.quantile(shares, np.linspace(0.3, 0.995, 150)))]
    said = {one: (shares >= one).astype(np.int64) for one in tried}
    if fully:
        return max(tried, key=lambda one: f1(truth, said[one], 1))
    precise = (one for one in tried if precision(truth, said[one], 1) >= LEAST_PRECISION)
    return next((one for one in precise if recall(truth, said[one], 1) >= LEAST_RECALL), None)


def support(language: str) -> list[Example]:
    """Messages to support, as examples."""
    if language != "en":
        return []
    found = []
    for text, complains in messages():
        asks = {"question"} if text.endswith("?") and not complains else set()
        found.append(Example(text, "en", "support", labels=frozenset(asks | ({"complaint"} if complains else set()))))
    return found
