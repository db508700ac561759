"""`escucha simulate`: a seeded world as log lines, with the labels of what was planted."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from agents.commands.common import OK, add_config, configuration, duration, say
from pipeline.simulate import Episode, World, log_line
from schemas.instants import HOUR, MINUTE, SECOND, from_wire
from schemas.kinds import SignalKind

ABOUT = """Prints {network, observed_at, id, payload} lines on stdout, which `escucha replay --network log` reads. The same
arguments print the same bytes. --labels writes what was planted, one JSON object a line."""
START = "2026-01-05T00:00:00.000Z"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("simulate", help="a seeded world as log lines on stdout", description=ABOUT)
    add_config(parser, "--config", "--brands")
    parser.add_argument("--seed", type=int, default=7, help="which world (default 7)")
    parser.add_argument(
        "--start", type=_instant, default=START, metavar="INSTANT", help=f"when it begins (default {START})"
    )
    parser.add_argument(
        "--for", dest="span", type=duration, default=8 * 86_400.0, metavar="SPAN", help="how long it lasts (default 8d)"
    )
    parser.add_argument("--rate", type=float, default=1.0, help="how much is said: posts a minute and brand, about")
    parser.add_argument(
        "--plant",
        action="append",
        default=[],
        metavar="KIND:BRAND:HOURS[:STRENGTH]",
        type=_episode,
        help="an episode so many hours after the start; may be repeated",
    )
    parser.add_argument("--labels", type=Path, metavar="FILE", help="where the labels go")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    start = args.start if isinstance(args.start, int) else from_wire(args.start)
    world = World(configuration(args).brands, args.seed, start, rate=args.rate)
    for number, (kind, brand, hours, strength) in enumerate(args.plant, 1):
        at = start + int(hours * HOUR)
        world.plant(Episode(kind, brand, at, 30 * MINUTE, strength, f"{kind}-{number}"))
    count = 0
    for event in world.events(start, start + int(args.span * SECOND)):
        sys.stdout.buffer.write(log_line(event) + b"\n")
        count += 1
    if args.labels is not None:
        args.labels.write_bytes(b"".join(orjson.dumps(label) + b"\n" for label in world.labels()))
    say(f"{count:,} events, {len(args.plant)} planted")
    return OK


def _instant(text: str) -> int:
    try:
        return from_wire(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{fault}; write {START}") from None


def _episode(text: str) -> tuple[SignalKind, str, float, float]:
    parts = text.split(":")
    try:
        kind, brand, hours = SignalKind(parts[0]), parts[1], float(parts[2])
        return kind, brand, hours, float(parts[3]) if len(parts) > 3 else 10.0
    except (ValueError, IndexError):
        kinds = ", ".join(SignalKind)
        raise argparse.ArgumentTypeError(f"{text!r} is not KIND:BRAND:HOURS[:STRENGTH]; kinds are {kinds}") from None
