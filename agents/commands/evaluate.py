"""`escucha evaluate`: how well a labelled file is understood, as one JSON object."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.commands.as_brand import add_brand, as_brand
from agents.commands.common import OK, UsageError, print_json, say
from agents.commands.lines import add_input, objects
from agents.commands.reader import Read, reader
from pipeline.understand.figures import expected_calibration_error, f1, macro, precision, recall
from pipeline.understand.heads import EMOTION, SENTIMENT, primary
from pipeline.understand.labels import INTENT_OF, POLARITY_OF, emotion_of
from pipeline.understand.mind import Mind
from schemas.kinds import Intent, Polarity
from schemas.mention import Lang, Understanding

BATCH = 512
NOTHING = -1
"""What a text without an answer is counted as: wrong."""
_NUMBERED = ("anger", "joy", "optimism", "sadness")
"""TweetEval's emotions, where a set gives numbers alone."""
_BY_PATH = {"complaint": Intent.COMPLAINT, "suggestion": Intent.WISH}
Ints = NDArray[np.int64]
Shares = list[dict[str, dict[str, float]]]
Figures = Callable[[Any, Read, Shares], dict[str, Any]]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="measure on labelled text",
        description="Reads JSON lines with `text` and `label` (a string, or a list for several; `y`, or a field named as the "
        "task, will do too) and perhaps `lang`; prints one object of figures in percent. Without `lang` a text is read in the "
        "language that most of the file is in, unless it is plainly in another. An unsure answer counts as its likeliest "
        "label, none at all as wrong. For emotion the likeliest of the labels that the file has is taken. "
        "`read_again`: percent of the texts that tier 1 read; `texts_per_second` is of one core, all tiers in.",
    )
    parser.add_argument("task", choices=tuple(TASKS), help="what is measured")
    add_input(parser, required=True)
    add_brand(parser)
    parser.add_argument(
        "--lang", help="the language of texts that do not say theirs (default: what most of them are in)"
    )
    parser.add_argument(
        "--intent", choices=[str(one) for one in Intent], help="what a label of 1 means (default: by the file's path)"
    )
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    """Measure. Raises UsageError with a remedy."""
    # Only sentiment has a tier 1.
    model, rows = as_brand(reader(args.tier if args.task == "sentiment" else "0"), args), list(objects(args.file))
    truths = [_truth(row, args) for row in rows]
    kept = [(row, truth) for row, truth in zip(rows, truths, strict=True) if truth is not None]
    if not kept:
        raise UsageError(f"{args.file}: no line has a label that {args.task} knows; see `escucha evaluate --help`")
    if len(kept) < len(rows):
        say(f"{len(rows) - len(kept)} of {len(rows)} lines have no label that {args.task} knows and are left out")
    texts = [row["text"] for row, _ in kept]
    declared = (
        [None] * len(texts) if args.task == "language" else _declared(model.mind, [row for row, _ in kept], args.lang)
    )
    model.fresh().read(texts[:BATCH], declared[:BATCH])
    began = time.perf_counter()
    read: Read = []
    for at in range(0, len(texts), BATCH):
        read += model.read(texts[at : at + BATCH], declared[at : at + BATCH])
    seconds = time.perf_counter() - began
    shares: Shares = []
    for at in range(0, len(texts), BATCH):
        part = slice(at, at + BATCH)
        shares += model.shares(texts[part], declared[part], read[part])
    found = TASKS[args.task]([truth for _, truth in kept], read, shares)
    print_json(
        {
            "task": args.task,
            "n": len(texts),
            **found,
            "texts_per_second": round(len(texts) / seconds),
            "tier": args.tier,
            "read_again": round(100 * model.again / len(texts), 2),
            "model": model.version,
        }
    )
    return OK


def _declared(model: Mind, rows: Sequence[dict[str, Any]], default: str | None) -> list[Lang | None]:
    silent = [row["text"] for row in rows if not row.get("lang")]
    if silent and default is None:
        seen = Counter(lang.value for lang, _ in model.read(silent[:2_000], [None] * len(silent[:2_000])) if lang)
        default = max(seen, key=lambda code: (seen[code], code), default=None)
    return [Lang(code, "declared") if (code := row.get("lang") or default) else None for row in rows]


def _truth(row: dict[str, Any], args: argparse.Namespace) -> Any:
    """The row's label as the task has it; None where it has none that is known."""
    task: str = args.task
    label = row.get("label", row.get("intents" if task == "intent" else task, row.get("y")))
    if task == "language":
        label = row.get("lang", label)
        return primary(label) if isinstance(label, str) else None
    if label is None:
        return None
    names = [str(one) for one in label] if isinstance(label, list) else [str(label)]
    if not names and task != "intent":
        return None
    if task == "sentiment":
        return POLARITY_OF.get(names[0].lower()) if len(names) == 1 else None
    if task == "emotion":
        if names[0] in ("0", "1", "2", "3"):
            return _NUMBERED[int(names[0])]
        return emotion_of(names)
    if names in (["0"], ["1"]):
        intent = args.intent or _by_path(args.file)
        return frozenset([str(intent)]) if names == ["1"] else frozenset()
    return frozenset(INTENT_OF[name] for name in names if name in INTENT_OF)


