"""Which texts of a set are rewrites of each other: reposts on both sides of a fold make a model look better than it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.signature import band_keys_folded
from pipeline.understand.text import SCORED_CHARS, fold


def groups(texts: Sequence[str]) -> NDArray[np.int64]:
    """A number a text; near-duplicates, and near-duplicates of those, have the same one."""
    leader = list(range(len(texts)))

    def first(one: int) -> int:
        while leader[one] != one:
            leader[one] = one = leader[leader[one]]
        return one

    holder: dict[int, int] = {}
    for number, keys in enumerate(band_keys_folded([fold(text[:SCORED_CHARS]) for text in texts])):
        for key in keys:
            leader[first(number)] = first(holder.setdefault(key, number))
    return np.array([first(number) for number in range(len(texts))])
