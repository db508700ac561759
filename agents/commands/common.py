"""What several commands share: configuration, the packaged model, exit codes, what is printed where."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import orjson

from agents.config import Problem, demo_config, load_config
from agents.kafka import KafkaUnfit, cluster, faults_of_kafka, open_kafka
from agents.parts import open_bus
from agents.places import bus_file
from pipeline.runtime.bus import Bus
from pipeline.runtime.embedded import BusFileError
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Config, Source

OK = 0
FAILED = 1
"""The command ran and the answer is no: an unbalanced ledger, a signal that does not recompute."""
USAGE = 2
"""The input or the configuration is wrong; stderr says where and what to do."""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?")
_UNITS = {"ms": 0.001, "s": 1.0, None: 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


LOOK_SECONDS = 10.0
"""How long a command that only looks waits for a cluster that does not answer."""


class UsageError(Exception):
    """Something the person at the terminal can mend: says what, where and how."""


def add_config(parser: argparse.ArgumentParser, *names: str) -> None:
    parser.add_argument(
        *(names or ("--config",)),
        dest="config",
        type=Path,
        metavar="FILE",
        default=Path(named) if (named := os.environ.get("ESCUCHA_CONFIG")) else None,
        help="configuration file (YAML); a file with only `brands:` will do (default: $ESCUCHA_CONFIG, else a demonstration's)",
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=Path(os.environ.get("ESCUCHA_DATA", "escucha-data")),
        help="where the embedded bus and Redis keep their files (default: $ESCUCHA_DATA or ./escucha-data)",
    )


@asynccontextmanager
async def looking_at(data: Path, writing: bool = False) -> AsyncIterator[Bus]:
    """The bus of this installation for one who only reads, or is `writing` a record: ESCUCHA_KAFKA's, else the one in `data`.

    Raises UsageError.
    """
    faults: tuple[type[Exception], ...] = (BusFileError, KafkaUnfit, *faults_of_kafka())
    try:
        bootstrap = cluster()
        if bootstrap is not None:
            async with open_kafka(bootstrap, say, looking=not writing, patience=LOOK_SECONDS) as bus:
                yield bus
        elif bus_file(data).is_file():
            async with open_bus(data) as embedded:
                yield embedded
        else:
            raise UsageError(f"{bus_file(data)}: no bus there; run `escucha run` first, or name its --data directory")
    except faults as fault:
        raise UsageError(str(fault)) from None


def configuration(args: argparse.Namespace) -> Config:
    """The configuration named on the command line or by ESCUCHA_CONFIG, else the demo's. Raises ConfigError."""
    return load_config(args.config, os.environ, _warn) if args.config else demo_config()


def _warn(doubtful: Problem) -> None:
    say(f"warning: {doubtful}")


def tier0() -> Tier0:
    """The packaged model, ready to score."""
    model = Tier0(packaged_model())
    # Its tables live as long as the process: without this the collector walks through them again and again (measured:
    # a fifth of understanding's time).
    gc.freeze()
    return model


def duration(text: str) -> float:
    """Seconds of `90`, `90s`, `1.5m`, `2h`, `8d`."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration; write 60s, 5m, 2h or 8d")
    return float(found[1]) * _UNITS[found[2]]


def print_json(value: Any) -> None:
    """One JSON document on stdout: what other programs read."""
    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """A line for the person at the terminal, on stderr."""
    print(text, file=sys.stderr, flush=True)


def with_source(config: Config, source: str | None) -> Config:
    """The configuration with its sources replaced as the command line asks; the simulator where there are none."""
    if source == "bluesky":
        return msgspec.structs.replace(config, sources=[Source("bluesky", "bluesky")])
    if source == "demo" or not config.sources:
        return msgspec.structs.replace(config, sources=[Source("demo", "simulator", {"seed": 7})])
    return config


def leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    """The exceptions in a group, however nested."""
    found: list[BaseException] = []
    for fault in group.exceptions:
        found += leaves(fault) if isinstance(fault, BaseExceptionGroup) else [fault]
    return found
