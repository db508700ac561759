"""`python -m pipeline.understand.train.learning_tiers DATA_DIR [--reviews FOLDER]`: what was learnt over tier 0, put over both tiers.

English domains of `learning`, some hundred labels of each. In the stream the average of both tiers is adapted; beside it here: neither,
tier 0 adapted and left at that, and tier 0 adapted before it is averaged.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from pipeline.understand.faults import ModelFault
from pipeline.understand.learn import Labelled, adapted, learn
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model, packaged_tier1
from pipeline.understand.second import Tier1, joined
from pipeline.understand.train.learning import domains, held_out, labelled
from pipeline.understand.worth import weigh
from schemas.mention import Sentiment

SIZES = (100, 300, 1_000)
HELD = 800


def orders(
    mind: Mind, tier1: Tier1, pool: Sequence[Labelled], first: Sequence[Labelled], rows: Sequence[Sequence[float]]
) -> list[tuple[int, str, list[Sentiment]]]:
    """(labels, order, what is said of `first`). `rows`: what tier 1 says of them."""

    def averaged(said: Sequence[Sentiment]) -> list[Sentiment]:
        return [joined(one, row, tier1.about) for one, row in zip(said, rows, strict=True)]

    alone = [one.said for one in first]
    both = averaged(alone)
    found = [(0, "tier 0", alone), (0, "both tiers", both)]
    for size in SIZES:
        learned = learn(pool[:size], mind.version, ["en"]).learned
        own = adapted(learned, first)
        found.append((size, "tier 0, adapted", own))
        found.append((size, "adapted, then averaged", averaged(own)))
        after = [one._replace(said=said) for one, said in zip(first, both, strict=True)]
        found.append((size, "averaged, then adapted", adapted(learned, after)))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.understand.train.learning_tiers", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled sets")
    parser.add_argument(
        "--reviews", type=Path, help="folder hutto_ICWSM_2014 of the source archive of vaderSentiment 0.5"
    )
    wanted = parser.parse_args()
    files = packaged_tier1("en")
    if files is None:
        raise ModelFault("The package has no tier 1 for English", "Train one: make train-tier1 DATA_DIR=...")
    mind, tier1 = Mind(packaged_model()), Tier1(files)
    print(f"{mind.version}, {tier1.version}\ndomain | labels | order | macro F1 | macro recall | ECE | log loss")
    for name, (drawn, held) in domains(wanted.data, wanted.reviews).items():
        if held is not None:
            read = [(one.text, own[0]) for one in held[:HELD] if (own := labelled(mind, [one]))]
            first = [own for _, own in read]
            rows = tier1.score([text for text, _ in read]).tolist()
            for size, order, said in orders(mind, tier1, labelled(mind, drawn[: SIZES[-1]]), first, rows):
                changes = weigh(held_out(first, said)).changes
                figures = [f"{changes[metric].after:.1f}" for metric in ("macro_f1", "macro_recall", "ece")]
                print(" | ".join([name, str(size), order, *figures, f"{changes['log_loss'].after:.3f}"]), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
