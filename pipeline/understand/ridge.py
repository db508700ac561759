"""Logistic regression over three classes that starts from somebody else's log-odds and departs only as far as labels force it.

Multinomial, penalised (ridge): log-odds = scale * base + biases + rows @ weights, with the weights drawn to 0 and the scale
to 1. Convex, so there is one answer. Minimised by L-BFGS (Nocedal and Wright 2006, algorithms 7.4 and 3.1): the package has
numpy alone at run time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.table import softmax

MEMORY = 10
STEPS = 300
SMALL = 1e-4
"""Steepness, against the number of texts, below which no step is worth its time."""
BIAS_STRENGTH = 3.0
SCALE_STRENGTH = 3.0
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Slope = Callable[[Floats], tuple[float, Floats]]
"""A function's value, and its gradient."""


class Rows(NamedTuple):
    """A sparse matrix, an entry after the other in the order of its rows."""

    of: Ints
    """The row of each entry."""
    columns: Ints
    values: Floats
    height: int
    width: int

    def times(self, weights: Floats) -> Floats:
        """This matrix times one of `width` by 2."""
        sums = [
            np.bincount(self.of, self.values * weights[self.columns, k], minlength=self.height)[: self.height]
            for k in (0, 1)
        ]
        return np.stack(sums, axis=1)

    def turned(self, gaps: Floats) -> Floats:
        """Its transpose times one of `height` by 2."""
        sums = [
            np.bincount(self.columns, self.values * gaps[self.of, k], minlength=self.width)[: self.width]
            for k in (0, 1)
        ]
        return np.stack(sums, axis=1)

    def only(self, rows: Ints) -> Rows:
        """Some of the rows, ascending, all columns."""
        place = np.full(self.height, -1)
        place[rows] = np.arange(len(rows))
        kept = place[self.of] >= 0
        return Rows(place[self.of[kept]], self.columns[kept], self.values[kept], len(rows), self.width)


class Fitted(NamedTuple):
    """Of negative and positive against neutral."""

    scale: float
    biases: Floats
    weights: Floats
    """`width` by 2."""

    def log_odds(self, base: Floats, rows: Rows) -> Floats:
        odds: Floats = self.scale * base + self.biases + rows.times(self.weights)
        return odds


def fit(
    base: Floats, rows: Rows, classes: Ints, emphasis: Floats, strength: float, start: Fitted | None = None
) -> Fitted:
    """The least of summed loss and penalty. `classes`: 0 neutral, 1 negative, 2 positive; `strength` of the weights' penalty."""
    truth = np.eye(3)[classes][:, 1:]
    width = rows.width

    def unpacked(point: Floats) -> Fitted:
        return Fitted(float(point[0]), point[1:3], point[3:].reshape(width, 2))

    def slope(point: Floats) -> tuple[float, Floats]:
        now = unpacked(point)
        shares = softmax(now.log_odds(base, rows))
        chosen = shares[np.arange(len(classes)), classes]
        gaps = (shares[:, 1:] - truth) * emphasis[:, None]
        loss = -float(emphasis @ np.log(np.maximum(chosen, 1e-300)))
        loss += strength / 2 * float((now.weights**2).sum())
        loss += BIAS_STRENGTH / 2 * float((now.biases**2).sum()) + SCALE_STRENGTH / 2 * (now.scale - 1) ** 2
        return loss, np.concatenate(
            [
                [float((gaps * base).sum()) + SCALE_STRENGTH * (now.scale - 1)],
                gaps.sum(axis=0) + BIAS_STRENGTH * now.biases,
                (rows.turned(gaps) + strength * now.weights).ravel(),
            ]
        )

    first = np.zeros(3 + 2 * width)
    first[0] = 1.0
    if start is not None:
        first = np.concatenate([[start.scale], start.biases, start.weights.ravel()])
    return unpacked(least(slope, first, SMALL * max(1, len(classes))))


def least(slope: Slope, point: Floats, small: float) -> Floats:
    """Where a convex function is least, from `point`, until no slope is above `small`."""
    value, steep = slope(point)
    steps: deque[tuple[Floats, Floats, float]] = deque(maxlen=MEMORY)
    for _ in range(STEPS):
        if float(np.abs(steep).max(initial=0.0)) <= small:
            break
        way = -_scaled(steep, steps)
        down, length = float(way @ steep), 1.0 if steps else min(1.0, 1.0 / float(np.abs(steep).sum()))
        while True:
            after = point + length * way
            value_after, steep_after = slope(after)
            if value_after <= value + 1e-4 * length * down:
                break
            length /= 2
            if length < 1e-12:
                return point
        moved, turned = after - point, steep_after - steep
        bent = float(moved @ turned)
        if bent > 0:
            steps.append((moved, turned, bent))
        point, value, steep = after, value_after, steep_after
    return point


def _scaled(steep: Floats, steps: deque[tuple[Floats, Floats, float]]) -> Floats:
    """The gradient through the inverse curvature that the last steps have shown (the two loops of algorithm 7.4)."""
    way, shares = steep.copy(), []
    for moved, turned, bent in reversed(steps):
        share = float(moved @ way) / bent
        shares.append(share)
        way -= share * turned
    if steps:
        _, turned, bent = steps[-1]
        way *= bent / float(turned @ turned)
    for (moved, turned, bent), share in zip(steps, reversed(shares), strict=True):
        way += (share - float(turned @ way) / bent) * moved
    return way
