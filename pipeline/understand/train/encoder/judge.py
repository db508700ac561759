"""Figures of a tier 1 by the code that runs in production, beside tier 0 and joined with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.figures import expected_calibration_error, macro_f1, macro_recall
from pipeline.understand.heads import SENTIMENT, probabilities
from pipeline.understand.mind import Mind
from pipeline.understand.second import COLUMNS, Second, Tier1, joined
from pipeline.understand.table import Table
from pipeline.understand.train.__main__ import examples
from pipeline.understand.train.encoder.lessons import COLUMN
from pipeline.understand.train.recipes import train
from pipeline.understand.train.sets import Example, sentiment, written
from pipeline.understand.train.vocabulary import prepare
from schemas.kinds import Polarity
from schemas.mention import Lang, Sentiment

Row = dict[str, float | int]
Floats = NDArray[np.float64]


def validation(folder: Path, language: str) -> dict[str, list[Example]]:
    """The sets that judge a language."""
    found = {}
    for name, rows in (
        ("tweeteval-sentiment", sentiment(folder, "tweeteval-sentiment", "val")),
        ("umsab", sentiment(folder, "umsab", "val")),
        ("corpus", written("val")),
    ):
        own = [one for one in rows if one.language == language and one.polarity is not None]
        if own:
            found[f"{name}/{language}"] = own
    return found


def columns(rows: Sequence[Example]) -> NDArray[np.int64]:
    """The right column of each row, as `second.COLUMNS`."""
    return np.array([COLUMN[one.polarity or 0] for one in rows])


def tier0_without(folder: Path, language: str, left_out: Sequence[Example]) -> Table:
    """Tier 0's table of a language, trained on all but some rows."""
    away = {one.text for one in left_out}
    rows = [one for one in examples(folder, False) if one.language == language and one.text not in away]
    return Table(train(language, rows).data, f"{language}.bin")


def tier0_shares(table: Table, rows: Sequence[Example]) -> Floats:
    """Tier 0's probabilities, columns as `second.COLUMNS`."""
    head, shares = probabilities(table, prepare(one.text for one in rows))[SENTIMENT]
    return np.asarray(shares[:, [head.labels.index(label.value) for label in COLUMNS]])


def figures(mind: Mind, tier1: Tier1, about: Second, rows: Sequence[Example]) -> dict[str, Row]:
    """Rows of figures of tier 0, tier 1 and both, in percent; ECE in points."""
    texts = [one.text for one in rows]
    read = mind.read(texts, [Lang(one.language, "declared") for one in rows])
    before = [understanding.sentiment or _silent() for _, understanding in read]
    second = tier1.score(texts)
    after = [joined(one, row, about) for one, row in zip(before, second.tolist(), strict=True)]
    truth = columns(rows)
    return {
        "tier 0": _row(truth, _shares(before), [one.label is not Polarity.UNSURE for one in before]),
        "tier 1": _row(truth, second.astype(np.float64), None),
        "both": _row(truth, _shares(after), [one.label is not Polarity.UNSURE for one in after]),
    }


def _silent() -> Sentiment:
    return Sentiment(Polarity.UNSURE, 0.3333, 0.3334, 0.3333, "")


def _shares(read: Sequence[Sentiment]) -> Floats:
    return np.array([(one.negative, one.neutral, one.positive) for one in read])


def _row(truth: NDArray[np.int64], shares: Floats, decided: Sequence[bool] | None) -> Row:
    guess = shares.argmax(axis=1)
    right = guess == truth
    found: Row = {
        "n": len(truth),
        "macro_recall": round(macro_recall(truth, guess), 1),
        "macro_f1": round(macro_f1(truth, guess), 1),
        "accuracy": round(100 * float(right.mean()), 1),
        "ece": round(expected_calibration_error(shares.max(axis=1), right), 1),
    }
    if decided is not None:
        sure = np.array(decided)
        found["coverage"] = round(100 * float(sure.mean()), 1)
        found["accuracy_decided"] = round(100 * float(right[sure].mean()), 1) if sure.any() else 0.0
    return found
