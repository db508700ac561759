"""The contract for people without our code: `python -m schemas.export` writes JSON Schemas and an AsyncAPI document.

`--check` writes nothing, and exits 1 naming each file that differs from the code.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from schemas.asyncapi import document
from schemas.headers import TICK
from schemas.tick import Tick
from schemas.topics import RAW, TOPICS

HERE = Path(__file__).parent


def value_types() -> dict[str, type]:
    """Event type to the struct that its records carry. A raw event's value is the network's own bytes, so it has none."""
    types = {topic.event: topic.schema for topic in TOPICS.values() if topic.name != RAW}
    return {**types, TICK: Tick}


def json_schema(event: str, kind: type) -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event type's values."""
    schema = msgspec.json.schema(kind)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:escucha:{event}"}
    return {**head, **_tidy(schema)}


def exported() -> Mapping[str, str]:
    """Every generated file: path below `schemas/` to text."""
    files = {
        f"json/{event}.json": json.dumps(json_schema(event, kind), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        for event, kind in sorted(value_types().items())
    }
    files["asyncapi.yaml"] = yaml.dump(
        document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )
    return files


def differences(folder: Path) -> list[str]:
    """What a folder lacks, has otherwise, or has too much, one line each."""
    wanted = exported()
    found = [
        f"{name}: {'differs from the code' if (folder / name).exists() else 'missing'}"
        for name, text in wanted.items()
        if not (folder / name).exists() or (folder / name).read_text("utf-8") != text
    ]
    extra = [
        f"json/{path.name}: of no event type"
        for path in sorted((folder / "json").glob("*"))
        if f"json/{path.name}" not in wanted
    ]
    return found + extra


def write(folder: Path) -> None:
    (folder / "json").mkdir(parents=True, exist_ok=True)
    wanted = exported()
    for path in (folder / "json").glob("*.json"):
        if f"json/{path.name}" not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m schemas.export", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 where a file differs")
    parser.add_argument("--dir", type=Path, default=HERE, help="where asyncapi.yaml and json/ are (default: schemas/)")
    options = parser.parse_args(arguments)
    if not options.check:
        write(options.dir)
        return 0
    found = differences(options.dir)
    for line in found:
        sys.stderr.write(f"{options.dir / line}; run `python -m schemas.export`\n")
    return 1 if found else 0


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # the same value twice is written twice: anchors help no reader
        return True


def _tidy(node: Any) -> Any:
    """Docstrings lose their indentation on the way into a description."""
    if isinstance(node, dict):
        return {
            key: inspect.cleandoc(value) if key == "description" and isinstance(value, str) else _tidy(value)
            for key, value in node.items()
        }
    return [_tidy(item) for item in node] if isinstance(node, list) else node


if __name__ == "__main__":
    raise SystemExit(main())
