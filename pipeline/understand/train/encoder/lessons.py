"""Which rows teach the encoder, which judge it, and how texts become token ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.spelling import spelled
from pipeline.understand.train.sets import Example, rows, sentiment, written

SEED = 20261122
HELD_FROM = "2016test"
"""The latest of SemEval's sets, and the nearest to the one that TweetEval is tested on."""
HELD = 3_000
TOKENS = 72
"""Training texts are cut there: 99.9 % are shorter."""
COLUMN = {1: 0, 0: 1, 2: 2}
"""Our classes are neutral, negative, positive; the network's columns negative, neutral, positive."""
MOST = 1.6
"""Rows of any class for one of the rarest, an epoch: the measure asks for each class alike, and time is short."""
EMPHASIS = {"corpus": 2.0}
"""Of a written mention against a tweet: they are one in two hundred."""

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Lessons:
    train: list[Example]
    held: list[Example]
    """Never trained on: the encoder is chosen and calibrated by them, and by the validation sets."""


def english(folder: Path) -> Lessons:
    tweets = sentiment(folder, "tweeteval-sentiment", "train")
    source = [row.get("src") for row in rows(folder, "tweeteval-sentiment", "train") if "also_in" not in row]
    late = np.flatnonzero(np.array(source) == HELD_FROM)
    held = set(np.random.default_rng(SEED).choice(late, HELD, replace=False).tolist())
    others = [one for one in sentiment(folder, "umsab", "train") + written("train") if one.language == "en"]
    kept = [one for number, one in enumerate(tweets) if number not in held]
    # UMSAB's English tweets are of the same SemEval sets: what judges must not teach.
    judging = {tweets[number].text for number in held}
    kept = [one for one in kept + others if one.polarity is not None and one.text not in judging]
    return Lessons(kept, [tweets[number] for number in sorted(held)])


def unseen(rows: Sequence[Example], train: Iterable[Example]) -> list[Example]:
    """The rows whose words were not trained on: 7 % of TweetEval's validation set stand in its training set, but for marks or links."""
    known = {_bare(one.text) for one in train}
    return [one for one in rows if _bare(one.text) not in known]


def _bare(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower().replace("@user", "").replace("http", "")))


def encoded(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of texts as written. `tokenizer` of the `tokenizers` library."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS)
    return [tokenizer.encode(spelled(text)).ids for text in texts]


def batches(lengths: Sequence[int], columns: NDArray[np.int64], size: int, epoch: int) -> Iterator[list[int]]:
    """Row numbers of each step of an epoch: shuffled by seed and epoch, texts of like length together.

    An epoch has every row of the rarest class, and of the others at most `MOST` times as many, other ones each time.
    """
    random = np.random.default_rng([SEED, epoch])
    most = int(MOST * np.bincount(columns).min())
    order = random.permutation(len(columns))
    order = np.concatenate([order[columns[order] == column][:most] for column in np.unique(columns)])
    order = random.permutation(order)
    pools = [order[start : start + size * 64] for start in range(0, len(order), size * 64)]
    cut = [
        pool[np.argsort([lengths[number] for number in pool], kind="stable")][start : start + size].tolist()
        for pool in pools
        for start in range(0, len(pool), size)
    ]
    for number in random.permutation(len(cut)).tolist():
        yield cut[number]


def padded(tokens: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Ids and mask as arrays, texts by the longest."""
    ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
    mask = np.zeros_like(ids)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return ids, mask
