"""`escucha ledger`: what became of every event accepted."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import msgspec

from agents.commands.common import FAILED, OK, add_data, looking_at, print_json, say
from pipeline.ledger import Ledger
from pipeline.runtime.ledgers import read_ledger, sound

ABOUT = """What became of every event accepted, as JSON: accepted = aggregated + unmatched + duplicate + late + dead_lettered +
in_flight. Of the whole deployment, on Kafka (ESCUCHA_KAFKA) or the embedded bus of --data; it may be at work. Exit 0 when it
balances, 1 when it does not."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("ledger", help="what became of every event accepted", description=ABOUT)
    add_data(parser)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    ledger = asyncio.run(_read(args.data))
    print_json(msgspec.to_builtins(ledger))
    if not sound(ledger):
        say("it does not balance: workers write while it is read, or events are missing; look again when they rest")
        return FAILED
    return OK


async def _read(data: Path) -> Ledger:
    async with looking_at(data) as bus:
        return await read_ledger(bus)
