"""A floor under the figures of the model card: validation sets, scored by the packaged model."""

import json
from pathlib import Path

import pytest
from sklearn.metrics import f1_score, recall_score

import pipeline.understand
from pipeline.understand.features import features, prepare
from pipeline.understand.linear import Linear
from pipeline.understand.train.fit import matrix
from pipeline.understand.train.sets import unescape

METRICS = json.loads((Path(pipeline.understand.__file__).parent / "models" / "metrics.json").read_bytes())


def guesses(model_files, rows, language):
    model = Linear(model_files[f"sentiment-{language}.bin"], language)
    scores = [model.probabilities(prepare(unescape(row["text"]))) for row in rows]
    return [score.index(max(score)) for score in scores], [max(score) for score in scores], model.header.threshold


def test_english_stands_two_points_within_its_card(model_files, shared_rows):
    rows = shared_rows("tweeteval-sentiment", "val")
    guess, _, _ = guesses(model_files, rows, "en")
    measured = 100 * recall_score([row["y"] for row in rows], guess, average="macro")
    assert measured >= METRICS["validation"]["tweeteval-sentiment/en"]["macro_recall"] - 2
    assert measured >= 65


@pytest.mark.parametrize(
    ("language", "floor"), [("es", 53), ("en", 64), ("pt", 53), ("fr", 50), ("it", 50), ("de", 50), ("ar", 45)]
)
def test_each_language_stands_above_its_floor(model_files, shared_rows, language, floor):
    rows = [row for row in shared_rows("umsab", "val") if row["lang"] == language]
    guess, confidence, threshold = guesses(model_files, rows, language)
    truth = [row["y"] for row in rows]
    assert 100 * f1_score(truth, guess, average="macro") >= floor
    decided = [(t, g) for t, g, c in zip(truth, guess, confidence, strict=True) if c >= threshold]
    assert 0.6 <= len(decided) / len(rows) <= 0.9
    everything = sum(t == g for t, g in zip(truth, guess, strict=True)) / len(rows)
    assert sum(t == g for t, g in decided) / len(decided) > everything, "abstaining must pay"


def test_scoring_computes_what_training_defined(model_files, shared_rows):
    """The cached integer sums equal the sparse matrix of training times the decoded weights."""
    import numpy as np

    model = Linear(model_files["sentiment-es.bin"], "es")
    texts = [unescape(row["text"]) for row in shared_rows("umsab", "val")[::13]] + [
        "no no está nada mal!!! 😍 sooooo @x https://t.co/a"
    ]
    weights = np.array([model._negative, model._positive], dtype=float) * model.header.step
    raw = np.asarray(matrix(texts, model.header.bits) @ weights.T) / model.header.temperature
    raw += [model.header.negative_bias, model.header.positive_bias]
    for text, (negative, positive) in zip(texts, raw, strict=True):
        assert any(features(text))
        p = model.probabilities(prepare(text))
        assert np.log(p[0] / p[1]) == pytest.approx(negative, abs=1e-9)
        assert np.log(p[2] / p[1]) == pytest.approx(positive, abs=1e-9)
