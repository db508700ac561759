"""Near-duplicate signatures: MinHash over the letters of the masked text, banded so that rewrites share a key.

Method: Broder 1997 (MinHash) with banding (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

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

_ACCOUNT = re.compile(r"@[\w.@-]*")
_MASKED = re.compile(rf"(?:https?://|www\.)\S*|{_ACCOUNT.pattern}")
_LETTERS = re.compile(r"[^\W\d_]+")
_RETWEET = re.compile(r"^\s*rt\s+@\S+:?")
_FACTORS = np.array(
    [[(hash64(f"band {band} row {row}") | 1) for row in range(ROWS)] for band in range(BANDS)], dtype=np.uint64
)
"""Random odd multipliers, different for each band, so that equal rows in two bands make two keys."""


_BASE, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_ONE, _HIGH = np.uint64(1), np.uint64(29)
_NO_LETTERS = str.maketrans({chr(point): " " for point in range(128) if not chr(point).isalpha()})


def masked(text: str) -> str:
    """What near-duplicates have in common: folded words without links, handles, digits, marks or a leading RT."""
    return masked_folded(fold(text[:READ_CHARS]))


def masked_folded(folded: str) -> str:
    if "@" in folded:
        folded = _RETWEET.sub("", folded)
    if "http" in folded or "www." in folded:
        folded = _MASKED.sub(" ", folded)
    elif "@" in folded:
        folded = _ACCOUNT.sub(" ", folded)
    if folded.isascii():
        return " ".join(folded.translate(_NO_LETTERS).split())
    return " ".join(_LETTERS.findall(folded))


def band_keys(text: str) -> list[int]:
    """`BANDS` keys below 2**63 of which two near-duplicates share at least one; one key for two to four words; else none."""
    return band_keys_folded([fold(text[:READ_CHARS])])[0]


def band_keys_folded(folded: Sequence[str]) -> list[list[int]]:
    """The same for texts that are folded already and read no further than `READ_CHARS`."""
    found: list[list[int]] = []
    plains: list[str] = []
    long: list[int] = []
    for number, text in enumerate(folded):
        plain = masked_folded(text)
        words = plain.count(" ") + 1 if plain else 0
        if words < FEWEST_WORDS and not _unspaced(plain):
            found.append([hash64(plain) & _KEY_BITS] if words >= SHORTEST_WORDS else [])
            continue
        plains.append(plain)
        long.append(number)
        found.append([])
    for number, keys in zip(long, _banded(_digests(plains)), strict=True):
        found[number] = keys
    return found


def _digests(plains: Sequence[str]) -> list[list[int]]:
    """The MinHash of each text's shingles. All of them have at least `SHINGLE` letters."""
    if not plains:
        return []
    letters = np.frombuffer("".join(plains).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    hashes = letters[: 1 - SHINGLE]
    for at in range(1, SHINGLE):
        hashes = hashes * _BASE + letters[at : len(letters) - SHINGLE + 1 + at]
    hashes = (hashes ^ (hashes >> _HIGH)) * _MIX
    lengths = [len(plain) for plain in plains]
    if len(plains) > 1:
        # What reaches from one text into the next belongs to neither.
        own = np.ones(len(hashes), bool)
        own[(np.cumsum(lengths)[:-1, None] - np.arange(1, SHINGLE)).ravel()] = False
        hashes = hashes[own]
    bounds = np.array([*accumulate((length - SHINGLE + 1 for length in lengths), initial=0)], np.uint64)
    rows: list[list[int]] = RMinHash.digest_matrix_from_flat_token_hashes(hashes, bounds, BANDS * ROWS, SEED).to_rows()
    return rows


def _banded(digests: list[list[int]]) -> list[list[int]]:
    """The keys of each digest. Integers alone: how many are worked out at once changes nothing but the time."""
    if not digests:
        return []
    rows = np.array(digests, dtype=np.uint64).reshape(-1, BANDS, ROWS) + _ONE
    # Sums wrap around at 2**64 on purpose: multiplicative hashing of the rows.
    keys = (rows * _FACTORS).sum(axis=2, dtype=np.uint64)
    mixed = (keys ^ (keys >> _HIGH)) * _MIX
    found: list[list[int]] = (mixed >> _ONE).tolist()
    return found


def _unspaced(plain: str) -> bool:
    """Chinese, Japanese and Thai write no spaces: many letters make up for few words."""
    return (
        len(plain) >= 12
        and not plain.isascii()
        and any("\u0e00" <= letter <= "\u0e7f" or letter >= "\u3040" for letter in plain)
    )
