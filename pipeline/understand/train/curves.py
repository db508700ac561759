"""`python -m pipeline.understand.train.curves DATA_DIR OUT.svg`: how right the surest texts are, by how many are decided."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from pipeline.understand.figures import coverage_curve
from pipeline.understand.heads import EMOTION, SENTIMENT
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model
from pipeline.understand.train.picture import Panel, picture
from pipeline.understand.train.sets import Example, sentiment, tweet_emotions
from schemas.mention import Lang


def curves(folder: Path) -> dict[str, list[tuple[float, float]]]:
    """Coverage and accuracy in percent, by head and validation set."""
    mind = Mind(packaged_model())
    found = {}
    tweets = [*sentiment(folder, "tweeteval-sentiment", "val"), *sentiment(folder, "umsab", "val")]
    for source, language in dict.fromkeys((one.source, one.language) for one in tweets):
        if language in mind.languages:
            own = [one for one in tweets if (one.source, one.language) == (source, language)]
            labels = ["neutral", "negative", "positive"]
            found[f"{source} {language}"] = _curve(
                mind, own, SENTIMENT, labels, [labels[one.polarity or 0] for one in own]
            )
    emotions = tweet_emotions(folder, "val")
    truths = [one.emotion or "" for one in emotions]
    found["emotion en"] = _curve(mind, emotions, EMOTION, sorted(set(truths)), truths)
    return found


def _curve(
    mind: Mind, examples: list[Example], head: str, labels: list[str], truths: list[str]
) -> list[tuple[float, float]]:
    declared = [Lang(one.language, "declared") for one in examples]
    shares = mind.shares([one.text for one in examples], declared)
    rows = np.array([[one.get(head, {}).get(label, 0.0) for label in labels] for one in shares])
    rows /= np.maximum(1e-9, rows.sum(axis=1, keepdims=True))
    right = rows.argmax(axis=1) == np.array([labels.index(truth) for truth in truths])
    return coverage_curve(rows.max(axis=1), right)


def plot(found: dict[str, list[tuple[float, float]]]) -> str:
    """The curves as an SVG."""
    title = "Accuracy of the surest texts, by how many are decided (%)"
    return picture([Panel(title, range(0, 101, 20), range(50, 101, 10), found)])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.understand.train.curves", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled sets")
    parser.add_argument("out", type=Path, help="where the picture goes")
    wanted = parser.parse_args()
    wanted.out.write_text(plot(curves(wanted.data)), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
