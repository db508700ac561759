"""`make bench`: Escucha beside what a user would pick, on a real broker; with `--embedded` also without one."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from deploy.bench import embedded, meeting, plot, report, standing, standing_plot
from deploy.bench.latency import SECONDS
from deploy.bench.machine import machine

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Events per CPU-second, latency and memory, on a real broker beside others."
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=12_000, help="a backlog's size (default 12,000)")
    parser.add_argument("--only", nargs="+", choices=meeting.EVERYBODY, default=meeting.EVERYBODY, help="contenders")
    parser.add_argument("--no-latency", action="store_true", help="leave out the waits at steady rates (5 minutes)")
    parser.add_argument("--only-latency", action="store_true", help="nothing but these")
    parser.add_argument(
        "--rates", nargs="+", type=int, choices=list(SECONDS), default=list(SECONDS), help="for Escucha"
    )
    parser.add_argument("--embedded", action="store_true", help="also the whole job without a broker (4 minutes)")
    parser.add_argument("--only-embedded", action="store_true", help="nothing but that")
    parser.add_argument("--bulk", action="store_true", help="that over all of the Reddit posts too (2 minutes)")
    parser.add_argument(
        "--scaling", action="store_true", help="only 2 and 4 partitions by 1 and 2 processes (6 minutes)"
    )
    parser.add_argument("--profile", action="store_true", help="only print where Escucha's CPU goes, by part")
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "bench")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/performance.md and its plots")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    if asked.profile:
        _profile(asked.work, asked.events)
        return
    if asked.scaling:
        _scaling(asked)
        return
    if not asked.only_embedded and not asked.only_latency:
        _races(asked)
    if not asked.only_embedded and not asked.no_latency:
        _waits(asked)
    if asked.embedded or asked.only_embedded:
        _embedded(asked)


def _races(asked: argparse.Namespace) -> None:
    size = meeting.Size(asked.rounds, asked.events, asked.events // 2, asked.only)
    held = asyncio.run(meeting.meet(asked.work, size))
    _keep(asked.work / "race.json", held)
    print(standing.tables(held))
    if asked.write:
        report.into_page(PAGE, standing.tables(held), standing.BEGIN, standing.END)
        PAGE.with_name("performance-race.svg").write_text(standing_plot.plot(held), encoding="utf-8")


def _waits(asked: argparse.Namespace) -> None:
    rates: dict[str, Sequence[int]] = {"escucha": asked.rates, "bare": [1_000], "quix": [1_000]}
    found = asyncio.run(meeting.wait(asked.work, {name: rates[name] for name in asked.only if name in rates}))
    table = standing.waits(found, machine(), datetime.now(UTC).strftime("%Y-%m-%d"))
    print(table)
    if asked.write:
        report.into_page(PAGE, table, standing.WAITS_BEGIN, standing.WAITS_END)


def _scaling(asked: argparse.Namespace) -> None:
    found = asyncio.run(meeting.scale(asked.work, asked.rounds, asked.events))
    table = standing.shapes(found, machine(), datetime.now(UTC).strftime("%Y-%m-%d"))
    print(table)
    if asked.write:
        report.into_page(PAGE, table, standing.SHAPES_BEGIN, standing.SHAPES_END)


def _embedded(asked: argparse.Namespace) -> None:
    found = embedded.measure(asked.work, asked.rounds, bulk=asked.bulk)
    _keep(asked.work / "bench.json", found)
    print(report.tables(found))
    if asked.write:
        report.into_page(PAGE, report.tables(found))
        PAGE.with_suffix(".svg").write_text(plot.plot(found), encoding="utf-8")
    if not embedded.balanced(found):
        sys.exit("a ledger does not balance: these figures are of a broken run")


def _profile(work: Path, events: int) -> None:
    samples = work / "samples.json"
    run = asyncio.run(meeting.profile(work, events, samples))
    found = msgspec.json.decode(samples.read_bytes(), type=dict[str, int])
    total = sum(found.values())
    print(f"{machine()}: {run.events:,} events, {run.cpu:.1f} CPU seconds, {run.events / run.cpu:,.0f} a CPU-second")
    print("\n| part | share of samples |\n|---|--:|")
    for part, count in sorted(found.items(), key=lambda pair: -pair[1]):
        print(f"| {part} | {count / total:.1%} |")


def _keep(path: Path, what: msgspec.Struct) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(what)) + b"\n")


if __name__ == "__main__":
    main()
