"""Whether what was learnt is worth having: figures before and after by cross-validation, and paired intervals of their difference."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.figures import BINS
from pipeline.understand.learn import Compared
from pipeline.understand.ridge import Floats

ROUNDS = 2_000
AT_ONCE = 100
SEED = 20261122
SURE = 0.025
"""Chance allowed that labels without any bearing on their texts are taken for labels."""
METRICS = ("macro_f1", "macro_recall", "ece", "log_loss", "coverage", "accuracy_decided")


class Change(NamedTuple):
    """One figure before and after, and the middle 95 % of the difference over resampled texts (paired bootstrap)."""

    before: float
    after: float
    low: float
    high: float


class Worth(NamedTuple):
    """In percent, ECE in points, log loss in nats a text."""

    changes: dict[str, Change]
    better: bool
    why: str


def weigh(tested: Compared) -> Worth:
    """Near-duplicates are resampled together: a text told ten times is one observation."""
    sides = _Side(tested, tested.before, tested.decided_before), _Side(tested, tested.after, tested.decided_after)
    whole = np.ones((1, len(tested.truth)))
    before, after = (side.figures(whole) for side in sides)
    gaps: dict[str, list[Floats]] = {metric: [] for metric in METRICS}
    told: tuple[list[Floats], list[Floats]] = [], []
    blind = _blind(tested)
    draw, count = np.random.default_rng(SEED), int(tested.together.max()) + 1
    for _ in range(ROUNDS // AT_ONCE):
        times = draw.multinomial(count, np.full(count, 1 / count), size=AT_ONCE)[:, tested.together].astype(np.float64)
        one, other = (side.figures(times) for side in sides)
        for gains, figures in zip(told, (one, other), strict=True):
            gains.append(figures["log_loss"] - times @ blind / times.sum(axis=1))
        for metric in METRICS:
            gaps[metric].append(other[metric] - one[metric])
    changes = {}
    for metric, drawn in gaps.items():
        low, high = np.nanquantile(np.concatenate(drawn), [0.025, 0.975])
        changes[metric] = Change(float(before[metric][0]), float(after[metric][0]), float(low), float(high))
    return Worth(
        changes, *_verdict(changes, *(float(np.quantile(np.concatenate(gains), 1 - SURE)) < 0 for gains in told))
    )


def _blind(tested: Compared) -> Floats:
    """The loss of whoever knows how common each label is, and reads no text."""
    shares = np.bincount(tested.truth, minlength=3) / len(tested.truth)
    return np.asarray(-np.log(shares[tested.truth]))


def _verdict(changes: dict[str, Change], told_before: bool, told_after: bool) -> tuple[bool, str]:
    """Whether it is better, and why: in one sentence. `told_*`: the model beats knowing the mix of the labels alone."""
    f1, recall, loss = changes["macro_f1"], changes["macro_recall"], changes["log_loss"]
    if not (told_before or told_after):
        return False, (
            "not better: the labels bear no relation to their texts that could be found; "
            "check that each stands at its own text, or label more"
        )
    if told_after and f1.low > 0:
        return True, "better: macro F1 rises by more than chance would have it"
    if f1.after < f1.before or recall.high < 0:
        return (
            False,
            "not better: macro F1 or recall would fall; tier 0 reads these texts as well, or the labels are too few",
        )
    if told_after and loss.high < 0:
        return True, "better: the probabilities are truer by more than chance would have it, and macro F1 is no lower"
    return False, "not better: the gain is within what chance gives; more labels may tell"


class _Side:
    """One model's answers, and their figures under any weights of the texts."""

    def __init__(self, tested: Compared, shares: Floats, decided: NDArray[np.bool_]) -> None:
        guess, sure = shares.argmax(axis=1), shares.max(axis=1)
        texts = np.arange(len(tested.truth))
        right = guess == tested.truth
        self._cells = np.zeros((len(texts), 9))
        self._cells[texts, tested.truth * 3 + guess] = 1
        self._gaps = np.zeros((len(texts), BINS))
        self._gaps[texts, np.minimum((sure * BINS).astype(int), BINS - 1)] = sure - right
        self._loss = -np.log(np.maximum(shares[texts, tested.truth], 1e-4))
        self._decided, self._right = decided.astype(np.float64), (right & decided).astype(np.float64)

    def figures(self, times: Floats) -> dict[str, Floats]:
        """Each figure for each row of `times`: how often each text counts."""
        total = times.sum(axis=1)
        cells = (times @ self._cells).reshape(-1, 3, 3)
        hits, told, said = np.einsum("nkk->nk", cells), cells.sum(axis=2), cells.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            f1 = np.where(told + said > 0, 2 * hits / (told + said), np.nan)
            recall = np.where(told > 0, hits / told, np.nan)
            return {
                "macro_f1": 100 * np.nanmean(f1, axis=1),
                "macro_recall": 100 * np.nanmean(recall, axis=1),
                "ece": 100 * np.abs(times @ self._gaps).sum(axis=1) / total,
                "log_loss": times @ self._loss / total,
                "coverage": 100 * (times @ self._decided) / total,
                "accuracy_decided": 100 * (times @ self._right) / (times @ self._decided),
            }
