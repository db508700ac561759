"""`python -m pipeline.understand.train.compare DATA_DIR`: tier 0 beside VADER and quantised fastText, text by text, in one run.

fastText learns from the same rows (labelled tweets; and the written mentions, which ours has too) and is quantised to the size
that its authors advise. The interval is of the difference, over resamplings of the texts (paired bootstrap). Needs
`vaderSentiment` and `fasttext-wheel`, which nothing else does.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.understand.figures import macro_f1, macro_recall
from pipeline.understand.heads import SENTIMENT
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model
from pipeline.understand.text import fold
from pipeline.understand.train.regress import SEED
from pipeline.understand.train.sets import Example, sentiment, written
from schemas.mention import Lang

Ints = NDArray[np.int64]
SETS = (("tweeteval-sentiment", "en", macro_recall), ("umsab", "es", macro_f1))
LABELS = ("neutral", "negative", "positive")
ROUNDS = 2_000
VADER_EDGE = 0.05
"""Its authors' bounds of neutral, of a compound score from -1 to 1."""


def ours(texts: Sequence[str], language: str) -> Ints:
    shares = Mind(packaged_model()).shares(texts, [Lang(language, "declared")] * len(texts))
    rows = [[one.get(SENTIMENT, {"neutral": 1.0}).get(label, 0.0) for label in LABELS] for one in shares]
    return np.asarray(np.array(rows).argmax(axis=1))


def vader(texts: Sequence[str]) -> Ints:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    scores = [analyser.polarity_scores(text)["compound"] for text in texts]
    return np.array([1 if one <= -VADER_EDGE else 2 if one >= VADER_EDGE else 0 for one in scores])


def fasttext(rows: Sequence[Example], texts: Sequence[str]) -> tuple[Ints, float]:
    """Guesses, and the size of the quantised model in megabytes."""
    import fasttext as library

    with tempfile.TemporaryDirectory() as folder:
        learnt, kept = Path(folder) / "rows.txt", Path(folder) / "model.ftz"
        shares = np.bincount([one.polarity or 0 for one in rows])
        lines = []
        for one in rows:
            # Classes to equal shares by repeating the rarer ones: fastText knows no weights of classes.
            times = max(1, round(shares.max() / shares[one.polarity or 0]))
            lines += [f"__label__{one.polarity} {_line(one.text)}"] * times
        np.random.default_rng(SEED).shuffle(lines)
        learnt.write_text("\n".join(lines) + "\n", "utf-8")
        settings = {
            "wordNgrams": 2,
            "minn": 2,
            "maxn": 5,
            "dim": 50,
            "minCount": 1,
            "bucket": 200_000,
            "thread": 1,
            "verbose": 0,
        }
        small = len(rows) < 10_000
        model = library.train_supervised(str(learnt), epoch=20 if small else 5, lr=0.5 if small else 0.2, **settings)
        model.quantize(input=str(learnt), cutoff=50_000, retrain=True, qnorm=True, epoch=2, thread=1)
        model.save_model(str(kept))
        size = kept.stat().st_size / 1e6
    found = model.f.multilinePredict([_line(text) + "\n" for text in texts], 1, 0.0, "strict")
    return np.array([int(one[0].removeprefix("__label__")) for one in found[0]]), size


def _line(text: str) -> str:
    return " ".join(fold(text).split())


def interval(metric: Callable[[Ints, Ints], float], truth: Ints, one: Ints, other: Ints) -> tuple[float, float]:
    """The middle 95 % of how much `one` is ahead of `other`."""
    draw = np.random.default_rng(SEED)
    gaps = []
    for _ in range(ROUNDS):
        at = draw.integers(0, len(truth), len(truth))
        gaps.append(metric(truth[at], one[at]) - metric(truth[at], other[at]))
    low, high = np.quantile(gaps, [0.025, 0.975])
    return round(float(low), 1), round(float(high), 1)


def compare(folder: Path) -> list[dict[str, Any]]:
    found = []
    for name, language, metric in SETS:
        rows = [one for one in sentiment(folder, name, "train") + written("train") if one.language == language]
        rows = [one for one in rows if one.polarity is not None]
        held = [one for one in sentiment(folder, name, "val") if one.language == language]
        texts, truth = [one.text for one in held], np.array([one.polarity for one in held])
        guess = ours(texts, language)
        rivals: dict[str, tuple[Ints, float | None]] = {"VADER": (vader(texts), None)}
        rivals["fastText, quantised"] = fasttext(rows, texts)
        found.append(
            {"set": f"{name}/{language}", "metric": metric.__name__, "who": "tier 0", "score": metric(truth, guess)}
        )
        for who, (theirs, size) in rivals.items():
            low, high = interval(metric, truth, guess, theirs)
            ahead = f"{metric(truth, guess) - metric(truth, theirs):+.1f} [{low:+.1f}, {high:+.1f}]"
            found.append(
                {
                    "set": f"{name}/{language}",
                    "metric": metric.__name__,
                    "who": who,
                    "score": metric(truth, theirs),
                    "tier 0 ahead by": ahead,
                    "megabytes": size and round(size, 1),
                }
            )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.understand.train.compare", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled sets")
    rows = compare(parser.parse_args().data)
    print("set | metric | who | score | tier 0 ahead by [95 %] | megabytes")
    for row in rows:
        cells = [
            row["set"],
            row["metric"],
            row["who"],
            f"{row['score']:.1f}",
            row.get("tier 0 ahead by", ""),
            row.get("megabytes") or "",
        ]
        print(" | ".join(map(str, cells)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
