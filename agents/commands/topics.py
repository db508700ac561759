"""`escucha topics`: the table of topics. `escucha topics apply`: the same on a Kafka cluster."""

from __future__ import annotations

import argparse
import asyncio
import os

from rich.console import Console
from rich.table import Table

from agents.commands.common import OK, UsageError, print_json, say
from schemas.instants import DAY
from schemas.topics import TOPICS


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "topics", help="the table of topics; on a cluster too", description="The topics, their keys and retention."
    )
    parser.add_argument("--json", action="store_true", help="as JSON on stdout")
    parser.set_defaults(main=main)
    actions = parser.add_subparsers(title="actions", metavar="[apply]")
    making = actions.add_parser(
        "apply",
        help="make them on a Kafka cluster",
        description="Make the topics of the table that a Kafka cluster lacks, and give the others the table's settings. "
        "May be repeated. Prints what it did, a JSON document.",
    )
    making.add_argument(
        "--kafka",
        metavar="HOST:PORT",
        default=os.environ.get("ESCUCHA_KAFKA"),
        help="the cluster (default: $ESCUCHA_KAFKA)",
    )
    making.add_argument(
        "--partitions", type=_count, metavar="N", help="for the topics that may have several (default: the table's)"
    )
    making.add_argument(
        "--replication", type=_count, metavar="N", default=1, help="copies of each partition (default: 1)"
    )
    making.add_argument(
        "--replay", action="store_true", help="append times are the producer's, also on social.raw, and nothing expires"
    )
    making.set_defaults(main=apply)


def apply(args: argparse.Namespace) -> int:
    """Make the topics. Raises UsageError with a remedy."""
    if not args.kafka:
        raise UsageError("no cluster named; say --kafka HOST:PORT or set ESCUCHA_KAFKA")
    try:
        from aiokafka.errors import KafkaError

        from pipeline.runtime.kafka import KafkaBusError, apply_topics
    except ModuleNotFoundError as missing:
        raise UsageError("Kafka's client is not installed; run: pip install 'escucha[kafka]'") from missing
    try:
        applied = asyncio.run(
            apply_topics(args.kafka, partitions=args.partitions, replication=args.replication, replay=args.replay)
        )
    except KafkaBusError as fault:
        raise UsageError(str(fault)) from fault
    except KafkaError as fault:
        raise UsageError(
            f"{args.kafka} does not answer as Kafka does ({fault}); is it up, and reachable from here?"
        ) from fault
    print_json([change._asdict() for change in applied])
    done = [change.change for change in applied]
    say(f"{done.count('made')} made, {done.count('changed')} changed, {done.count('there')} as they should be")
    return OK


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a count; write 1 or more")
    return int(text)


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
