"""From weights over slots to the bytes of a model file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.understand.table import FORMAT, Head, Header, pack
from pipeline.understand.train.vocabulary import Vocabulary


@dataclass
class Part:
    """A head with its weights over the slots, before they become small integers."""

    head: Head
    weights: NDArray[np.float64]
    """Columns by slots, for steps of 1."""


@dataclass
class Trained:
    data: bytes
    held_out: dict[str, float]
    """Figures of rows that the model they were judged by had not seen, in percent."""


def assemble(
    languages: list[str], vocabulary: Vocabulary, parts: Sequence[Part], seen: NDArray[np.uint8] | None = None
) -> bytes:
    """A model file: each column's weights as signed squares of small integers, the largest 127."""
    columns, heads = [], []
    for part in parts:
        folded = vocabulary.folded(part.weights)
        steps = [float(np.abs(one).max()) / 127**2 for one in folded]
        columns += [
            np.sign(one) * np.rint(np.sqrt(np.abs(one) / step)) for one, step in zip(folded, steps, strict=True)
        ]
        scale = part.head.steps
        whole = [step * own for step, own in zip(steps, scale, strict=True)]
        heads.append(msgspec.structs.replace(part.head, steps=whole))
    weights = np.ascontiguousarray(np.stack(columns, axis=1).astype(np.int8))
    return pack(
        Header(FORMAT, languages, vocabulary.bits, heads, vocabulary.sorts, seen is not None, ""),
        vocabulary.checks,
        weights,
        seen,
    )
