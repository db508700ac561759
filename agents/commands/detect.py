"""`escucha detect`: the detector on plain series of counts, as benchmarks keep them."""

from __future__ import annotations

import argparse
from math import isfinite
from pathlib import Path
from time import process_time_ns

from agents.commands.common import OK, UsageError, duration, print_json
from agents.commands.series import SeriesFile, read_series, write_scores
from pipeline.detect.rules import threshold_of
from pipeline.detect.series import Series, alerts
from schemas.config import Detection

ABOUT = """Reads CSV files with the columns timestamp (ISO 8601; UTC where no offset stands) and value (a count of mentions), in
ascending order at a regular step, and writes timestamp,value,anomaly_score into DIR under the same file names. The score is that of
the channel `total`, taken before the row is learnt from; the first 2.5 days have 0. A missing row or an empty value is no data, never
zero. Prints one JSON object with the threshold and, per file, rows, alerts and the CPU time of an update. Exit 2, with file, line and
remedy, for a file that cannot be read: then nothing is written."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    usual = Detection()
    parser = commands.add_parser("detect", help="the detector on series of counts (CSV)", description=ABOUT)
    parser.add_argument("files", nargs="+", type=Path, metavar="SERIES.csv", help="timestamp,value rows")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the scored series go")
    parser.add_argument(
        "--threshold",
        type=_score,
        default=float(threshold_of(usual)),
        metavar="SCORE",
        help="score that alerts: sensitive 4, balanced 5 (default), strict 6",
    )
    parser.add_argument(
        "--cooldown",
        type=duration,
        default=usual.renotify_hours * 3600.0,
        metavar="SPAN",
        help="how long a series is quiet after an alert (default 24h)",
    )
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    """Score every series, then write. Raises UsageError for a file that cannot be read or written."""
    _check_names(args.files, args.out)
    files = [read_series(path) for path in args.files]
    scored = [_scored(file) for file in files]
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"{args.out}: {fault.strerror}") from None
    told = {}
    for file, (found, us) in zip(files, scored, strict=True):
        write_scores(args.out / file.path.name, file.rows, found)
        warm = [row.stamp for row, score in zip(file.rows, found, strict=True) if score is not None]
        at = {row.at: row.stamp for row in file.rows}
        alerted = alerts(list(at), found, args.threshold, round(args.cooldown * 1000))
        told[file.path.name] = {
            "rows": len(file.rows),
            "step_s": file.step / 1000,
            "missing": file.missing,
            "scored_from": warm[0] if warm else None,
            "alerts": len(alerted),
            "alerted_at": [at[instant] for instant in alerted],
            "us_per_update": us,
        }
    print_json({"threshold": args.threshold, "cooldown_s": args.cooldown, "series": told})
    return OK


def _scored(file: SeriesFile) -> tuple[list[float | None], float | None]:
    """Scores by row, and microseconds of CPU time per row with a value."""
    series = Series(file.step)
    started = process_time_ns()
    found = [None if row.value is None else series.take(row.at, row.value) for row in file.rows]
    spent = process_time_ns() - started
    known = sum(row.value is not None for row in file.rows)
    return found, round(spent / known / 1000, 2) if known else None


def _score(text: str) -> float:
    found = float(text)
    if not isfinite(found):
        raise argparse.ArgumentTypeError(f"{text!r} is no score; write 4, 5 or 6")
    return found


def _check_names(files: list[Path], out: Path) -> None:
    """Results have the names of their series, so names differ, and the folder is another one."""
    seen: dict[str, Path] = {}
    for path in files:
        other = seen.setdefault(path.name, path)
        if other is not path:
            raise UsageError(f"{path}: the result of {other} has the same name; give each an --out of its own")
        if path.resolve().parent == out.resolve():
            raise UsageError(f"{path}: --out {out} is its own folder, where the result would replace it; name another")
