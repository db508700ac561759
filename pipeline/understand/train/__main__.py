"""`python -m pipeline.understand.train DATA_DIR`: trains every table, prints terms and one table of figures, writes models/."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec

from pipeline.understand.package import MANIFEST, Manifest, model_version
from pipeline.understand.train import recipes, tongues
from pipeline.understand.train.assembling import Trained
from pipeline.understand.train.measure import measure
from pipeline.understand.train.sets import (
    OPEN,
    TERMS,
    Example,
    goemotions,
    sentiment,
    tweet_acts,
    tweet_emotions,
    written,
)

RELEASE = "2026.11"
TABLES = ("en", "es", "pt", "fr", "it", "de", "ar")
"""UMSAB's Hindi is left out: alone it trains to chance, and no data is better than noise (model card)."""
OPEN_TABLES = ("en", "es")


def examples(folder: Path, open_only: bool) -> list[Example]:
    """Every row that may be trained on."""
    found = [*goemotions(folder, "train"), *written("train")]
    if not open_only:
        found += sentiment(folder, "tweeteval-sentiment", "train") + sentiment(folder, "umsab", "train")
        found += tweet_emotions(folder, "train") + tweet_acts(folder, "train")
    return found


def train(rows: list[Example], tables: Iterable[str], with_language: bool) -> dict[str, Trained]:
    """The model files by name."""
    trained = {}
    if with_language:
        trained["language.bin"] = _timed("language", tongues.train, rows)
    for table in tables:
        own = [row for row in rows if row.language == table]
        trained[f"{table}.bin"] = _timed(table, partial(recipes.train, table), own)
    return trained


def _timed(name: str, work: Callable[[list[Example]], Trained], rows: list[Example]) -> Trained:
    began = time.monotonic()
    done = work(rows)
    print(f"{name}: {time.monotonic() - began:.0f} s, {done.held_out}", file=sys.stderr, flush=True)
    return done


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.understand.train", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled sets, each {train,val}/*.jsonl")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "models", help="where the models go")
    parser.add_argument(
        "--open-data-only", action="store_true", help="train on what may be passed on, English and Spanish"
    )
    parser.add_argument("--only", nargs="*", choices=TABLES, help="these tables alone, for a trial")
    wanted = parser.parse_args()
    for name, terms in TERMS.items():
        if not wanted.open_data_only or name in OPEN:
            print(f"{name}: {terms}")
    tables = wanted.only or (OPEN_TABLES if wanted.open_data_only else TABLES)
    trained = train(examples(wanted.data, wanted.open_data_only), tables, not wanted.open_data_only and not wanted.only)
    files = {name: one.data for name, one in trained.items()}
    hashes = {name: sha256(data).hexdigest() for name, data in files.items()}
    manifest = Manifest(version=model_version(RELEASE, hashes), release=RELEASE, files=hashes)
    files[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    table = measure(files, wanted.data)
    metrics = {
        "version": manifest.version,
        "command": "python -m pipeline.understand.train DATA_DIR" + (" --open-data-only" * wanted.open_data_only),
        "out_of_fold": {name: one.held_out for name, one in trained.items()},
        "validation": table,
    }
    files["metrics.json"] = msgspec.json.format(msgspec.json.encode(metrics), indent=2) + b"\n"
    wanted.out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (wanted.out / name).write_bytes(data)
    print("validation set | " + " | ".join(dict.fromkeys(key for row in table.values() for key in row)))
    columns = list(dict.fromkeys(key for row in table.values() for key in row))
    for name, row in table.items():
        print(" | ".join([name, *(str(row.get(column, "")) for column in columns)]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
