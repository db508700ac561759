"""`escucha worker|ingest|alert|dashboard`: the roles of a run as processes of their own, over one bus."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable

import msgspec

from agents import roles
from agents.alert.client import RedisUnfit
from agents.commands.common import (
    OK,
    UsageError,
    add_config,
    add_data,
    configuration,
    leaves,
    print_json,
    say,
    tier0,
    with_source,
)
from agents.ingest.connector import NetworkUnreachable
from pipeline.runtime.embedded import BusFileError

Role = Callable[[argparse.Namespace, asyncio.Event], Awaitable[None]]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add(commands, "worker", "understand, influence and listen over the bus", _worker)
    ingest = _add(commands, "ingest", "the configured sources into the bus", _ingest)
    ingest.add_argument("--source", choices=["demo", "bluesky"], default=None, help="instead of the configured sources")
    _add(commands, "alert", "signals to Redis and to webhooks", _alert)
    page = _add(commands, "dashboard", "the live page over the public topics", _dashboard)
    page.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    page.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one, printed)")


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str, role: Role
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=about, description=f"Runs one role until SIGINT or SIGTERM, then drains and exits 0: {about}."
    )
    add_config(parser)
    add_data(parser)
    parser.set_defaults(main=lambda args: _run(args, role))
    return parser


def _run(args: argparse.Namespace, role: Role) -> int:
    async def until_told() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await role(args, stop)

    try:
        asyncio.run(until_told())
    except* (NetworkUnreachable, BusFileError, RedisUnfit) as faults:
        raise UsageError("\n".join(str(fault) for fault in leaves(faults))) from None
    return OK


async def _worker(args: argparse.Namespace, stop: asyncio.Event) -> None:
    ledger = await roles.worker(configuration(args), tier0(), args.data, stop, say)
    print_json(msgspec.to_builtins(ledger))


async def _ingest(args: argparse.Namespace, stop: asyncio.Event) -> None:
    await roles.ingest(with_source(configuration(args), args.source), args.data, stop, say)


async def _alert(args: argparse.Namespace, stop: asyncio.Event) -> None:
    await roles.alert(configuration(args), args.data, stop, say)


async def _dashboard(args: argparse.Namespace, stop: asyncio.Event) -> None:
    await roles.dashboard(configuration(args), args.data, stop, say, args.host, args.port)
