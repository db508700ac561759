"""`escucha explain`: recompute a signal from the log and say whether the number holds."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agents.commands.common import FAILED, OK, UsageError, add_data, looking_at, print_json
from pipeline.detect.explain import Recomputed, recompute
from pipeline.record import Partition, Record
from pipeline.runtime.bus import Bus
from schemas.codec import RecordFault, decode
from schemas.headers import get
from schemas.instants import DAY, MINUTE, from_wire
from schemas.mention import Mention
from schemas.signal import Signal
from schemas.topics import MENTIONS, SIGNALS

ABOUT = """Recomputes a signal's number from its own detector state and the mentions of its window, and prints both on stdout.
Exit 0 when they agree, 1 when they differ, 2 when there is no such signal."""
PAGE = 1_000


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("explain", help="recompute a signal and show why it fired", description=ABOUT)
    parser.add_argument("signal", metavar="SIGNAL", help="id of a signal (sig_...), or the beginning of one")
    parser.add_argument("--from", dest="results", type=Path, metavar="DIR", help="a replay's output instead of the bus")
    add_data(parser)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    if args.results is not None:
        signal, mentions = _from_results(args.results, args.signal)
    else:
        signal, mentions = asyncio.run(_from_bus(args.data, args.signal))
    again = recompute(signal, mentions)
    print_json({"signal": msgspec.to_builtins(signal), "recomputed": msgspec.to_builtins(again)})
    _show(signal, again)
    return OK if again.agrees else FAILED


def _from_results(results: Path, id: str) -> tuple[Signal, list[Mention]]:
    signal = _the_one((decode(Signal, line) for line in _lines(results / "signals.jsonl")), id)
    first, last = _span(signal)
    mentions = []
    for name in ("mentions.jsonl", "changes.jsonl"):
        for line in _lines(results / name):
            mention = decode(Mention, line)
            if mention.observed_at is not None and first <= from_wire(mention.observed_at) < last:
                mentions.append(mention)
    return signal, mentions


def _lines(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        raise UsageError(f"{path}: no such file; --from takes the --out directory of a replay")
    with path.open("rb") as file:
        for line in file:
            yield line.rstrip(b"\n")


async def _from_bus(data: Path, id: str) -> tuple[Signal, list[Mention]]:
    async with looking_at(data) as bus:
        signals = [decode(Signal, r.value or b"") async for r in _records(bus, SIGNALS, 0) if r.value]
        signal = _the_one(iter(signals), id)
        first, last = _span(signal)
        mentions = []
        # By when it was observed, which its header tells: the append time is later, by hours where a stage lay still.
        async for record in _records(bus, MENTIONS, first):
            at = get(record.headers, "ce_time")
            if not record.is_tick and at is not None and first <= from_wire(at) < last:
                mentions.append(decode(Mention, record.value or b""))
    return signal, mentions


async def _records(bus: Bus, topic: str, since: int) -> AsyncIterator[Record]:
    for number in range(bus.partitions(topic)):
        partition = Partition(topic, number)
        offset = await bus.offset_at(partition, since)
        while page := await bus.read(partition, offset, PAGE):
            offset = page[-1].offset + 1
            for record in page:
                yield record


def _the_one(signals: Iterator[Signal], id: str) -> Signal:
    found = {}
    try:
        for signal in signals:
            if signal.id.startswith(id):
                found[signal.id] = signal
    except RecordFault as fault:
        raise UsageError(f"the signals cannot be read: {fault.detail}") from None
    if not found:
        raise UsageError(f"no signal {id!r}; the dashboard and social.signals list them")
    if len(found) > 1:
        raise UsageError(f"{id!r} is the beginning of {len(found)} signals: {', '.join(sorted(found)[:5])}")
    return next(iter(found.values()))


def _span(signal: Signal) -> tuple[int, int]:
    """When records that bear on the tested bucket can have been observed: edits of earlier posts reach back a day."""
    return max(from_wire(signal.window_start) - DAY, 0), from_wire(signal.at) + MINUTE


def _show(signal: Signal, again: Recomputed) -> None:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"[bold]{_plain(signal.sentence.en)}[/]\n[dim]{_plain(signal.sentence.es)}[/]\n")
    table = Table(
        "scale", "observed / 5 min", "expected", "deviation", "z", title=f"rule {signal.rule} v{signal.rule_version}"
    )
    if signal.coordination is not None:
        found = signal.coordination
        console.print(
            f"coordinated: score {found.score} of 1, {found.accounts} accounts with the same {found.trace}, {found.posts} posts within"
            f" {found.span_seconds} s (half of them within {found.half_seconds} s), {found.new_accounts} of {found.known_ages} known"
            f" ages under 30 days, {found.alike_handles} handles alike, usual {found.usual}, group {found.group}"
        )
    for scale in signal.reading.scales:
        table.add_row(
            f"{scale.buckets * 5} min", f"{scale.observed}", f"{scale.expected}", f"{scale.deviation}", f"{scale.z}"
        )
    if signal.reading.scales:
        console.print(table)
    for drivers in signal.drivers:
        parts = ", ".join(f"{part.label} {part.change:+d}" for part in drivers.parts if part.change)
        console.print(_plain(f"by {drivers.dimension}: {parts or 'no change'} = {drivers.total:+d}"))
    for evidence in signal.evidence:
        console.print(f"  [dim]{_plain(evidence.network)}[/] {_plain(evidence.text or '(withdrawn by its author)')}")
    if again.agrees:
        console.print(f"\n[green]recomputed:[/] value {again.value}, score {again.score}: the same")
    else:
        console.print("\n[red]recomputed, and it differs:[/]\n" + escape("\n".join(again.differences)))


def _plain(text: str) -> str:
    """Others' words on one line of ours: neither markup nor what a terminal would obey."""
    return escape("".join(c if c.isprintable() else " " for c in text))
