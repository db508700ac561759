"""What a brand's labels teach: an adaptation of tier 0's sentiment, and by cross-validation whether it is worth having.

In every fold the words' penalty, the temperature and the threshold are chosen by the other folds, and near-duplicates of a
text are never on both sides. Everything is a function of the labels alone, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.understand.adapt import UNIT, Adaptation, Entries, entries, log_odds
from pipeline.understand.alike import folds, groups
from pipeline.understand.heads import POLARITIES
from pipeline.understand.pieces import Pieces
from pipeline.understand.ridge import Fitted, Floats, Ints, Rows, fit
from pipeline.understand.table import softmax
from schemas.config import Learned
from schemas.mention import Sentiment

FOLDS = 5
FEWEST = 50
"""Labels, of different texts, below which nothing can be told."""
FEWEST_EACH = 5
"""Of each label: one for each fold."""
WORDS_FROM = 100
"""Labels below which words are not weighed: only the scale and the biases are learnt."""
STRENGTHS = (40.0, 20.0, 10.0, 5.0)
"""Penalties of words that are tried, the strongest first."""
EVENNESS = 0.5
"""How far labels are weighed to equal shares: 1 wholly, as tier 0, 0 not at all. Half way serves macro F1 and calibration (docs/learn.md)."""
COVERAGE = 0.78
"""Share of texts whose sentiment is decided, as in tier 0."""
MOST_WORDS = 4_000
"""Words and pairs kept, the commonest: 32 kB."""
PAIRS = 0.5
"""Scale of pairs against words: the penalty is the same."""
ROUNDED = 4


class Unlearnable(ValueError):
    """The labels cannot teach anything: says what is wanted."""


class Labelled(NamedTuple):
    """One text with its label, and what tier 0 says of it."""

    folded: str
    said: Sentiment
    label: int
    """0 neutral, 1 negative, 2 positive."""


class Compared(NamedTuple):
    """What was said of each text by a model that had not seen it: shares of neutral, negative, positive, a row a text, and what was decided."""

    truth: Ints
    together: Ints
    """Near-duplicates have the same number."""
    before: Floats
    decided_before: NDArray[np.bool_]
    after: Floats
    decided_after: NDArray[np.bool_]


class Lesson(NamedTuple):
    learned: Learned
    tested: Compared
    strength: float | None
    """Penalty of the words; None where none are weighed."""


class _Words(NamedTuple):
    ids: NDArray[np.uint32]
    weighed: Floats
    """What each counts: its rarity, log((n+1)/(df+1)) + 1, by its sort."""


def learn(labelled: Sequence[Labelled], model: str, languages: Sequence[str]) -> Lesson:
    """From at least `FEWEST` different texts, `FEWEST_EACH` of each label. Raises Unlearnable.

    `model`: version of the tier 0 that spoke; `languages` of the texts, primary subtags.
    """
    labelled = sorted(set(labelled), key=lambda one: (one.folded, one.label))
    folded, classes = [one.folded for one in labelled], np.array([one.label for one in labelled])
    together = groups(folded)
    _check(together, classes)
    fold = folds(folded, together, classes, FOLDS)
    base = log_odds([one.said for one in labelled])
    emphasis = _emphasis(classes)
    words, rows = _rows(entries(folded, Pieces()), together, len(labelled) >= WORDS_FROM)
    everywhere = {strength: np.zeros_like(base) for strength in _strengths(rows)}
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        own, others = rows.only(inside), rows.only(outside)
        for strength, fitted in _path(base[inside], own, classes[inside], emphasis[inside]):
            everywhere[strength][outside] = fitted.log_odds(base[outside], others)
    losses = {strength: _losses(odds, classes) * emphasis for strength, odds in everywhere.items()}
    after, decided = np.zeros((len(classes), 3)), np.zeros(len(classes), bool)
    for number in range(FOLDS):
        inside, outside = fold != number, fold == number
        odds = everywhere[_best(losses, inside)]
        sharpness = _sharpness(odds[inside], classes[inside])
        after[outside] = softmax(odds[outside] * sharpness)
        decided[outside] = after[outside].max(axis=1) >= _threshold(softmax(odds[inside] * sharpness))
    strength = _best(losses, np.ones(len(classes), bool))
    odds = everywhere[strength]
    sharpness = _sharpness(odds, classes)
    fitted = dict(_path(base, rows, classes, emphasis))[strength]
    learned = _learned(fitted, words, sharpness, _threshold(softmax(odds * sharpness)))
    before = np.array([(one.said.neutral, one.said.negative, one.said.positive) for one in labelled])
    sure = np.array([one.said.label != "unsure" for one in labelled])
    tested = Compared(classes, together, before, sure, after, decided)
    named = msgspec.structs.replace(learned, model=model, languages=sorted(languages))
    return Lesson(named, tested, strength if strength < np.inf else None)


def _check(together: Ints, classes: Ints) -> None:
    count = len(np.unique(together))
    if count < FEWEST:
        raise Unlearnable(
            f"{count} texts that are not near-duplicates of each other; at least {FEWEST} are wanted, and a few hundred are better"
        )
    for label, name in enumerate(POLARITIES):
        own = len(np.unique(together[classes == label]))
        if own < FEWEST_EACH:
            raise Unlearnable(
                f"{own} {name} texts that are not near-duplicates of each other; at least {FEWEST_EACH} of each label are wanted"
            )


def _emphasis(classes: Ints) -> Floats:
    weight = ((len(classes) / 3 / np.maximum(1, np.bincount(classes, minlength=3))) ** EVENNESS)[classes]
    return np.asarray(weight / weight.mean())


def _rows(found: Entries, together: Ints, weighing: bool) -> tuple[_Words, Rows]:
    """The words and pairs that stand in at least two texts which are not near-duplicates, and the texts as rows over them."""
    many = int(together.max()) + 1
    ids, spread = np.unique(
        np.unique(found.ids.astype(np.int64) * many + together[found.texts]) // many, return_counts=True
    )
    common = np.sort(np.lexsort((ids, -spread))[:MOST_WORDS])
    common = common[(spread[common] >= 2) & weighing]
    kept = ids[common].astype(np.uint32)
    rarity = np.log((many + 1) / (spread[common] + 1)) + 1
    at = np.searchsorted(kept, found.ids)
    known = np.zeros(len(found.ids), bool)
    known[at < len(kept)] = kept[at[at < len(kept)]] == found.ids[at < len(kept)]
    scales = np.ones(len(kept))
    scales[at[known & found.paired]] = PAIRS
    words = _Words(kept, rarity * scales)
    of, columns = found.texts[known], at[known]
    order = np.argsort(of, kind="stable")
    values = words.weighed[columns] * found.shares[of]
    return words, Rows(of[order], columns[order], values[order], len(found.shares), len(kept))


def _strengths(rows: Rows) -> list[float]:
    return [np.inf, *(STRENGTHS if rows.width else ())]


def _path(base: Floats, rows: Rows, classes: Ints, emphasis: Floats) -> list[tuple[float, Fitted]]:
    """A fit for each strength, from none of the words on: each starts where the last one ended."""
    nothing = np.zeros(0, np.int64)
    bare = fit(base, Rows(nothing, nothing, np.zeros(0), rows.height, 0), classes, emphasis, 1.0)
    fitted = Fitted(bare.scale, bare.biases, np.zeros((rows.width, 2)))
    found = [(np.inf, fitted)]
    for strength in _strengths(rows)[1:]:
        fitted = fit(base, rows, classes, emphasis, strength, fitted)
        found.append((strength, fitted))
    return found


def _losses(odds: Floats, classes: Ints) -> Floats:
    return np.asarray(-np.log(np.maximum(softmax(odds)[np.arange(len(classes)), classes], 1e-12)))


def _best(losses: dict[float, Floats], rows: NDArray[np.bool_]) -> float:
    return min(losses, key=lambda strength: (float(losses[strength][rows].mean()), -strength))


def _sharpness(odds: Floats, classes: Ints) -> float:
    """What the log-odds are multiplied by so that their loss is least: one over the temperature (Guo et al. 2017)."""
    low, high = np.log(0.2), np.log(5.0)
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _losses(odds * np.exp(left), classes).mean() < _losses(odds * np.exp(right), classes).mean():
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _threshold(shares: Floats) -> float:
    return round(float(np.quantile(shares.max(axis=1), 1 - COVERAGE)), ROUNDED)


def _learned(fitted: Fitted, words: _Words, sharpness: float, threshold: float) -> Learned:
    whole = np.rint(fitted.weights * words.weighed[:, None] * sharpness / UNIT)
    told = (whole != 0).any(axis=1)
    negative, positive = (round(float(bias * sharpness), ROUNDED) for bias in fitted.biases)
    return Learned(
        model="",
        languages=[],
        scale=round(fitted.scale * sharpness, ROUNDED),
        biases=(negative, positive),
        threshold=threshold,
        features=words.ids[told].astype("<u4").tobytes(),
        weights=np.clip(whole[told], -32_767, 32_767).astype("<i2").tobytes(),
    )


def adapted(learned: Learned, labelled: Sequence[Labelled]) -> list[Sentiment]:
    """The labelled texts as the stream would read them."""
    return Adaptation(learned).read([one.folded for one in labelled], [one.said for one in labelled])
