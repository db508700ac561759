"""`python -m pipeline.understand.train.learning DATA_DIR OUT.svg`: what a brand's labels are worth, by how many there are.

Labels of a domain that tier 0 has not learnt from are drawn, learnt as `escucha learn` does, and held against other texts of that
domain: GoEmotions' comments (train against validation), the corpus' held-out industries, and, with `--reviews`, sentences of
product reviews with the votes of twenty readers (Hutto and Gilbert 2014; the source archive of vaderSentiment 0.5 has them, MIT).
"""

from __future__ import annotations

import argparse
import ast
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.understand.heads import POLARITIES
from pipeline.understand.learn import Compared, Labelled, adapted, learn
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model
from pipeline.understand.text import SCORED_CHARS, fold
from pipeline.understand.train.picture import Panel, picture
from pipeline.understand.train.sets import Example, goemotions, written
from pipeline.understand.worth import Change, weigh
from schemas.kinds import Polarity
from schemas.mention import Lang, Sentiment

SIZES = (50, 100, 200, 300, 500, 1_000, 2_000, 3_000)
DRAWS = 5
HELD = 1_200
SHUFFLED, TRIALS = (100, 300), 20
BATCH = 512


class Point(NamedTuple):
    """Means over the draws; `changes`: with intervals, of the first draw."""

    labels: int
    macro_f1: float
    ece: float
    changes: dict[str, Change]


def domains(folder: Path, reviews: Path | None) -> dict[str, tuple[list[Example], list[Example] | None]]:
    """Texts to draw labels from, and others to hold them against; None: whatever was not drawn."""
    found: dict[str, tuple[list[Example], list[Example] | None]] = {
        "Reddit comments (GoEmotions)": (goemotions(folder, "train"), goemotions(folder, "val")[:HELD]),
        "corpus: energy, beverages": ([one for one in written("val") if one.polarity is not None], None),
    }
    if reviews is not None:
        own = review_sentences(reviews)
        order = np.random.default_rng(0).permutation(len(own))
        found["product reviews"] = [own[n] for n in order[HELD:]], [own[n] for n in order[:HELD]]
    return found


def review_sentences(folder: Path) -> list[Example]:
    """Sentences with what most of their twenty readers felt: a vote below, at or above nought."""
    texts = dict(_columns(folder / "amazonReviewSnippets_GroundTruth.txt", 2))
    found = []
    for name, votes in _columns(folder / "amazonReviewSnippets_anonDataRatings.txt", 3):
        if name in texts:
            signs = np.sign(ast.literal_eval(votes)).tolist()
            feeling = int(np.argmax([signs.count(0), signs.count(-1), signs.count(1)]))
            found.append(Example(texts[name], "en", "reviews", polarity=feeling))
    return found


def _columns(file: Path, column: int) -> list[tuple[str, str]]:
    lines = file.read_text("utf-8-sig", errors="replace").splitlines()
    cells = [line.split("\t") for line in lines if line.strip()]
    return [(row[0], row[column]) for row in cells if len(row) > column]


def labelled(mind: Mind, examples: Sequence[Example]) -> list[Labelled]:
    """Those that tier 0 reads, as `learn` takes them."""
    found = []
    for at in range(0, len(examples), BATCH):
        part = examples[at : at + BATCH]
        read = mind.read([one.text for one in part], [Lang(one.language, "declared") for one in part])
        found += [
            Labelled(fold(one.text[:SCORED_CHARS]), said.sentiment, one.polarity)
            for one, (_, said) in zip(part, read, strict=True)
            if said.sentiment is not None and one.polarity is not None
        ]
    return found


