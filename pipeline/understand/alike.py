"""Which texts say nearly the same, and folds of a cross-validation that keep them together: what is learnt is not then tested on itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.signature import band_keys_folded, masked_folded

Ints = NDArray[np.int64]


def groups(folded: Sequence[str]) -> Ints:
    """A number for each folded text, the same for those that share a key of their near-duplicate signature, or all their words."""
    parent = list(range(len(folded)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    first: dict[int | str, int] = {}
    for number, (text, keys) in enumerate(zip(folded, band_keys_folded(folded), strict=True)):
        shared: Sequence[int | str] = keys or [masked_folded(text) or text]
        for key in shared:
            one, other = sorted((root(first.setdefault(key, number)), root(number)))
            parent[other] = one
    return np.unique([root(number) for number in range(len(folded))], return_inverse=True)[1].astype(np.int64)


def folds(folded: Sequence[str], together: Ints, classes: Ints, count: int) -> Ints:
    """The fold of each text: groups whole, labels and sizes as even as that allows, whatever the order of the texts."""
    members: dict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(together.tolist()):
        members[group].append(number)
    named = {
        group: min(sha256(folded[n].encode("utf-8", "surrogatepass")).digest() for n in own)
        for group, own in members.items()
    }
    load = np.zeros((count, 3))
    found = np.zeros(len(folded), np.int64)
    for group in sorted(members, key=lambda group: (-len(members[group]), named[group])):
        own = members[group]
        shares = np.bincount(classes[own], minlength=3)
        fold = min(range(count), key=lambda fold: (float(load[fold] @ shares), float(load[fold].sum()), fold))
        load[fold] += shares
        found[own] = fold
    return found
