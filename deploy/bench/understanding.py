"""`python -m deploy.bench.understanding DATA_DIR`: texts a CPU-second by the size of the batch, everything included.

Fresh: tweets that were never read before, after 12,000 others. Again: the same tweets once more, whose words are all known.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from pipeline.understand.train.sets import sentiment
from schemas.kinds import MentionKind, Op
from schemas.mention import Mention, RawRef

BEFORE = 12_288
SIZES = {1: 1_000, 2: 1_000, 4: 1_000, 8: 1_600, 16: 1_600, 64: 3_200, 512: 5_120}
"""How many texts are read in batches of each size."""


def mention(text: str) -> Mention:
    """A post of nobody's on no network."""
    return Mention(
        schema_version=1,
        op=Op.UPSERT,
        uid="t:1",
        version="1",
        network="t",
        received_at="2026-11-22T12:00:00.000Z",
        raw=RawRef(format="t"),
        kind=MentionKind.POST,
        text=text,
    )


def rate(model: Tier0, mentions: Sequence[Mention], size: int) -> float:
    """Mentions a CPU-second in batches of `size`."""
    began = time.process_time()
    for first in range(0, len(mentions), size):
        model.understand(mentions[first : first + size])
    return len(mentions) / (time.process_time() - began)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench.understanding", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled sets")
    mentions = [mention(one.text) for one in sentiment(parser.parse_args().data, "tweeteval-sentiment", "train")]
    model = Tier0(packaged_model())
    rate(model, mentions[:BEFORE], 512)
    at = BEFORE
    print("batch | fresh, texts/s | again, texts/s")
    for size, texts in SIZES.items():
        own = mentions[at : at + texts]
        at += texts
        print(f"{size} | {rate(model, own, size):,.0f} | {rate(model, own, size):,.0f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
