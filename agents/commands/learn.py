"""`escucha learn`: a brand's own labels adapt tier 0's sentiment for it, where cross-validation says that it gets better."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agents.commands.common import FAILED, OK, UsageError, add_config, print_json, say
from agents.commands.labels import Label, declared, read_labels
from agents.config.inserted import Place, place_of, with_line
from agents.config.learned import pack
from pipeline.understand.adapt import name_of
from pipeline.understand.heads import POLARITIES, primary
from pipeline.understand.learn import Labelled, Lesson, Unlearnable, learn
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model
from pipeline.understand.text import SCORED_CHARS, fold
from pipeline.understand.worth import Worth, weigh

BATCH = 512
FEWEST_OF_A_LANGUAGE = 20
"""Labels below which a language is left as tier 0 reads it."""
_SHOWN = {
    "macro_f1": "macro F1",
    "macro_recall": "macro recall",
    "ece": "ECE",
    "log_loss": "log loss",
    "coverage": "covered",
    "accuracy_decided": "accuracy of those",
}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "learn",
        help="adapt sentiment to a brand by its own labels",
        description="Reads JSON lines with `text`, `label` (negative, neutral or positive) and perhaps `lang`, and learns for "
        "one brand how tier 0's sentiment is to be read: a few hundred labels calibrate it, a thousand teach it words. Compares by "
        "cross-validation; where it is better it writes learned/BRAND.json beside the configuration and names it there. "
        "Prints one object. Exit code 0: better; 1: not better, and nothing was written; 2: the input is wrong.",
    )
    parser.add_argument("brand", metavar="BRAND", help="the brand's id in the configuration")
    parser.add_argument("file", type=Path, metavar="FILE", help="labelled texts, JSON lines")
    add_config(parser)
    parser.add_argument(
        "--lang", help="the language of texts that do not say theirs (default: what most of them are in)"
    )
    parser.add_argument("--check", action="store_true", help="only compare, write nothing")
    parser.add_argument("--force", action="store_true", help="write it even where it is not better")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    """Learn, compare, write. Raises UsageError or ConfigError with a remedy."""
    place = _place(args)
    labels = read_labels(args.file)
    model = Mind(packaged_model())
    labelled, languages, left = _understood(model, labels, args.lang)
    try:
        lesson = learn(labelled, model.version, languages)
    except Unlearnable as fault:
        raise UsageError(f"{args.file}: {fault}{_left(left)}") from None
    worth = weigh(lesson.tested)
    _tell(args.brand, lesson, worth, left)
    found = _report(args.brand, lesson, worth, left)
    if not args.check and (worth.better or args.force):
        assert place is not None
        found |= _write(place, args.brand, lesson, found)
    print_json(found)
    return OK if worth.better or (args.force and not args.check) else FAILED


def _place(args: argparse.Namespace) -> Place | None:
    if args.config is None:
        if args.check:
            return None
        raise UsageError("name the configuration with the brand: --config escucha.yaml (or only compare: --check)")
    return place_of(args.config, args.brand)


def _understood(
    model: Mind, labels: Sequence[Label], language: str | None
) -> tuple[list[Labelled], list[str], Counter[str]]:
    """What tier 0 says of each text, the languages with enough of them, and how many were left out, by reason."""
    langs = declared(model, labels, language)
    read = []
    for at in range(0, len(labels), BATCH):
        texts = [one.text for one in labels[at : at + BATCH]]
        read += model.read(texts, langs[at : at + BATCH])
    left: Counter[str] = Counter()
    spoken = [primary(lang.value) if lang else "" for lang, _ in read]
    common = Counter(tag for tag, (_, said) in zip(spoken, read, strict=True) if said.sentiment is not None)
    found = []
    for one, tag, (_, said) in zip(labels, spoken, read, strict=True):
        if said.sentiment is None:
            left["without words, or in a language that tier 0 does not read"] += 1
        elif not tag or common[tag] < FEWEST_OF_A_LANGUAGE:
            left[f"in a language with fewer than {FEWEST_OF_A_LANGUAGE} labels"] += 1
        else:
            found.append(Labelled(fold(one.text[:SCORED_CHARS]), said.sentiment, POLARITIES.index(one.label)))
    repeated = len(found) - len(set(found))
    if repeated:
        left["that repeat another, label and all"] = repeated
    return found, [tag for tag in common if tag and common[tag] >= FEWEST_OF_A_LANGUAGE], left


def _left(left: Counter[str]) -> str:
    return "".join(f"; {count} texts {why} are left out" for why, count in left.items())


def _report(brand: str, lesson: Lesson, worth: Worth, left: Counter[str]) -> dict[str, Any]:
    truth = lesson.tested.truth.tolist()
    return {
        "brand": brand,
        "labels": {str(label): truth.count(number) for number, label in enumerate(POLARITIES)},
        "left_out": dict(left),
        "languages": lesson.learned.languages,
        "tier0": lesson.learned.model,
        "words": len(lesson.learned.features) // 4,
        "strength": lesson.strength,
        "before": {metric: _rounded(change.before, metric) for metric, change in worth.changes.items()},
        "after": {metric: _rounded(change.after, metric) for metric, change in worth.changes.items()},
        "interval": {
            metric: [_rounded(change.low, metric), _rounded(change.high, metric)]
            for metric, change in worth.changes.items()
        },
        "better": worth.better,
        "why": worth.why,
    }


def _rounded(value: float, metric: str) -> float:
    return round(value, 4 if metric == "log_loss" else 2)


def _tell(brand: str, lesson: Lesson, worth: Worth, left: Counter[str]) -> None:
    count = len(lesson.tested.truth)
    say(f"{brand}: {count} labels in {', '.join(lesson.learned.languages)}{_left(left)}")
    say("by cross-validation    before   after   difference [95 %]")
    for metric, change in worth.changes.items():
        digits = 3 if metric == "log_loss" else 1
        gap = f"{change.after - change.before:+.{digits}f} [{change.low:+.{digits}f}, {change.high:+.{digits}f}]"
        say(f"  {_SHOWN[metric]:18} {change.before:8.{digits}f} {change.after:7.{digits}f}   {gap}")
    say(worth.why)


def _write(place: Place, brand: str, lesson: Lesson, figures: dict[str, Any]) -> dict[str, Any]:
    """The file, and the line in the configuration; what was done."""
    target = place.config.parent / place.learned
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.partial")
        partial.write_bytes(pack(brand, lesson.learned, figures))
        partial.replace(target)
    except OSError as fault:
        raise UsageError(f"{target}: {(fault.strerror or str(fault)).lower()}") from None
    say(f"wrote {target} ({name_of(lesson.learned)}); it holds from the next start on")
    line = f"learned: {place.learned}"
    named = place.named or with_line(place, line)
    if place.named:
        say(f"{place.config} names it already")
    elif named:
        say(f"added `{line}` to {brand} in {place.config}")
    else:
        say(f"add this line to {brand} in {place.config}: {line}")
    return {"written": str(target), "model": name_of(lesson.learned), "line": line, "configured": named}
