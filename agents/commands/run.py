"""`escucha run`: everything on one machine with one command."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal

import msgspec

from agents.alert.client import RedisUnfit
from agents.commands.common import (
    FAILED,
    OK,
    UsageError,
    add_config,
    add_data,
    configuration,
    duration,
    leaves,
    print_json,
    say,
    tier0,
    with_source,
)
from agents.embedded import Finished, Options, run
from agents.enrich.faults import EnrichUnfit
from agents.ingest.connector import NetworkUnreachable
from agents.screen import screen_for
from pipeline.runtime.embedded import BusFileError
from pipeline.runtime.scoring import ScorerUnfit
from schemas.config import Config

ABOUT = """Runs everything in one process tree: sources, bus, processors, a private Redis, webhook delivery, a live page. Without a
configuration it is a demo: a simulated world of brands with eight days of history and a crisis soon after the start.
Ctrl-C drains and exits 0; the next run resumes. With --for, the ledger is printed last, as JSON on stdout, and the exit
code is 0 only if a signal fired and was delivered."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("run", help="everything on one machine with one command", description=ABOUT)
    add_config(parser)
    add_data(parser)
    parser.add_argument(
        "--source",
        choices=["demo", "bluesky"],
        default=None,
        help="what to listen to instead of the configured sources",
    )
    parser.add_argument(
        "--for", dest="seconds", type=duration, default=None, metavar="SPAN", help="end by itself after so long"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address of the page (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port of the page (default: a free one, printed)")
    parser.add_argument("--plain", action="store_true", help="lines instead of a live screen")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    if os.environ.get("ESCUCHA_KAFKA"):
        raise UsageError(
            "`escucha run` keeps everything on this machine, and ESCUCHA_KAFKA is set. On the cluster run the roles: "
            "escucha topics apply, then escucha worker, ingest, alert and dashboard; or unset it"
        )
    config = with_source(configuration(args), args.source)
    demo = args.config is None
    options = Options(data=args.data, host=args.host, port=args.port, seconds=args.seconds, demo=demo)
    try:
        finished = asyncio.run(_run(config, options, args.plain))
    except* (NetworkUnreachable, BusFileError, RedisUnfit, ScorerUnfit, EnrichUnfit) as faults:
        raise UsageError("\n".join(str(fault) for fault in leaves(faults))) from None
    if finished is None:
        say("stopped before it had begun")
        return OK if args.seconds is None else FAILED
    print_json(msgspec.to_builtins(finished.ledger))
    return _verdict(finished, timed=args.seconds is not None)


async def _run(config: Config, options: Options, plain: bool) -> Finished | None:
    """How it ended; None where it was told to stop before there was anything to drain, as while a model is downloaded."""
    stop, begun = asyncio.Event(), asyncio.Event()

    async def work() -> Finished:
        return await run(config, tier0(), options, stop, screen_for(plain), begun.set)

    task = asyncio.ensure_future(work())

    def told() -> None:
        stop.set()
        if not begun.is_set():
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told)
    with contextlib.suppress(asyncio.CancelledError):
        return await task
    return None


def _verdict(finished: Finished, timed: bool) -> int:
    if not finished.ledger.balanced or finished.ledger.in_flight:
        say(f"the ledger does not close: {finished.ledger}")
        return FAILED
    if timed and not finished.delivered:
        say(
            "no signal fired and was delivered in this time"
            if not finished.fired
            else "signals fired, none was delivered"
        )
        return FAILED
    return OK
