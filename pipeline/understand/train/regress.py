"""Regression over rows of hashed features, and its calibration on rows that it has not seen."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy ships no types
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

SEED = 20261122
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass
class Fitted:
    """Log-odds against the first class: weights (classes-1, columns) and intercepts (classes-1,)."""

    weights: Floats
    intercepts: Floats

    def raw(self, rows: Any) -> Floats:
        return np.asarray(rows @ self.weights.T) + self.intercepts


def fit(rows: Any, classes: Ints, emphasis: Floats, strength: float, evenness: float = 1.0) -> Fitted:
    """Logistic regression over classes 0..k-1. `strength` is the inverse of the penalty.

    `evenness` 1 weighs the classes to equal shares, 0 leaves them as they are.
    """
    count = int(classes.max()) + 1
    mass = np.bincount(classes, weights=emphasis, minlength=count)
    weight = emphasis * ((mass.sum() / count / mass) ** evenness)[classes]
    used = np.unique(rows.indices)
    model = LogisticRegression(C=strength, max_iter=100, tol=1e-3)
    with warnings.catch_warnings():
        # Stopping early is part of the recipe: the last steps change no prediction.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows[:, used].astype(np.float32), classes, sample_weight=weight)
    weights = np.zeros((count - 1, rows.shape[1]))
    if count == 2:
        weights[:, used] = model.coef_
        return Fitted(weights, np.asarray(model.intercept_, dtype=np.float64))
    weights[:, used] = model.coef_[1:] - model.coef_[0]
    return Fitted(weights, np.asarray(model.intercept_[1:] - model.intercept_[0], dtype=np.float64))


def folds(classes: Ints, own: Ints, count: int, rounds: int, groups: Ints | None = None) -> Iterator[tuple[Ints, Ints]]:
    """(inside, outside) of `rounds` of `count` folds over the rows `own`; all other rows are always inside.

    `groups`: of each of `own`; rows of one group stand on one side.
    """
    splitter = (StratifiedKFold if groups is None else StratifiedGroupKFold)(count, shuffle=True, random_state=SEED)
    rest = np.setdiff1d(np.arange(len(classes)), own)
    for number, (inside, outside) in enumerate(splitter.split(own, classes[own], groups)):
        if number == rounds:
            return
        yield np.concatenate([own[inside], rest]), own[outside]


@dataclass
class Calibration:
    temperature: float
    biases: Floats

    def apply(self, raw: Floats) -> Floats:
        return np.asarray(raw / self.temperature + self.biases)


def calibrate(raw: Floats, classes: Ints, evenness: float = 1.0) -> Calibration:
    """Temperature and biases that minimise the loss over held-out rows, weighed as in training."""
    count = raw.shape[1] + 1
    shares = np.bincount(classes, minlength=count)
    weight = ((len(classes) / count / np.maximum(1, shares)) ** evenness)[classes]

    def loss(parameters: Floats) -> float:
        odds = raw / np.exp(parameters[0]) + parameters[1:]
        full = np.concatenate([np.zeros((len(odds), 1)), odds], axis=1)
        full -= full.max(axis=1, keepdims=True)
        chosen = full[np.arange(len(full)), classes] - np.log(np.exp(full).sum(axis=1))
        return float(-(chosen * weight).mean() + 1e-3 * (parameters**2).sum())

    best = minimize(loss, np.zeros(count), method="BFGS").x
    return Calibration(float(np.exp(best[0])), np.asarray(best[1:]))
