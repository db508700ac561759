"""The embedded benchmark: rounds that alternate between the floor and the whole job by `escucha replay`."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from deploy.bench import inputs
from deploy.bench.machine import machine
from deploy.bench.one import KINDS, Measured
from deploy.bench.report import Report, Series

ROOT = Path(__file__).resolve().parents[2]


def measure(work: Path, rounds: int, *, bulk: bool) -> Report:
    """Run it. `bulk`: also once over all of the Reddit posts, where they are present (minutes)."""
    inputs.simulated(work)
    names = ["simulated"] + (["posts"] if inputs.posts(work) is not None else [])
    found: dict[tuple[str, str], list[Measured]] = {}
    for number in range(rounds):
        for name in names:
            # Whichever goes first gets the cooler core: take turns.
            for kind in sorted(KINDS, reverse=number % 2 == 1):
                found.setdefault((name, kind), []).append(_measure(kind, name, work))
    if bulk and inputs.bulk() is not None:
        found["bulk", "whole"] = [_measure("whole", "bulk", work)]
    series = [Series(name, inputs.named(name, work).about, kind, runs) for (name, kind), runs in found.items()]
    return Report(machine(), datetime.now(UTC).strftime("%Y-%m-%d"), rounds, series)


def balanced(report: Report) -> bool:
    return all(run.balanced for series in report.series for run in series.runs)


def _measure(kind: str, name: str, work: Path) -> Measured:
    print(f"{name}: {kind}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "deploy.bench.one", kind, name, str(work)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)  # noqa: S603 (our own module)
    return msgspec.json.decode(done.stdout, type=Measured)
