"""How good a labelling is: recall, F1, calibration, coverage. In percent, as the field reports them."""

from __future__ import annotations

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
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(confidence[bins == b].mean() - right[bins == b].mean())) * int((bins == b).sum())
        for b in np.unique(bins)
    ]
    return 100 * sum(gaps) / len(confidence)


def coverage_curve(confidence: Floats, right: NDArray[np.bool_], points: int = 20) -> list[tuple[float, float]]:
    """(coverage, accuracy) in percent when only the surest texts are decided."""
    order = np.argsort(-confidence, kind="stable")
    counts = [max(1, round(len(order) * at / points)) for at in range(1, points + 1)]
    return [(100 * n / len(order), 100 * float(right[order[:n]].mean())) for n in counts]
