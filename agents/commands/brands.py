"""`escucha brands check`: what each query of a configuration catches and drops in a file of mentions."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from agents.commands.common import OK, add_data, configuration, looking_at, print_json, say
from agents.commands.given import FIELDS, mentions_in
from agents.config import load_brands
from agents.ingest.simulated import wall_clock
from pipeline.match.survey import BrandSurvey, Example, Pile, Survey, TargetSurvey
from pipeline.runtime.versions import newest, publish
from schemas.config import Config, ConfigRecord
from schemas.instants import to_wire

ABOUT = f"""Runs every query of the configuration over JSON lines ({FIELDS}) and tells, for each brand and target: how many
lines it catches, with examples; near misses, which hold a word that the query needs and still are not caught, and what they
lack; what each NOT drops; which targets catch the same lines; and what is doubtful about the query itself. Exit 0, or 2 where
the configuration or a line cannot be read."""
APPLY = """Writes the configuration to escucha.config as a new version. Workers that run take its queries, own accounts and brands' own
words from `effective_at` on, five seconds after it was written, without a restart, and none of them sooner or later than another.
What else the file changes (sources, routes, detection, tiers, names of brands, observe mode) holds once the roles have been started
again with it, and is told. Prints a JSON object with `version`, `effective_at` and `restart_for`."""
_AT_START = ("sources", "routes", "detection", "tiers")
AROUND = 60
"""Characters shown on either side of a hit."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("brands", help="try a configuration's queries on a file of mentions")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="what each query catches and drops", description=ABOUT)
    check.add_argument("config", type=Path, metavar="CONFIG", help="configuration file; only `brands:` is needed")
    check.add_argument("file", nargs="?", type=Path, metavar="FILE", help="JSON lines (default: standard input)")
    check.add_argument("--examples", type=int, default=3, metavar="N", help="examples of each sort (default: 3)")
    check.add_argument("--json", action="store_true", help="one JSON object, for programs")
    check.set_defaults(main=main)
    apply = actions.add_parser("apply", help="hand new queries to a running installation", description=APPLY)
    apply.add_argument("config", type=Path, metavar="CONFIG", help="configuration file")
    add_data(apply)
    apply.set_defaults(main=hand_over)


def main(args: argparse.Namespace) -> int:
    """Survey and tell. Raises ConfigError or UsageError with a remedy."""
    survey = Survey(load_brands(args.config), max(args.examples, 0))
    for line in mentions_in(args.file):
        survey.take(line.number, line.mention)
    if args.json:
        sys.stdout.buffer.write(orjson.dumps(as_json(survey)) + b"\n")
        sys.stdout.buffer.flush()
    else:
        show(survey, Console(highlight=False, soft_wrap=True))
    return OK


def hand_over(args: argparse.Namespace) -> int:
    """Write the version. Raises ConfigError or UsageError with a remedy."""
    config = configuration(args)
    before, record = asyncio.run(_publish(config, args.data))
    waiting = restart_for(before, config)
    if waiting:
        say(f"start the roles again with {args.config}: until then they go on with their {', '.join(waiting)}")
    print_json({"version": record.version, "effective_at": to_wire(record.effective_at), "restart_for": waiting})
    return OK


async def _publish(config: Config, data: Path) -> tuple[Config | None, ConfigRecord]:
    async with looking_at(data, writing=True) as bus:
        return await newest(bus), await publish(bus, config, wall_clock())


def restart_for(before: Config | None, now: Config) -> list[str]:
    """What differs between two configurations that running roles do not take up by themselves."""
    if before is None:
        return []
    found = [part for part in _AT_START if getattr(before, part) != getattr(now, part)]
    known = {brand.id: brand for brand in before.brands}
    for brand in now.brands:
        was = known.get(brand.id)
        if brand.name != (was.name if was else brand.id):
            found.append(f"name of {brand.id}")
        if brand.observe != (was is not None and was.observe):
            found.append(f"observe of {brand.id}")
    return found


def as_json(survey: Survey) -> dict[str, Any]:
    """Everything the survey found. Spans are half-open, in code points of `text`."""
    return {"lines": survey.lines, "brands": [_brand(told) for told in survey.brands]}


