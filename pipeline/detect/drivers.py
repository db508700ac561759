"""Who drives a change: an exact additive decomposition, in integers.

change(label) = observed(label) - expected(label), with the expected total split by each label's share of history
(contribution analysis at constant shares) and rounded by the largest remainder (Hamilton's method of apportionment), so
that per dimension the changes add up to observed total - expected total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from pipeline.detect.view import Slot
from schemas.signal import Contribution, Drivers

Dimension = Literal["network", "language", "target", "sentiment"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
OTHER = "other"
"""Observed under no label of the dimension."""
OVERLAP = "overlap"
"""Observed under several labels (one mention, two targets): taken off once, so that the sum stays exact."""


def drivers_of(slots: Iterable[Slot], observed: int, expected: int) -> list[Drivers]:
    """One decomposition per dimension that has slots, the largest change first. `observed`, `expected`: the channel's totals."""
    by_dimension: dict[str, list[Slot]] = {}
    for slot in slots:
        by_dimension.setdefault(slot.dimension, []).append(slot)
    return [
        Drivers(dimension, observed - expected, _parts(by_dimension[dimension], observed, expected))
        for dimension in DIMENSIONS
        if dimension in by_dimension
    ]


def _parts(slots: Sequence[Slot], observed: int, expected: int) -> list[Contribution]:
    slots = sorted(slots, key=lambda slot: slot.label)
    split = apportion(expected, [slot.expected_weight for slot in slots])
    parts = [
        Contribution(slot.label, slot.observed, usual, slot.observed - usual)
        for slot, usual in zip(slots, split, strict=True)
    ]
    if rest := observed - sum(slot.observed for slot in slots):
        parts.append(Contribution(OTHER if rest > 0 else OVERLAP, rest, 0, rest))
    return sorted(parts, key=lambda part: (-abs(part.change), part.label))


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total into integers in proportion to the weights, by the largest remainder; ties to the earlier.

    Without any weight the split is even. Raises ValueError for no weights at all, or negative ones.
    """
    if not weights or min(weights) < 0:
        raise ValueError(f"cannot split {total} by the weights {list(weights)}")
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in remainders[: total - sum(parts)]:
        parts[i] += 1
    return parts