def _by_path(file: Path) -> Intent:
    for word, intent in _BY_PATH.items():
        if word in str(file.resolve()):
            return intent
    raise UsageError(f"{file}: labels are 0 and 1; say what 1 means with --intent, as --intent complaint")


def _one_of(labels: Sequence[str], truth: Ints, guess: Ints) -> dict[str, Any]:
    """Figures where each text has one label."""
    each = {
        label: {
            "n": int((truth == n).sum()),
            "precision": round(precision(truth, guess, n), 2),
            "recall": round(recall(truth, guess, n), 2),
            "f1": round(f1(truth, guess, n), 2),
        }
        for n, label in enumerate(labels)
    }
    return {
        "macro_recall": round(macro([one["recall"] for one in each.values()]), 2),
        "macro_f1": round(macro([one["f1"] for one in each.values()]), 2),
        "accuracy": round(100 * float((truth == guess).mean()), 2),
        "per_class": each,
    }


def _ece(sure: Sequence[float], right: Sequence[bool]) -> float | None:
    return round(expected_calibration_error(np.array(sure), np.array(right)), 2) if sure else None


def _sentiment(truths: Sequence[str], read: Read, shares: Shares) -> dict[str, Any]:
    said = [_decided(one) for _, one in read]
    return _chosen(["negative", "neutral", "positive"], truths, [one.get(SENTIMENT) for one in shares]) | {
        "coverage": _percent([label is not None for label in said]),
        "accuracy_decided": _percent([label == truth for truth, label in zip(truths, said, strict=True) if label]),
    }


def _decided(said: Understanding) -> str | None:
    if said.sentiment is None or said.sentiment.label == Polarity.UNSURE:
        return None
    return str(said.sentiment.label)


def _emotion(truths: Sequence[str], read: Read, shares: Shares) -> dict[str, Any]:
    labels = sorted(set(truths))
    return _chosen(labels, truths, [one.get(EMOTION) for one in shares]) | {
        "coverage": _percent([said.emotion is not None for _, said in read])
    }


def _chosen(labels: Sequence[str], truths: Sequence[str], shares: Sequence[dict[str, float] | None]) -> dict[str, Any]:
    """The likeliest of `labels` for each text, against the truth."""
    guess, sure = [], []
    for one in shares:
        own = [one.get(label, 0.0) for label in labels] if one else []
        guess.append(own.index(max(own)) if own else NOTHING)
        sure.append(max(own) / (sum(own) or 1.0) if own else 0.0)
    truth = [labels.index(label) for label in truths]
    read = [n for n, number in enumerate(guess) if number != NOTHING]
    return _one_of(labels, np.array(truth), np.array(guess)) | {
        "ece": _ece([sure[n] for n in read], [guess[n] == truth[n] for n in read])
    }


def _language(truths: Sequence[str], read: Read, _: Shares) -> dict[str, Any]:
    labels = sorted(set(truths))
    said = [primary(lang.value) if lang else "" for lang, _ in read]
    guess = [labels.index(one) if one in labels else NOTHING for one in said]
    return _one_of(labels, np.array([labels.index(one) for one in truths]), np.array(guess)) | {
        "ece": None,
        "coverage": _percent([one != "" for one in said]),
    }


def _intent(truths: Sequence[frozenset[str]], read: Read, _: Shares) -> dict[str, Any]:
    labels = [str(one) for one in Intent if any(str(one) in truth for truth in truths)]
    said = [frozenset(str(one) for one in one.intents) for _, one in read]
    each = {}
    for label in labels:
        truth = np.array([int(label in one) for one in truths])
        guess = np.array([int(label in one) for one in said])
        each[label] = {
            "n": int(truth.sum()),
            "precision": round(precision(truth, guess, 1), 2),
            "recall": round(recall(truth, guess, 1), 2),
            "f1": round(f1(truth, guess, 1), 2),
        }
    return {
        "macro_recall": round(macro([one["recall"] for one in each.values()]), 2),
        "macro_f1": round(macro([one["f1"] for one in each.values()]), 2),
        "accuracy": _percent([truth == own & set(labels) for truth, own in zip(truths, said, strict=True)]),
        "per_class": each,
        "ece": None,
        "coverage": 100.0,
    }


def _percent(yes: Sequence[bool]) -> float | None:
    return round(100 * sum(yes) / len(yes), 2) if yes else None


TASKS: dict[str, Figures] = {"sentiment": _sentiment, "emotion": _emotion, "intent": _intent, "language": _language}
