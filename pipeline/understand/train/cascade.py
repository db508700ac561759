"""`python -m pipeline.understand.train.cascade DATA_DIR OUT.svg`: what tier 1 adds, by how many of the most doubtful texts it reads.

A text's doubt is its margin: by how much tier 0 finds the likeliest polarity likelier than the next. What tier 1
reads is averaged with tier 0, as in the stream.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.understand.faults import ModelFault
from pipeline.understand.figures import expected_calibration_error, macro_f1, macro_recall
from pipeline.understand.heads import POLARITIES
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model, packaged_tier1
from pipeline.understand.ridge import Floats, Ints
from pipeline.understand.second import Tier1, joined
from pipeline.understand.train.picture import Panel, picture
from pipeline.understand.train.sets import Example, sentiment, written
from schemas.mention import Lang, Sentiment

SHARES = range(0, 101, 5)
LANGUAGES = ("en", "es")
BATCH = 512


class Cascade(NamedTuple):
    """At each share passed on, in percent: macro recall, macro F1, and ECE in points."""

    texts: int
    points: list[tuple[int, float, float, float]]


def cascade(mind: Mind, tier1: Tier1, examples: Sequence[Example]) -> Cascade:
    """The texts that tier 0 reads, the most doubtful first passed on."""
    first, kept = [], []
    for at in range(0, len(examples), BATCH):
        part = examples[at : at + BATCH]
        read = mind.read([one.text for one in part], [Lang(one.language, "declared") for one in part])
        for one, (_, said) in zip(part, read, strict=True):
            if said.sentiment is not None and one.polarity is not None:
                first.append(said.sentiment)
                kept.append(one)
    rows = tier1.score([one.text for one in kept]).tolist()
    both = _shares([joined(said, row, tier1.about) for said, row in zip(first, rows, strict=True)])
    alone = _shares(first)
    truth = np.array([one.polarity for one in kept])
    ranked = np.sort(alone, axis=1)
    doubtful = np.argsort(ranked[:, -1] - ranked[:, -2], kind="stable")
    return Cascade(len(kept), [_at(share, doubtful, alone, both, truth) for share in SHARES])


def _at(share: int, doubtful: Ints, alone: Floats, both: Floats, truth: Ints) -> tuple[int, float, float, float]:
    passed = doubtful[: round(len(doubtful) * share / 100)]
    shares = alone.copy()
    shares[passed] = both[passed]
    guess = shares.argmax(axis=1)
    ece = expected_calibration_error(shares.max(axis=1), guess == truth)
    return share, macro_recall(truth, guess), macro_f1(truth, guess), ece


def _shares(said: Sequence[Sentiment]) -> Floats:
    return np.array([[getattr(one, label) for label in POLARITIES] for one in said])


def sets(folder: Path, language: str) -> dict[str, list[Example]]:
    """Validation sets of a language; of those that tier 1 or tier 0 learnt from nothing but training rows."""
    judged = {
        f"tweeteval-sentiment {language}": sentiment(folder, "tweeteval-sentiment", "val"),
        f"umsab {language}": sentiment(folder, "umsab", "val"),
        f"corpus {language}": written("val"),
    }
    own = {name: [one for one in rows if one.language == language] for name, rows in judged.items()}
    return {name: rows for name, rows in own.items() if rows}


def plot(found: dict[str, Cascade]) -> str:
    """Macro recall and macro F1 beside each other."""

    def curves(column: Callable[[tuple[int, float, float, float]], float]) -> dict[str, list[tuple[float, float]]]:
        return {name: [(point[0], column(point)) for point in one.points] for name, one in found.items()}

    across, up = range(0, 101, 20), range(45, 81, 5)
    recall = Panel("Macro recall (%), by share passed on (%)", across, up, curves(lambda point: point[1]))
    return picture([recall, Panel("Macro F1 (%)", across, up, curves(lambda point: point[2]))], width=940)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.understand.train.cascade", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled sets")
    parser.add_argument("out", type=Path, help="where the picture goes")
    wanted = parser.parse_args()
    mind, found = Mind(packaged_model()), {}
    for language in LANGUAGES:
        files = packaged_tier1(language)
        if files is not None:
            tier1 = Tier1(files)
            for name, examples in sets(wanted.data, language).items():
                found[name] = cascade(mind, tier1, examples)
    if not found:
        raise ModelFault("The package has no tier 1", "Train one: make train-tier1 DATA_DIR=...")
    print("validation set | n | passed on, % | macro recall | macro F1 | ECE")
    for name, one in found.items():
        for share, *figures in one.points[::2]:
            print(" | ".join([name, str(one.texts), str(share), *(f"{figure:.1f}" for figure in figures)]))
    wanted.out.write_text(plot(found), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
