"""How good a labelling is: recall, F1, calibration, coverage. In percent, as the field reports them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BINS = 15
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def recall(truth: Ints, guess: Ints, label: int) -> float:
    there = truth == label
    return 100 * float((guess[there] == label).mean()) if there.any() else 0.0


def precision(truth: Ints, guess: Ints, label: int) -> float:
    said = guess == label
    return 100 * float((truth[said] == label).mean()) if said.any() else 0.0


def f1(truth: Ints, guess: Ints, label: int) -> float:
    both = int(((truth == label) & (guess == label)).sum())
    either = int((truth == label).sum() + (guess == label).sum())
    return 200 * both / either if either else 0.0


def macro(of: Sequence[float]) -> float:
    return sum(of) / len(of) if of else 0.0


def macro_recall(truth: Ints, guess: Ints) -> float:
    """Mean over the labels that occur in the truth."""
    return macro([recall(truth, guess, label) for label in np.unique(truth).tolist()])


def macro_f1(truth: Ints, guess: Ints) -> float:
    """Mean over the labels that occur in the truth or were guessed."""
    return macro([f1(truth, guess, label) for label in np.union1d(truth, guess).tolist()])


def expected_calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Mean gap between confidence and accuracy over 15 equal bins of confidence, weighted by their size, in points."""
    return 100 * sum(abs(gap) * len(said) for said, _, gap in _bins(confidence, right)) / len(confidence)


def calibration_noise(confidence: Floats) -> float:
    """What `expected_calibration_error` would be on average if every confidence were true: with few texts it is far from 0.

    Of a bin: the mean distance from its mean of a normal variable with the variance of that many such coins.
    """
    said_in = [said for said, _, _ in _bins(confidence, np.zeros(len(confidence), bool))]
    return 100 * sum(math.sqrt(2 / math.pi * float((said * (1 - said)).sum())) for said in said_in) / len(confidence)


def debiased_calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Root of the mean squared gap over the same bins, less what chance adds to each square; in points.

    Kumar, Liang and Ma 2019, Verified Uncertainty Calibration, definition 4.1. Bins of one text say nothing and are left out.
    """
    kept = [(said, hits, gap) for said, hits, gap in _bins(confidence, right) if len(said) > 1]
    texts = sum(len(said) for said, _, _ in kept)
    squares = [
        len(said) * (gap**2 - float(hits.mean() * (1 - hits.mean())) / (len(said) - 1)) for said, hits, gap in kept
    ]
    return 100 * math.sqrt(max(0.0, sum(squares) / texts)) if texts else 0.0


def _bins(confidence: Floats, right: NDArray[np.bool_]) -> list[tuple[Floats, NDArray[np.bool_], float]]:
    """Of each bin with texts: confidences, which are right, and mean confidence less accuracy."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    apart = [(confidence[bins == b], right[bins == b]) for b in np.unique(bins)]
    return [(said, hits, float(said.mean() - hits.mean())) for said, hits in apart]


def coverage_curve(confidence: Floats, right: NDArray[np.bool_], points: int = 20) -> list[tuple[float, float]]:
    """(coverage, accuracy) in percent when only the surest texts are decided."""
    order = np.argsort(-confidence, kind="stable")
    counts = [max(1, round(len(order) * at / points)) for at in range(1, points + 1)]
    return [(100 * n / len(order), 100 * float(right[order[:n]].mean())) for n in counts]
