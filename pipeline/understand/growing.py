"""Arrays that are added to at their end, and stretches of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_LEAST = 1_024


class Growing:
    """An array that is added to at its end; `room` is at least as long as what is in it."""

    def __init__(self, begun: NDArray[Any]) -> None:
        self.room, self.size = begun, len(begun)

    def add(self, rows: NDArray[Any]) -> None:
        end = self.size + len(rows)
        if end > len(self.room):
            self.room = with_room(self.room, self.size, end)
        self.room[self.size : end] = rows
        self.size = end


def with_room(begun: NDArray[Any], size: int, least: int) -> NDArray[Any]:
    """A copy of the first `size` rows, with zeros behind them: at least `least` rows, and twice as many as before."""
    room = np.zeros((max(least, 2 * size, _LEAST), *begun.shape[1:]), begun.dtype)
    room[:size] = begun[:size]
    return room


def places(bounds: Ints, of: Ints) -> Ints:
    """Every place from `bounds[n]` up to `bounds[n + 1]`, for each n in `of`."""
    first = bounds[of]
    lengths = bounds[of + 1] - first
    ends = lengths.cumsum()
    found: Ints = (first - ends + lengths).repeat(lengths) + np.arange(ends[-1] if len(ends) else 0)
    return found
