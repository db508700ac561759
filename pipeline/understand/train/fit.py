"""Fitting one language's model: regression over hashed features, calibration on held-out rows, tables of small integers."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy ships no types
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # scipy ships no types
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from pipeline.understand.features import WEIGHTS, features
from pipeline.understand.linear import FORMAT, Header

SEED = 20261122
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def matrix(texts: list[str], bits: int) -> Any:
    """Rows of weighted, length-normalised counts in 2**bits columns."""
    columns, values, ends = [], [], [0]
    for text in texts:
        size = 0
        for ids, weight in zip(features(text), WEIGHTS, strict=True):
            if ids:
                columns.append((np.array(ids, dtype=np.uint64) & np.uint64((1 << bits) - 1)).astype(np.int32))
                values.append(np.full(len(ids), weight / np.sqrt(len(ids))))
                size += len(ids)
        ends.append(ends[-1] + size)
    shape = (len(texts), 1 << bits)
    rows = csr_matrix((np.concatenate(values), np.concatenate(columns), np.array(ends)), shape=shape)
    rows.sum_duplicates()
    return rows


@dataclass
class Fitted:
    """Log-odds against neutral: weights (2, slots) and intercepts (2,) for negative and positive."""

    weights: Floats
    intercepts: Floats

    def raw(self, rows: Any) -> Floats:
        return np.asarray(rows @ self.weights.T) + self.intercepts


def fit(rows: Any, classes: Ints, emphasis: Floats, strength: float) -> Fitted:
    """Multinomial logistic regression, classes weighted to equal shares. `strength` is the inverse of the penalty."""
    model = LogisticRegression(C=strength, max_iter=80, tol=1e-3, class_weight="balanced")
    used = np.unique(rows.indices)
    with warnings.catch_warnings():
        # Stopping early is part of the recipe: the last steps change no prediction.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows[:, used].astype(np.float32), classes, sample_weight=emphasis)
    weights = np.zeros((2, rows.shape[1]))
    weights[:, used] = model.coef_[[0, 2]] - model.coef_[1]
    return Fitted(weights, np.asarray(model.intercept_[[0, 2]] - model.intercept_[1], dtype=np.float64))


def held_out(rows: Any, classes: Ints, emphasis: Floats, strength: float, real: int, folds: int) -> tuple[Floats, Ints]:
    """Raw scores of rows by models that never saw them; only the first `real` rows are examples, the rest lexicon.

    Small sets: every row once, by `folds`-fold fitting. Large ones (`folds` 1): a tenth of the rows.
    """
    splitter = StratifiedKFold(10 if folds == 1 else folds, shuffle=True, random_state=SEED)
    scores, truth = [], []
    lexicon = np.arange(real, rows.shape[0])
    for number, (inside, outside) in enumerate(splitter.split(np.zeros(real), classes[:real])):
        if folds == 1 and number:
            break
        chosen = np.concatenate([inside, lexicon])
        scores.append(fit(rows[chosen], classes[chosen], emphasis[chosen], strength).raw(rows[outside]))
        truth.append(classes[outside])
    return np.concatenate(scores), np.concatenate(truth)


def calibrate(raw: Floats, classes: Ints) -> tuple[float, float, float]:
    """Temperature and the two biases that minimise the loss with classes at equal shares."""
    shares = np.bincount(classes, minlength=3)[classes]

    def loss(parameters: Floats) -> float:
        logits = raw / np.exp(parameters[0]) + parameters[1:]
        full = np.stack([logits[:, 0], np.zeros(len(logits)), logits[:, 1]], axis=1)
        full -= full.max(axis=1, keepdims=True)
        chosen = full[np.arange(len(full)), classes] - np.log(np.exp(full).sum(axis=1))
        return float(-(chosen / shares).sum())

    best = minimize(loss, np.zeros(3), method="BFGS").x
    return float(np.exp(best[0])), float(best[1]), float(best[2])


def pack(
    fitted: Fitted, calibration: tuple[float, float, float], languages: list[str], bits: int, threshold: float
) -> bytes:
    """A model file: one header line, then the negative and the positive table, one signed byte a slot."""
    temperature, negative, positive = calibration
    step = float(np.quantile(np.abs(fitted.weights[fitted.weights != 0]), 0.9999)) / 127**2
    codes = np.sign(fitted.weights) * np.minimum(127, np.rint(np.sqrt(np.abs(fitted.weights) / step)))
    tables = codes.astype(np.int8).tobytes()
    header = Header(
        format=FORMAT,
        languages=languages,
        bits=bits,
        step=step,
        negative_bias=float(fitted.intercepts[0]) / temperature + negative,
        positive_bias=float(fitted.intercepts[1]) / temperature + positive,
        temperature=temperature,
        threshold=threshold,
        sha256=sha256(tables).hexdigest(),
    )
    return msgspec.json.encode(header) + b"\n" + tables