def curve(mind: Mind, name: str, drawn: Sequence[Example], held: Sequence[Example] | None) -> list[Point]:
    """A point for each size that the domain has labels for. The first one, of no labels, is tier 0."""
    seed = zlib.crc32(name.encode())
    order = np.random.default_rng(seed).permutation(len(drawn))[: 2 * SIZES[-1] if held is not None else None]
    pool = labelled(mind, [drawn[n] for n in order])
    others = None if held is None else labelled(mind, held)
    most = len(pool) - (len(pool) // 4 if others is None else 0)
    found: list[Point] = []
    for size in [size for size in SIZES if size <= most]:
        changes = []
        for draw in range(DRAWS):
            picked = np.random.default_rng([seed, draw]).permutation(len(pool))
            lesson = learn([pool[n] for n in picked[:size]], mind.version, sorted({one.language for one in drawn}))
            against = others if others is not None else [pool[n] for n in picked[size:]]
            changes.append(weigh(held_out(against, adapted(lesson.learned, against))).changes)
        if not found:
            found.append(
                _point(0, [{metric: one._replace(after=one.before) for metric, one in c.items()} for c in changes])
            )
        found.append(_point(size, changes))
    return found


def misled(mind: Mind, name: str, drawn: Sequence[Example]) -> tuple[int, int]:
    """How often labels that were dealt out again at random are taken for better, and of how many trials."""
    order = np.random.default_rng(zlib.crc32(name.encode())).permutation(len(drawn))[:1_000]
    pool, taken, trials = labelled(mind, [drawn[n] for n in order]), 0, 0
    for size in [size for size in SHUFFLED if size <= len(pool)]:
        for trial in range(TRIALS):
            dealt = np.random.default_rng([size, trial])
            own = [pool[n] for n in dealt.permutation(len(pool))[:size]]
            labels = dealt.permutation([one.label for one in own]).tolist()
            shuffled = [one._replace(label=label) for one, label in zip(own, labels, strict=True)]
            taken += weigh(learn(shuffled, mind.version, ["en"]).tested).better
            trials += 1
    return taken, trials


def _point(labels: int, changes: Sequence[dict[str, Change]]) -> Point:
    means = [float(np.mean([one[metric].after for one in changes])) for metric in ("macro_f1", "ece")]
    return Point(labels, means[0], means[1], changes[0])


def held_out(held: Sequence[Labelled], after: Sequence[Sentiment]) -> Compared:
    """Tier 0's answers and others, of texts that neither has learnt from."""
    before = [one.said for one in held]
    (first, sure), (own, own_sure) = (_shares(side) for side in (before, after))
    return Compared(np.array([one.label for one in held]), np.arange(len(held)), first, sure, own, own_sure)


def _shares(said: Sequence[Sentiment]) -> tuple[Any, Any]:
    shares = np.array([[getattr(one, label) for label in POLARITIES] for one in said])
    return shares, np.array([one.label != Polarity.UNSURE for one in said])


def plot(found: dict[str, list[Point]]) -> str:
    """Macro F1 and ECE beside each other; tier 0 itself stands at the left edge."""
    marks = (25, 100, 300, 1_000, 3_000)

    def points(metric: str) -> dict[str, list[tuple[float, float]]]:
        return {name: [(one.labels or marks[0], getattr(one, metric)) for one in own] for name, own in found.items()}

    titles = {
        "macro_f1": ("Macro F1 (%), by labels learnt from", range(45, 71, 5)),
        "ece": ("ECE (points)", range(0, 26, 5)),
    }
    panels = [Panel(title, marks, up, points(metric), True, "none") for metric, (title, up) in titles.items()]
    return picture(panels, width=940)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.understand.train.learning", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled sets")
    parser.add_argument("out", type=Path, help="where the picture goes")
    parser.add_argument(
        "--reviews", type=Path, help="folder hutto_ICWSM_2014 of the source archive of vaderSentiment 0.5"
    )
    wanted = parser.parse_args()
    mind = Mind(packaged_model())
    found = {}
    print(
        "domain | labels | macro F1 | ECE | first draw: macro F1 by [95 %] | ECE by [95 %] | accuracy of those decided"
    )
    for name, (drawn, held) in domains(wanted.data, wanted.reviews).items():
        found[name] = curve(mind, name, drawn, held)
        for one in found[name]:
            f1, ece, right = (one.changes[metric] for metric in ("macro_f1", "ece", "accuracy_decided"))
            gaps = [f"{c.after - c.before:+.1f} [{c.low:+.1f}, {c.high:+.1f}]" if one.labels else "" for c in (f1, ece)]
            cells = [name, one.labels, f"{one.macro_f1:.1f}", f"{one.ece:.1f}", *gaps, f"{right.after:.1f}"]
            print(" | ".join(map(str, cells)), flush=True)
        taken, trials = misled(mind, name, drawn)
        print(f"{name}: labels dealt out at random taken for better in {taken} of {trials} trials", flush=True)
    wanted.out.write_text(plot(found), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
