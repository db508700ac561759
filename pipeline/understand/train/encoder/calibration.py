"""What the network's log-odds are worth, and how they join tier 0's: fitted on rows that neither has seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.figures import expected_calibration_error, macro_recall
from pipeline.understand.second import Calibration, Joining, calibrated
from pipeline.understand.train.recipes import COVERAGE
from pipeline.understand.train.regress import SEED, calibrate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WEIGHTS = np.arange(0.3, 0.96, 0.05)
_LEAST = 1e-4
_FOLDS = 5


class Clean(NamedTuple):
    """Rows for calibration: the network's log-odds and tier 0's probabilities, columns as `second.COLUMNS`, and the right column."""

    odds: Floats
    first: Floats
    truth: Ints

    def part(self, chosen: Ints) -> Clean:
        return Clean(self.odds[chosen], self.first[chosen], self.truth[chosen])


def calibration(clean: Clean) -> Calibration:
    """Sharpness and biases that minimise the loss, classes weighed alike."""
    fitted = calibrate(_against_first(clean.odds), clean.truth)
    return Calibration(round(1 / fitted.temperature, 4), _rounded(fitted.biases))


def joining(clean: Clean, second: Calibration) -> Joining:
    """The weight with the least loss, and a confidence above which 78 % of the rows are decided, as for tier 0."""
    best = min((_pooled_fit(clean, second, float(weight)) for weight in WEIGHTS), key=lambda one: one[0])[1]
    sure = pool(clean, second, best).max(axis=1)
    return Joining(best.weight, best.sharpness, best.biases, round(float(np.quantile(sure, 1 - COVERAGE)), 3))


def pool(clean: Clean, second: Calibration, by: Joining) -> Floats:
    """As `second.joined`, for many rows."""
    odds = _mixed(clean, second, by.weight) * by.sharpness + np.array(by.biases)
    raised = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def held_out(clean: Clean) -> dict[str, float]:
    """Calibration judged on rows that it was not fitted on: five folds; percent, ECE in points over 15 bins."""
    order = np.random.default_rng(SEED).permutation(len(clean.truth))
    alone, both = np.zeros_like(clean.odds), np.zeros_like(clean.odds)
    for fold in range(_FOLDS):
        outside = order[fold::_FOLDS]
        inside, own = clean.part(np.setdiff1d(order, outside)), clean.part(outside)
        fitted = calibration(inside)
        alone[outside] = calibrated(own.odds, fitted)
        both[outside] = pool(own, fitted, joining(inside, fitted))
    found: dict[str, float] = {}
    for name, shares in (("tier0", clean.first), ("tier1", alone), ("joined", both)):
        guess = shares.argmax(axis=1)
        found[f"{name}_macro_recall"] = round(macro_recall(clean.truth, guess), 1)
        found[f"{name}_ece"] = round(expected_calibration_error(shares.max(axis=1), guess == clean.truth), 1)
    return found


def _pooled_fit(clean: Clean, second: Calibration, weight: float) -> tuple[float, Joining]:
    mixed = _mixed(clean, second, weight)
    fitted = calibrate(_against_first(mixed), clean.truth)
    by = Joining(round(weight, 2), round(1 / fitted.temperature, 4), _rounded(fitted.biases), 0.0)
    shares = pool(clean, second, by)[np.arange(len(clean.truth)), clean.truth]
    rarity = 1 / np.bincount(clean.truth)[clean.truth]
    return float(-(np.log(shares) * rarity).sum() / rarity.sum()), by


def _mixed(clean: Clean, second: Calibration, weight: float) -> Floats:
    own = np.log(np.maximum(calibrated(clean.odds, second), _LEAST))
    return np.asarray((1 - weight) * np.log(np.maximum(clean.first, _LEAST)) + weight * own)


def _against_first(odds: Floats) -> Floats:
    return np.asarray(odds[:, 1:] - odds[:, :1])


def _rounded(biases: Floats) -> tuple[float, float, float]:
    return 0.0, round(float(biases[0]), 4), round(float(biases[1]), 4)
