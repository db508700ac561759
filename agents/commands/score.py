"""`escucha score`: what each text of a file says, a JSON object a line."""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from typing import Any

import msgspec

from agents.commands.as_brand import add_brand, as_brand
from agents.commands.common import OK
from agents.commands.lines import add_input, objects
from agents.commands.reader import reader
from schemas.mention import Lang, Understanding

BATCH = 512


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "score",
        help="sentiment, emotion, intents, aspects of texts",
        description="Reads JSON lines with `text` and perhaps `lang`; prints each object with what was understood.",
    )
    add_input(parser, required=False)
    add_brand(parser)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    """Score every line. Raises UsageError with a remedy."""
    model, rows = as_brand(reader(args.tier), args), objects(args.file)
    encode = msgspec.json.Encoder(enc_hook=str).encode
    while batch := list(islice(rows, BATCH)):
        declared = [Lang(row["lang"], "declared") if row.get("lang") else None for row in batch]
        read = model.read([row["text"] for row in batch], declared)
        for row, (lang, said) in zip(batch, read, strict=True):
            sys.stdout.buffer.write(encode({**row, **understood(lang, said)}) + b"\n")
        sys.stdout.buffer.flush()
    return OK


def understood(lang: Lang | None, said: Understanding) -> dict[str, Any]:
    """The fields that a line gains. Null: too little to go on, or no model for the language."""
    return {
        "language": lang.value if lang else None,
        "sentiment": said.sentiment,
        "emotion": said.emotion,
        "intents": said.intents,
        "aspects": said.aspects,
        "flags": said.flags,
    }
