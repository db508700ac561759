"""Figures of packed models on the validation sets, by the code that runs in production."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.figures import (
    calibration_noise,
    debiased_calibration_error,
    expected_calibration_error,
    f1,
    macro,
    macro_f1,
    macro_recall,
    precision,
    recall,
)
from pipeline.understand.heads import EMOTION, INTENTS, SENTIMENT, probabilities
from pipeline.understand.language import Tongues
from pipeline.understand.mind import Mind
from pipeline.understand.table import Head, Table
from pipeline.understand.train.sets import (
    Example,
    goemotions,
    rows,
    sentiment,
    tweet_acts,
    tweet_emotions,
    unescape,
    written,
)
from pipeline.understand.train.vocabulary import prepare
from schemas.mention import Lang

Row = dict[str, float | int | str]
SAME = {"question": {"question", "QUE"}, "complaint": {"complaint", "1"}, "thanks": {"thanks", "gratitude"}}


def measure(files: Mapping[str, bytes], folder: Path) -> dict[str, Row]:
    """A row for each head and validation set; percent, ECE in points. `files`: as `Mind` takes them."""
    tables = {name.removesuffix(".bin"): Table(data, name) for name, data in files.items() if name.endswith(".bin")}
    language = tables.pop("language", None)
    judged = [
        *sentiment(folder, "tweeteval-sentiment", "val"),
        *sentiment(folder, "umsab", "val"),
        *(one for one in written("val") if one.polarity is not None),
    ]
    mind = Mind(files)
    found: dict[str, Row] = {}
    for code, table in tables.items():
        for source in dict.fromkeys(one.source for one in judged if one.language == code):
            own = [one for one in judged if one.source == source and one.language == code]
            found[f"sentiment {source}/{code}"] = {**_sentiment(table, own), "megabytes": _size(files[f"{code}.bin"])}
        if any(head.name == EMOTION for head in table.header.heads):
            found.update(_emotions(table, code, folder))
            found.update(_intents(table, code, folder))
            found.update(_meant(mind, code, folder))
    if language is not None:
        found["language umsab, seven"] = _language(language, [r for r in judged if r.source == "umsab"], "hi")
    return found


def _size(data: bytes) -> float:
    return round(len(data) / 1e6, 2)


def _shares(table: Table, examples: Sequence[Example], head: str) -> tuple[Head, NDArray[np.float64]]:
    return probabilities(table, prepare(one.text for one in examples))[head]


def _sentiment(table: Table, examples: Sequence[Example]) -> Row:
    head, shares = _shares(table, examples, SENTIMENT)
    truth, guess, sure = np.array([one.polarity for one in examples]), shares.argmax(axis=1), shares.max(axis=1)
    decided = sure >= head.thresholds[0]
    return {
        "n": len(truth),
        "macro_recall": round(macro_recall(truth, guess), 1),
        "macro_f1": round(macro_f1(truth, guess), 1),
        "accuracy": round(100 * float((truth == guess).mean()), 1),
        "ece": round(expected_calibration_error(sure, guess == truth), 1),
        "ece_of_honesty": round(calibration_noise(sure), 1),
        "ece_debiased": round(debiased_calibration_error(sure, guess == truth), 1),
        "coverage": round(100 * float(decided.mean()), 1),
        "accuracy_decided": round(100 * float((truth == guess)[decided].mean()), 1),
    }


def _emotions(table: Table, code: str, folder: Path) -> dict[str, Row]:
    sets = {"corpus": [one for one in written("val") if one.language == code]}
    if code == "en":
        sets |= {"tweeteval-emotion": tweet_emotions(folder, "val"), "goemotions": goemotions(folder, "val")}
    found: dict[str, Row] = {}
    for name, examples in sets.items():
        head, shares = _shares(table, examples, EMOTION)
        # A set is asked for its own labels: one that knows no "none" wants an answer.
        present = sorted({one.emotion or "" for one in examples} & set(head.labels))
        kept = [one.emotion in present for one in examples]
        own = shares[kept][:, [head.labels.index(label) for label in present]]
        truth = np.array([present.index(one.emotion or "") for one, yes in zip(examples, kept, strict=True) if yes])
        guess = own.argmax(axis=1)
        sure = own.max(axis=1) / own.sum(axis=1)
        found[f"emotion {name}/{code}"] = {
            "n": len(truth),
            "macro_f1": round(macro([f1(truth, guess, label) for label in range(len(present))]), 1),
            "accuracy": round(100 * float((truth == guess).mean()), 1),
            "ece": round(expected_calibration_error(sure, guess == truth), 1),
        }
    return found


def _intent_sets(code: str, folder: Path) -> list[tuple[str, str, list[Example]]]:
    corpus = [one for one in written("val") if one.language == code]
    sets = [("corpus", label, corpus) for label in ("question", "complaint", "praise", "wish", "thanks")]
    if code == "en":
        complaints = [
            Example(unescape(row["text"]), "en", "complaints", labels=frozenset([str(row["label"])]))
            for row in rows(folder, "complaints", "val")
        ]
        sets += [
            ("tweet-acts", "question", tweet_acts(folder, "val")),
            ("complaints", "complaint", complaints),
            ("goemotions", "thanks", goemotions(folder, "val")),
        ]
    return sets


def _intents(table: Table, code: str, folder: Path) -> dict[str, Row]:
    """By the heads alone."""
    found: dict[str, Row] = {}
    for name, label, examples in _intent_sets(code, folder):
        head, shares = _shares(table, examples, INTENTS)
        if label in head.labels:
            at = head.labels.index(label)
            truth = np.array([int(bool(one.labels & SAME.get(label, {label}))) for one in examples])
            guess = (shares[:, at] >= head.thresholds[at]).astype(np.int64)
            found[f"{label} {name}/{code}"] = _one_label(truth, guess)
    return found


def _meant(mind: Mind, code: str, folder: Path) -> dict[str, Row]:
    """By heads and rules together, as mentions are read."""
    found: dict[str, Row] = {}
    for name, label, examples in _intent_sets(code, folder):
        read = mind.read([one.text for one in examples], [Lang(code, "declared")] * len(examples))
        truth = np.array([int(bool(one.labels & SAME.get(label, {label}))) for one in examples])
        found[f"{label} {name}/{code}, with rules"] = _one_label(
            truth, np.array([int(label in said.intents) for _, said in read])
        )
    return found


def _one_label(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> Row:
    return {
        "n": len(truth),
        "f1": round(f1(truth, guess, 1), 1),
        "precision": round(precision(truth, guess, 1), 1),
        "recall": round(recall(truth, guess, 1), 1),
    }


def _language(table: Table, examples: Sequence[Example], without: str) -> Row:
    texts = [one.text for one in examples]
    said = Tongues(table).identify(texts, prepare(texts), [None] * len(texts))
    right = {one.language: [0, 0] for one in examples}
    for one, lang in zip(examples, said, strict=True):
        right[one.language][0] += 1
        right[one.language][1] += lang is not None and lang.value == one.language
    seven = [counts for language, counts in right.items() if language != without]
    each = {language: round(100 * yes / of, 1) for language, (of, yes) in sorted(right.items())}
    return {
        "n": sum(of for of, _ in seven),
        "accuracy": round(100 * sum(yes for _, yes in seven) / sum(of for of, _ in seven), 1),
        **each,
    }
