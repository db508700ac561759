"""`escucha worker|ingest|alert|dashboard`: the roles of a run as processes of their own, over one bus."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Awaitable, Callable

import msgspec

from agents import roles
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
from agents.enrich.faults import EnrichUnfit
from agents.enrich.role import MODEL, enrich
from agents.ingest.connector import NetworkUnreachable
from agents.kafka import KafkaUnfit, cluster, faults_of_kafka, new_loop
from agents.process import Process
from pipeline.runtime.embedded import BusFileError
from pipeline.runtime.scoring import ScorerUnfit

ROLES = ("understand", "influence", "listen", "enrich", "all")
STALL = "90s"
"""Longer than understand waits for scores that do not come, and than a broker takes to start again."""

Role = Callable[[argparse.Namespace, Process, asyncio.Event], Awaitable[None]]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    worker = _add(commands, "worker", "understand, influence and listen over the bus", _worker)
    worker.add_argument(
        "--role",
        choices=ROLES,
        default="all",
        help="which of them, on Kafka; several processes of one role share its partitions (default: all). "
        "enrich, the second reading by tiers.transformers, also runs beside `escucha worker` on the embedded bus",
    )
    ingest = _add(commands, "ingest", "the configured sources into the bus", _ingest)
    ingest.add_argument("--source", choices=["demo", "bluesky"], default=None, help="instead of the configured sources")
    _add(commands, "alert", "signals to Redis and to webhooks", _alert)
    _add(commands, "dashboard", "the live page over the public topics", _dashboard, port="--port")


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    about: str,
    role: Role,
    port: str = "--ops-port",
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=about,
        description=f"Runs one role until SIGINT or SIGTERM, then drains and exits 0: {about}. On the embedded bus of --data, "
        "or on the cluster that ESCUCHA_KAFKA names (host:port); there it exits 1 if it stalls or cannot drain in 24 s.",
    )
    add_config(parser)
    add_data(parser)
    what = "the page, metrics and health" if port == "--port" else "metrics and health"
    parser.add_argument("--host", default="127.0.0.1", help=f"address of {what} (default 127.0.0.1)")
    parser.add_argument(
        port, dest="port", type=int, default=0, metavar="PORT", help=f"port of {what} (default: a free one, printed)"
    )
    parser.add_argument(
        "--stall",
        type=duration,
        default=duration(os.environ.get("ESCUCHA_STALL_SECONDS") or STALL),
        metavar="SPAN",
        help=f"with work and without progress for so long the role is not alive (default: $ESCUCHA_STALL_SECONDS or {STALL})",
    )
    parser.set_defaults(main=lambda args: _run(args, role))
    return parser


def _run(args: argparse.Namespace, role: Role) -> int:
    code = OK
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        bootstrap = cluster()
        with asyncio.Runner(loop_factory=None if bootstrap is None else new_loop()) as runner:
            runner.run(_until_told(args, role, watched=bootstrap is not None))
    except* (NetworkUnreachable, BusFileError, RedisUnfit, ScorerUnfit, KafkaUnfit, EnrichUnfit) as faults:
        raise UsageError("\n".join(str(fault) for fault in leaves(faults))) from None
    except* faults_of_kafka() as faults:
        for line in dict.fromkeys(f"{args.command}: {fault}" for fault in leaves(faults)):
            say(line)
        code = FAILED
    return code


async def _until_told(args: argparse.Namespace, role: Role, *, watched: bool) -> None:
    conditions = {"worker": ("bus", "assigned"), "alert": ("bus", "outbox")}.get(args.command, ("bus",))
    if getattr(args, "role", None) == "enrich":
        conditions = (*conditions, MODEL)
    process = Process(args.command, *conditions, host=args.host, port=args.port, stall=args.stall, watched=watched)
    stop = asyncio.Event()
    task = asyncio.ensure_future(role(args, process, stop))

    def told() -> None:
        stop.set()
        process.told_to_stop()
        if not process.begun:
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await task
    finally:
        process.ended()


async def _worker(args: argparse.Namespace, process: Process, stop: asyncio.Event) -> None:
    bootstrap = cluster()
    config = configuration(args)
    if args.role == "enrich":
        await enrich(config, args.data, process, stop, say)
        return
    if bootstrap is None:
        if args.role != "all":
            raise UsageError(
                f"--role {args.role} is for Kafka (ESCUCHA_KAFKA=host:port); on the embedded bus one worker does it all"
            )
        ledger = await roles.worker(config, tier0(), args.data, process, stop, say)
        print_json(msgspec.to_builtins(ledger))
        return
    from agents import kafka_roles

    names = kafka_roles.STAGES if args.role == "all" else (args.role,)
    model = tier0() if "understand" in names else None
    await kafka_roles.worker(config, model, names, bootstrap, process, stop, say)


async def _ingest(args: argparse.Namespace, process: Process, stop: asyncio.Event) -> None:
    await roles.ingest(with_source(configuration(args), args.source), args.data, process, stop, say)


async def _alert(args: argparse.Namespace, process: Process, stop: asyncio.Event) -> None:
    await roles.alert(configuration(args), args.data, process, stop, say)


async def _dashboard(args: argparse.Namespace, process: Process, stop: asyncio.Event) -> None:
    await roles.dashboard(configuration(args), args.data, process, stop, say)
