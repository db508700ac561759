"""Labelled or plain text as JSON lines, for the commands that score and measure."""

from __future__ import annotations

import argparse
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from agents.commands.common import UsageError
from agents.commands.reader import TIERS


def add_input(parser: argparse.ArgumentParser, required: bool) -> None:
    parser.add_argument(
        "file",
        nargs=None if required else "?",
        type=Path,
        metavar="FILE",
        help="JSON lines" + ("" if required else " (default: standard input)"),
    )
    parser.add_argument(
        "--tier",
        choices=TIERS,
        default="0",
        help="0 (default): linear heads and rules; 1: and a transformer (extra [onnx]) for the sentiment of all that it can read; "
        "auto: for the most doubtful, as the default budget of tiers.onnx says",
    )


def objects(file: Path | None) -> Iterator[dict[str, Any]]:
    """Every line's object; each has a `text`. Raises UsageError with the line's number."""
    name = str(file) if file else "standard input"
    try:
        with file.open("rb") if file else sys.stdin.buffer as lines:
            for number, line in numbered(lines):
                if line.strip():
                    yield _object(line, f"{name}, line {number}")
    except OSError as fault:
        raise UsageError(f"{name}: {fault.strerror}") from None


def numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each line with its number from 1, without the byte order mark that editors on Windows put before the first."""
    for number, line in enumerate(lines, 1):
        yield number, line.removeprefix(BOM_UTF8) if number == 1 else line


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise UsageError(f"{where}: not JSON ({fault})") from None
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise UsageError(f'{where}: an object with a "text" is wanted, as {{"text": "...", "lang": "es"}}')
    if not isinstance(found.get("lang"), str | None):
        raise UsageError(f'{where}: "lang" is a language tag as "es" or "en-GB"')
    return found
