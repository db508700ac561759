"""One line more in a brand of the configuration file, where that can be done without touching anything else in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import yaml

from agents.config.problems import ConfigError, Problem
from agents.config.tree import parse_yaml, suggestion


class Place(NamedTuple):
    """Where what is learnt for a brand goes."""

    config: Path
    learned: str
    """The file's path from the configuration's folder."""
    named: bool
    """Whether the configuration names it already."""
    after: int | None
    """Number of the line, from 0, behind which a line of the brand may be put; None where the brand is not written in lines."""
    column: int
    """Where the brand's keys begin."""


def place_of(config: Path, brand: str) -> Place:
    """Where a brand's `learned:` stands or would stand. Raises ConfigError where there is no such file or brand."""
    try:
        top = parse_yaml(config.read_bytes(), str(config))
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise ConfigError(
            [Problem(str(config), 1, 1, "", f"cannot be read: {reason}", "check the path given with --config")]
        ) from None
    brands = _get(top, "brands")
    listed = brands.value if isinstance(brands, yaml.SequenceNode) else []
    nodes = [one for one in listed if isinstance(one, yaml.MappingNode)]
    known = {str(id.value): node for node in nodes if isinstance(id := _get(node, "id"), yaml.ScalarNode)}
    if brand not in known:
        remedy = suggestion(
            brand, list(known), f"brands are {', '.join(known)}" if known else "define it under brands:"
        )
        line = brands.start_mark.line + 1 if brands is not None else 1
        raise ConfigError([Problem(str(config), line, 1, "brands", f"there is no brand {brand!r}", remedy)])
    node = known[brand]
    learned = _get(node, "learned")
    named = isinstance(learned, yaml.ScalarNode) and bool(str(learned.value).strip())
    path = str(learned.value).strip() if named and learned is not None else f"learned/{brand}.json"
    id = _get(node, "id")
    in_lines = not node.flow_style and learned is None and id is not None and id.start_mark.line == id.end_mark.line
    after = id.end_mark.line if in_lines and id is not None else None
    return Place(config, path, named, after, node.value[0][0].start_mark.column)


def with_line(place: Place, line: str) -> bool:
    """Put a line into the brand; False where the file does not let that be done safely, which then stays as it is."""
    if place.after is None:
        return False
    try:
        before = place.config.read_bytes()
        lines = before.splitlines(keepends=True)
        ending = b"\r\n" if lines[place.after].endswith(b"\r\n") else b"\n"
        head = lines[place.after] if lines[place.after].endswith(b"\n") else lines[place.after] + ending
        put = b" " * place.column + line.encode() + ending
        after = b"".join([*lines[: place.after], head, put, *lines[place.after + 1 :]])
        if not _only_adds(before, after, str(place.config)):
            return False
        partial = place.config.with_name(f".{place.config.name}.partial")
        partial.write_bytes(after)
        shutil.copymode(place.config, partial)
        partial.replace(place.config.resolve())
    except (OSError, ConfigError):
        return False
    return True


def _only_adds(before: bytes, after: bytes, file: str) -> bool:
    """Whether the file reads as it did, but for one `learned` more."""
    one, other = _plain(parse_yaml(before, file)), _plain(parse_yaml(after, file))
    return one != other and one == _without(other, one)


def _plain(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return {_text(key): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value) for value in node.value]
    return (node.tag, node.value)


def _without(after: object, before: object) -> object:
    """`after` without the `learned` of any brand that had none `before`."""
    if isinstance(after, dict) and isinstance(before, dict):
        return {
            key: _without(value, before.get(key)) for key, value in after.items() if key != "learned" or key in before
        }
    if isinstance(after, list) and isinstance(before, list) and len(after) == len(before):
        return [_without(one, other) for one, other in zip(after, before, strict=True)]
    return after


def _get(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if _text(name) == key and isinstance(value, yaml.Node):
                return value
    return None


def _text(node: yaml.Node) -> str:
    return str(node.value)
