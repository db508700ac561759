"""`escucha match`: a query over JSON lines, as grep is a pattern over lines."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from agents.commands.common import FAILED, OK, UsageError, say
from agents.commands.given import FIELDS, mentions_in
from pipeline.match import Document, Matcher, QueryError, parse
from pipeline.match.lint import lint
from schemas.config import Brand, Target
from schemas.kinds import TargetType

ABOUT = f"""Prints the JSON lines that the query matches, each with `spans`: half-open [start, end) code points of the words that
matched in `text`. A line is an object with at least `text`; it may say more of the mention: {FIELDS}. What is doubtful about
the query is said on stderr. Exit 0 when a line matched, 1 when none did, 2 for a query or a line that cannot be read."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("match", help="the lines of a file that a query catches", description=ABOUT)
    parser.add_argument("query", metavar="QUERY", help="as in `targets:`; docs/queries.md explains the language")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="JSON lines (default: standard input)")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    """Print what matches. Raises UsageError for a query or a line that cannot be read."""
    try:
        for remark in lint(parse(args.query)):
            say(f"warning: {remark}")
        matcher = Matcher([Brand("query", "query", [Target(TargetType.BRAND, args.query, "query")])], "query")
    except QueryError as fault:
        raise UsageError(f"the query does not parse: {fault.at('')}") from None
    found = False
    try:
        for line in mentions_in(args.file):
            for [target] in matcher.match_document(Document.from_mention(line.mention)).values():
                found = True
                sys.stdout.buffer.write(orjson.dumps({**line.row, "spans": target.spans}) + b"\n")
                if args.file is None:
                    sys.stdout.buffer.flush()  # somebody may be watching a pipe
    finally:
        sys.stdout.buffer.flush()
    return OK if found else FAILED
