"""A floor under the figures of the model card: validation sets, read by the packaged model."""

import json
from pathlib import Path

import numpy as np
import pytest

import pipeline.understand
from pipeline.understand.figures import expected_calibration_error, f1, macro_f1, macro_recall
from pipeline.understand.labels import POLARITY_OF
from pipeline.understand.mind import Mind
from pipeline.understand.train.sets import unescape
from schemas.kinds import Polarity
from schemas.mention import Lang

METRICS = json.loads((Path(pipeline.understand.__file__).parent / "models" / "metrics.json").read_bytes())
LABELS = ["negative", "neutral", "positive"]
NOTHING = {"negative": 0.0, "neutral": 1.0, "positive": 0.0}
"""What a text that is in no language of ours counts as."""


@pytest.fixture(scope="module")
def mind(model_files):
    return Mind(model_files)


def judged(mind, rows, language):
    """Truth, guess, confidence, and whether it was decided, of each row that has a polarity."""
    texts = [unescape(row["text"]) for row in rows]
    declared = [Lang(language, "declared")] * len(texts)
    shares = [[one.get("sentiment", NOTHING)[label] for label in LABELS] for one in mind.shares(texts, declared)]
    truth = np.array([LABELS.index(POLARITY_OF[str(row["y"])]) for row in rows])
    labels = [said.sentiment.label if said.sentiment else Polarity.UNSURE for _, said in mind.read(texts, declared)]
    decided = np.array([label != Polarity.UNSURE for label in labels])
    return truth, np.array(shares).argmax(axis=1), np.array(shares).max(axis=1), decided


def test_english_stands_two_points_within_its_card(mind, shared_rows):
    truth, guess, sure, _ = judged(mind, shared_rows("tweeteval-sentiment", "val"), "en")
    measured = macro_recall(truth, guess)
    assert measured >= METRICS["validation"]["sentiment tweeteval-sentiment/en"]["macro_recall"] - 2
    assert measured >= 68
    assert expected_calibration_error(sure, truth == guess) <= 5


@pytest.mark.parametrize(
    ("language", "floor"), [("es", 58), ("en", 66), ("pt", 57), ("fr", 55), ("it", 53), ("de", 58), ("ar", 53)]
)
def test_each_language_stands_above_its_floor(mind, shared_rows, language, floor):
    rows = [row for row in shared_rows("umsab", "val") if row["lang"] == language]
    truth, guess, _, decided = judged(mind, rows, language)
    assert macro_f1(truth, guess) >= floor
    assert 0.6 <= decided.mean() <= 0.9
    assert (truth == guess)[decided].mean() > (truth == guess).mean(), "abstaining must pay"


def test_the_four_emotions_of_tweets_are_told_apart(mind, shared_rows):
    rows = shared_rows("tweeteval-emotion", "val")
    labels = ["anger", "joy", "optimism", "sadness"]
    shares = [
        one["emotion"] for one in mind.shares([row["text"] for row in rows], [Lang("en", "declared")] * len(rows))
    ]
    guess = np.array([max(range(4), key=lambda n: one[labels[n]]) for one in shares])
    assert macro_f1(np.array([row["y"] for row in rows]), guess) >= 60


@pytest.mark.parametrize(
    ("name", "label", "intent", "floor"),
    [
        ("tweet-acts", "QUE", "question", 70),
        ("goemotions", "gratitude", "thanks", 85),
        ("complaints", "1", "complaint", 60),
    ],
)
def test_intents_stand_above_their_floor(mind, shared_rows, name, label, intent, floor):
    rows = shared_rows(name, "val")
    read = mind.read([unescape(row["text"]) for row in rows], [Lang("en", "declared")] * len(rows))
    truth = [int(label in (row["label"] if isinstance(row["label"], list) else [str(row["label"])])) for row in rows]
    assert f1(np.array(truth), np.array([int(intent in said.intents) for _, said in read]), 1) >= floor


def test_scoring_computes_what_training_defined(model_files, shared_rows):
    """Weights read back from the file, times the rows of training, are what the file's own sums give."""
    from pipeline.understand.table import ONE, SEVERAL, Head, Table
    from pipeline.understand.train.assembling import Part, assemble
    from pipeline.understand.train.vocabulary import build, prepare

    texts = [unescape(row["text"]) for row in shared_rows("umsab", "val")[::7]] + [
        "no está nada mal!!! 😍 soooo @x http"
    ]
    hashed = prepare(texts)
    vocabulary = build(hashed, 18, [frozenset(["bien", "good"]), frozenset(["mal", "bad"])], (1, 1, 2, 2))
    rows = vocabulary.rows(hashed)
    weights = np.random.default_rng(7).normal(size=(3, rows.shape[1]))
    heads = [
        Part(Head("a", ONE, ["x", "y", "z"], [1.0, 0.5], [0.1, -0.2], [0.0]), weights[:2]),
        Part(Head("b", SEVERAL, ["q"], [1.0], [0.3], [0.5]), weights[2:]),
    ]
    table = Table(assemble(["es"], vocabulary, heads), "made here")
    wanted = np.asarray(rows @ weights.T) * [1.0, 0.5, 1.0] + [0.1, -0.2, 0.3]
    got = table.log_odds(hashed)
    for column in range(3):
        assert np.abs(got[:, column] - wanted[:, column]).max() < 0.1 * np.abs(wanted[:, column]).max()
        assert np.corrcoef(got[:, column], wanted[:, column])[0, 1] > 0.999
