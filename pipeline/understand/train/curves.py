"""`python -m pipeline.understand.train.curves DATA_DIR OUT.svg`: how right the surest texts are, by how many are decided."""

from __future__ import annotations

import argparse
from html import escape
from pathlib import Path

import numpy as np

from pipeline.understand.figures import coverage_curve
from pipeline.understand.heads import EMOTION, SENTIMENT
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model
from pipeline.understand.train.sets import Example, sentiment, tweet_emotions
from schemas.mention import Lang

WIDTH, HEIGHT, LEFT, TOP, SIDE = 760, 400, 60, 40, 200
LOWEST = 50.0
COLOURS = ("#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377", "#bbbbbb", "#000000", "#882255")
"""Paul Tol's bright scheme, and two more: told apart by colour-blind readers too."""
STYLE = (
    "<style>text{font:13px sans-serif;fill:#333}.axis{stroke:#999;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>"
)
Curve = list[tuple[float, float]]


def curves(folder: Path) -> dict[str, Curve]:
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


def _curve(mind: Mind, examples: list[Example], head: str, labels: list[str], truths: list[str]) -> Curve:
    declared = [Lang(one.language, "declared") for one in examples]
    shares = mind.shares([one.text for one in examples], declared)
    rows = np.array([[one.get(head, {}).get(label, 0.0) for label in labels] for one in shares])
    rows /= np.maximum(1e-9, rows.sum(axis=1, keepdims=True))
    right = rows.argmax(axis=1) == np.array([labels.index(truth) for truth in truths])
    return coverage_curve(rows.max(axis=1), right)


def plot(found: dict[str, Curve]) -> str:
    """The curves as an SVG."""
    across, down = WIDTH - LEFT - SIDE, HEIGHT - TOP - 50

    def at(coverage: float, accuracy: float) -> tuple[float, float]:
        return LEFT + across * coverage / 100, TOP + down * (100 - max(LOWEST, accuracy)) / (100 - LOWEST)

    shapes = ['<text x="0" y="20" font-weight="bold">Accuracy of the surest texts, by how many are decided (%)</text>']
    for accuracy in range(int(LOWEST), 101, 10):
        x, y = at(0, accuracy)
        shapes.append(
            f'<line class="axis" x1="{x}" x2="{x + across}" y1="{y:.1f}" y2="{y:.1f}" stroke-dasharray="2 4"/>'
        )
        shapes.append(f'<text x="{x - 32}" y="{y + 4:.1f}">{accuracy}</text>')
    for coverage in range(0, 101, 20):
        x, y = at(coverage, LOWEST)
        shapes.append(f'<text x="{x - 8:.1f}" y="{y + 22:.1f}">{coverage}</text>')
    for number, (name, curve) in enumerate(found.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in curve)
        shapes.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        y = TOP + 12 + 22 * number
        shapes.append(f'<rect x="{WIDTH - SIDE + 16}" y="{y - 10}" width="12" height="12" fill="{colour}"/>')
        shapes.append(f'<text x="{WIDTH - SIDE + 34}" y="{y + 1}">{escape(name)}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    return "\n".join([head, STYLE, *shapes, "</svg>", ""])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.understand.train.curves", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled sets")
    parser.add_argument("out", type=Path, help="where the picture goes")
    wanted = parser.parse_args()
    wanted.out.write_text(plot(curves(wanted.data)), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
