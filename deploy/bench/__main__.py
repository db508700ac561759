"""`make bench`: rounds that alternate between the floor and the whole job; medians and spread; a table, JSON, docs/performance."""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from deploy.bench import inputs
from deploy.bench.machine import machine
from deploy.bench.one import KINDS, Measured
from deploy.bench.plot import plot
from deploy.bench.report import Report, Series, into_page, tables

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="Events per CPU-second, memory, and where they go.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-bulk", action="store_true", help="leave out the one run over all of the bulk (minutes)")
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "bench")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/performance.md and .svg")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    inputs.simulated(asked.work)
    names = ["simulated"] + (["posts"] if inputs.posts(asked.work) is not None else [])
    found: dict[tuple[str, str], list[Measured]] = {}
    for number in range(asked.rounds):
        for name in names:
            # Whichever goes first gets the cooler core: take turns.
            for kind in sorted(KINDS, reverse=number % 2 == 1):
                found.setdefault((name, kind), []).append(_measure(kind, name, asked.work))
    bulk = inputs.bulk()
    if bulk is not None and not asked.no_bulk:
        found["bulk", "whole"] = [_measure("whole", "bulk", asked.work)]
    series = [Series(name, inputs.named(name, asked.work).about, kind, runs) for (name, kind), runs in found.items()]
    report = Report(machine(), datetime.now(UTC).strftime("%Y-%m-%d"), asked.rounds, series)
    (asked.work / "bench.json").write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    print(tables(report))
    if bulk is None:
        print("The Reddit posts were not measured: set ESCUCHA_SHARED to the folder of the shared files.")
    if asked.write:
        into_page(ROOT / "docs" / "performance.md", tables(report))
        (ROOT / "docs" / "performance.svg").write_text(plot(report), encoding="utf-8")
    if not all(run.balanced for runs in found.values() for run in runs):
        sys.exit("a ledger does not balance: these figures are of a broken run")


def _measure(kind: str, name: str, work: Path) -> Measured:
    print(f"{name}: {kind}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "deploy.bench.one", kind, name, str(work)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)  # noqa: S603 (our own module)
    return msgspec.json.decode(done.stdout, type=Measured)


if __name__ == "__main__":
    main()
