"""Figures of a packed model on a validation set, computed with the code that runs in production."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, recall_score

from pipeline.understand.features import prepare
from pipeline.understand.linear import Linear
from pipeline.understand.train.sets import Example

BINS = 15


def probabilities(model: Linear, examples: list[Example]) -> NDArray[np.float64]:
    return np.array([model.probabilities(prepare(one.text)) for one in examples])


def expected_calibration_error(scores: NDArray[np.float64], classes: NDArray[np.int64]) -> float:
    """Mean gap between confidence and accuracy over 15 equal bins of confidence, weighted by their size, in points."""
    confidence, right = scores.max(axis=1), scores.argmax(axis=1) == classes
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).sum() for b in set(bins.tolist())]
    return 100 * float(sum(gaps)) / len(classes)


def threshold_for(scores: NDArray[np.float64], coverage: float) -> float:
    """The confidence that `coverage` of the texts reach."""
    return round(float(np.quantile(scores.max(axis=1), 1 - coverage)), 3)


def figures(model: Linear, examples: list[Example]) -> dict[str, float]:
    """Percent, except `n` and `threshold`. The decided figures leave out what the model abstains from."""
    scores = probabilities(model, examples)
    classes = np.array([one.polarity for one in examples])
    guess = scores.argmax(axis=1)
    decided = scores.max(axis=1) >= model.header.threshold
    return {
        "n": len(examples),
        "macro_recall": round(100 * float(recall_score(classes, guess, average="macro")), 1),
        "macro_f1": round(100 * float(f1_score(classes, guess, average="macro")), 1),
        "accuracy": round(100 * float(accuracy_score(classes, guess)), 1),
        "ece": round(expected_calibration_error(scores, classes), 1),
        "threshold": model.header.threshold,
        "coverage": round(100 * float(decided.mean()), 1),
        "accuracy_decided": round(100 * float(accuracy_score(classes[decided], guess[decided])), 1),
        "macro_f1_decided": round(100 * float(f1_score(classes[decided], guess[decided], average="macro")), 1),
    }
