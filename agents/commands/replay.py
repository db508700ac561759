"""`escucha replay`: recorded payloads through the whole pipeline into files."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from time import monotonic

import msgspec
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from agents.commands.common import FAILED, OK, UsageError, add_config, configuration, print_json, tier0
from agents.tier1 import tier1_files
from pipeline.normalize import NETWORKS
from pipeline.runtime.embedded import BusFileError
from pipeline.runtime.replay.run import Replay, replay
from pipeline.runtime.replay.source import LOG, ReplayError
from pipeline.runtime.scoring import PatientScorer
from pipeline.understand.faults import ModelFault
from schemas.config import Config, Onnx

ABOUT = """Raw payloads (JSON lines, whole JSON documents, gzip, zstd, `-` for standard input) through the whole embedded
pipeline into DIR: mentions.jsonl, windows.jsonl, signals.jsonl, late.jsonl, deadletters.jsonl, ledger.json.
The ledger is printed on stdout. The same input gives the same bytes. Exit 0 when the ledger balances."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "replay", help="recorded payloads through the whole pipeline into files", description=ABOUT
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="payload files, or - for standard input")
    parser.add_argument(
        "--network",
        required=True,
        choices=[*sorted(NETWORKS), LOG],
        help="whose payloads they are; `log`: {network, observed_at, id, payload} lines",
    )
    add_config(parser, "--brands", "--config")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    parser.add_argument(
        "--order",
        choices=["created", "file"],
        default="created",
        help="by the payloads' creation time (default), or as they stand",
    )
    parser.add_argument("--speed", choices=["max"], default="max", help="as fast as possible")
    parser.add_argument(
        "--partitions", type=int, default=1, metavar="N", help="partitions per topic; changes nothing in the results"
    )
    parser.add_argument(
        "--batch", type=int, default=500, metavar="N", help="records a step; changes nothing in the results"
    )
    parser.add_argument(
        "--tier",
        choices=["0", "auto"],
        default="0",
        help="0 (default): tier 0 alone, whatever is configured; auto: tier 1 as tiers.onnx says (or by default), waiting "
        "for each text. The same bytes again only on the same machine and libraries, and with one partition",
    )
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    config: Config = configuration(args)
    scorer = None
    if args.tier != "0":
        config, scorer = _with_tier1(config, args.partitions)
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    started = monotonic()
    with Progress(*columns, console=console, disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task("replaying")

        def show(count: int) -> None:
            rate = count / max(monotonic() - started, 0.001)
            progress.update(task, description=f"{count:,} events, {rate:,.0f}/s")

        job = Replay(
            files=args.files,
            network=args.network,
            config=config,
            out=args.out,
            order=args.order,
            partitions=args.partitions,
            batch=args.batch,
            scorer=scorer,
            progress=show,
        )
        try:
            ledger = asyncio.run(replay(job, tier0()))
        except (ReplayError, BusFileError) as fault:
            raise UsageError(str(fault)) from None
    print_json({name: getattr(ledger, name) for name in ledger.__struct_fields__})
    if not ledger.balanced:
        console.print(f"[red]the ledger does not balance[/]: {ledger}")
        return FAILED
    return OK


def _with_tier1(config: Config, partitions: int) -> tuple[Config, PatientScorer]:
    """The configuration with a tier 1, and who reads for it: in this process and with patience."""
    if partitions != 1:
        raise UsageError("--tier auto: the gate before tier 1 goes by partition, so leave --partitions at 1")
    onnx = config.tiers.onnx or Onnx()
    try:
        scorer = PatientScorer(tier1_files())
    except ModelFault as fault:
        raise UsageError(f"--tier auto: {fault}; or use --tier 0") from None
    return msgspec.structs.replace(config, tiers=msgspec.structs.replace(config.tiers, onnx=onnx)), scorer
