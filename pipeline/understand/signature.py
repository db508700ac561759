"""Near-duplicate signatures: MinHash over the letters of the masked text, banded so that rewrites share a key.

Method: Broder 1997 (MinHash) with banding (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from rensa import RMinHash

from pipeline.understand.text import SCORED_CHARS, fold
from schemas.ids import hash64

BANDS = 12
ROWS = 5
SHINGLE = 5
SEED = 1909
FEWEST_WORDS = 5
"""Shorter texts are too alike by chance: they are near-duplicates only when equal after masking."""
SHORTEST_WORDS = 2
READ_CHARS = SCORED_CHARS
_KEY_BITS = (1 << 63) - 1

_MASKED = re.compile(r"(?:(?:https?://|www\.)\S*|@[\w.@-]*|\d+|[^\w@]+|_+)+")
_MARKS = re.compile(r"[\W\d_]+")
"""The same for a text without links and handles, as most are, in half the time."""
_RETWEET = re.compile(r"^\s*rt\s+@\S+:?")
_FACTORS = np.array(
    [[(hash64(f"band {band} row {row}") | 1) for row in range(ROWS)] for band in range(BANDS)], dtype=np.uint64
)
"""Random odd multipliers, different for each band, so that equal rows in two bands make two keys."""


def masked(text: str) -> str:
    """What near-duplicates have in common: folded words without links, handles, digits, marks or a leading RT."""
    return masked_folded(fold(text[:READ_CHARS]))


def masked_folded(folded: str) -> str:
    if "@" in folded:
        folded = _RETWEET.sub("", folded)
    elif "http" not in folded and "www." not in folded:
        return _MARKS.sub(" ", folded).strip()
    return _MASKED.sub(" ", folded).strip()


def band_keys(text: str) -> list[int]:
    """`BANDS` keys below 2**63 of which two near-duplicates share at least one; one key for two to four words; else none."""
    return band_keys_folded([fold(text[:READ_CHARS])])[0]


def band_keys_folded(folded: Sequence[str]) -> list[list[int]]:
    """The same for texts that are folded already and read no further than `READ_CHARS`."""
    found: list[list[int]] = []
    digests: list[list[int]] = []
    long: list[int] = []
    for number, text in enumerate(folded):
        plain = masked_folded(text)
        words = plain.count(" ") + 1 if plain else 0
        if words < FEWEST_WORDS and not _unspaced(plain):
            found.append([hash64(plain) & _KEY_BITS] if words >= SHORTEST_WORDS else [])
            continue
        hashed = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
        hashed.update([plain[at : at + SHINGLE] for at in range(max(1, len(plain) - SHINGLE + 1))])
        digests.append(hashed.digest())
        long.append(number)
        found.append([])
    for number, keys in zip(long, _banded(digests), strict=True):
        found[number] = keys
    return found


def _banded(digests: list[list[int]]) -> list[list[int]]:
    """The keys of each digest. Integers alone: how many are worked out at once changes nothing but the time."""
    if not digests:
        return []
    rows = np.array(digests, dtype=np.uint64).reshape(-1, BANDS, ROWS) + np.uint64(1)
    # Sums wrap around at 2**64 on purpose: multiplicative hashing of the rows.
    keys = (rows * _FACTORS).sum(axis=2, dtype=np.uint64)
    mixed = (keys ^ (keys >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    found: list[list[int]] = (mixed >> np.uint64(1)).tolist()
    return found


def _unspaced(plain: str) -> bool:
    """Chinese, Japanese and Thai write no spaces: many letters make up for few words."""
    return (
        len(plain) >= 12
        and not plain.isascii()
        and any("\u0e00" <= letter <= "\u0e7f" or letter >= "\u3040" for letter in plain)
    )