def _brand(told: BrandSurvey) -> dict[str, Any]:
    return {
        "id": told.brand.id,
        "name": told.brand.name,
        "caught": told.caught,
        "own": told.own,
        "targets": [
            {
                "id": one.target.id,
                "type": str(one.target.type),
                "query": one.target.query,
                "caught": _pile(one.caught),
                "near_misses": _pile(one.near),
                "dropped": [{"by": shown, **_pile(pile)} for shown, pile in one.dropped.items()],
                "warnings": [
                    {
                        "column": remark.position + 1,
                        "message": remark.message,
                        "suggestion": remark.suggestion,
                        "grave": remark.grave,
                    }
                    for remark in one.remarks
                ],
            }
            for one in told.targets
        ],
        "overlaps": [{"targets": list(pair), "lines": lines} for pair, lines in told.shared.most_common()],
    }


def _pile(pile: Pile) -> dict[str, Any]:
    examples = [
        {"line": one.line, "text": one.text, "spans": one.spans, **({"why": one.why} if one.why else {})}
        for one in pile.examples
    ]
    return {"lines": pile.lines, "examples": examples}


def show(survey: Survey, console: Console) -> None:
    """The same for people: a table for each brand, and below it what its targets catch and drop."""
    for told in survey.brands:
        own = f"; {told.own} of its own, which never count" if told.own else ""
        console.print(Text(f"{told.brand.name} ({told.brand.id}): {told.caught} of {survey.lines} lines{own}", "bold"))
        table = Table("target", "type", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for heading in ("caught", "near misses", "dropped by NOT", "warnings"):
            table.add_column(heading, justify="right")
        for one in told.targets:
            dropped = sum(pile.lines for pile in one.dropped.values())
            figures = (one.caught.lines, one.near.lines, dropped, len(one.remarks))
            table.add_row(one.target.id, str(one.target.type), *map(str, figures))
        console.print(Padding(table, (0, 0, 1, 2), expand=False), soft_wrap=False)
        for one in told.targets:
            _show_target(one, console)
        for (first, second), lines in told.shared.most_common():
            console.print(f"  {first} and {second} catch {lines} of the same lines")
        console.print()


def _show_target(one: TargetSurvey, console: Console) -> None:
    console.print(Text.assemble("  ", (one.target.id, "bold"), ": ", one.target.query))
    for remark in one.remarks:
        told = "".join(f"    {line}\n" for line in str(remark).splitlines())
        console.print(Text(told, "yellow" if remark.grave else ""), end="")
    _show_pile("", one.caught, "green", console)
    _show_pile("near misses", one.near, "yellow", console)
    for shown, pile in one.dropped.items():
        _show_pile(f"dropped by {shown}", pile, "red", console)
    console.print()


def _show_pile(heading: str, pile: Pile, style: str, console: Console) -> None:
    if heading and pile.lines:
        console.print(Text(f"    {heading}: {pile.lines}", style))
    for example in pile.examples:
        console.print(Text.assemble(f"    {example.line:>6}  ", _excerpt(example, style, console.is_terminal)))
        if example.why:
            console.print(Text(f"            {example.why}", "dim"))


def _excerpt(example: Example, style: str, coloured: bool) -> Text:
    """The words around the first hit; hits in colour, or between ** where there is none."""
    begin = max(0, example.spans[0][0] - AROUND) if example.spans else 0
    end = min(len(example.text), (example.spans[0][1] if example.spans else 0) + 2 * AROUND)
    shown = Text("…" if begin else "")
    at = begin
    for start, stop in example.spans:
        if start < at or stop > end:
            continue
        shown.append(_plain(example.text[at:start]))
        hit = _plain(example.text[start:stop])
        shown.append(hit if coloured else f"**{hit}**", f"bold {style}")
        at = stop
    shown.append(_plain(example.text[at:end]))
    shown.append("…" if end < len(example.text) else "")
    return shown


def _plain(text: str) -> str:
    """On one line, and nothing that a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)
