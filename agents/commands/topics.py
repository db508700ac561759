"""`escucha topics`: the table of topics."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from agents.commands.common import OK, print_json
from schemas.instants import DAY
from schemas.topics import TOPICS


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "topics", help="the table of topics", description="The topics, their keys and retention."
    )
    parser.add_argument("--json", action="store_true", help="as JSON on stdout")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    if args.json:
        print_json([_row(name) for name in TOPICS])
        return OK
    table = Table("topic", "key", "partitions", "retention", "cleanup", "what")
    for name in TOPICS:
        row = _row(name)
        days = "keeps" if row["retention_days"] is None else f"{row['retention_days']} d"
        table.add_row(name, str(row["key"]), str(row["partitions"]), days, str(row["cleanup"]), str(row["about"]))
    Console().print(table)
    return OK


def _row(name: str) -> dict[str, object]:
    topic = TOPICS[name]
    return {
        "name": topic.name,
        "key": topic.key,
        "partitions": topic.partitions,
        "retention_days": None if topic.retention is None else topic.retention // DAY,
        "cleanup": topic.cleanup,
        "public": topic.public,
        "about": topic.about,
    }
