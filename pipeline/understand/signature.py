"""Near-duplicate signatures: MinHash over the letters of the masked text, banded so that rewrites share a key.

Method: Broder 1997 (MinHash) with banding (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

import re

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
_RETWEET = re.compile(r"^\s*rt\s+@\S+:?")
_FACTORS = np.array(
    [[(hash64(f"band {band} row {row}") | 1) for row in range(ROWS)] for band in range(BANDS)], dtype=np.uint64
)
"""Random odd multipliers, different for each band, so that equal rows in two bands make two keys."""


def masked(text: str) -> str:
    """What near-duplicates have in common: folded words without links, handles, digits, marks or a leading RT."""
    return masked_folded(fold(text[:READ_CHARS]))


def masked_folded(folded: str) -> str:
    return _MASKED.sub(" ", _RETWEET.sub("", folded)).strip()


def band_keys(text: str) -> list[int]:
    """`BANDS` keys below 2**63 of which two near-duplicates share at least one; one key for two to four words; else none."""
    return band_keys_folded(fold(text[:READ_CHARS]))


def band_keys_folded(folded: str) -> list[int]:
    """The same for a text that is folded already and read no further than `READ_CHARS`."""
    plain = masked_folded(folded)
    words = plain.count(" ") + 1 if plain else 0
    if words < FEWEST_WORDS and not _unspaced(plain):
        return [hash64(plain) & _KEY_BITS] if words >= SHORTEST_WORDS else []
    hashed = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    hashed.update([plain[at : at + SHINGLE] for at in range(max(1, len(plain) - SHINGLE + 1))])
    rows = np.array(hashed.digest(), dtype=np.uint64).reshape(BANDS, ROWS) + np.uint64(1)
    # Sums wrap around at 2**64 on purpose: multiplicative hashing of the rows.
    keys = (rows * _FACTORS).sum(axis=1, dtype=np.uint64)
    mixed = (keys ^ (keys >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    found: list[int] = (mixed >> np.uint64(1)).tolist()
    return found


def _unspaced(plain: str) -> bool:
    """Chinese, Japanese and Thai write no spaces: many letters make up for few words."""
    return (
        len(plain) >= 12
        and not plain.isascii()
        and any("\u0e00" <= letter <= "\u0e7f" or letter >= "\u3040" for letter in plain)
    )
