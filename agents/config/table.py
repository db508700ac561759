"""Reading one mapping: each value by its type, each mistake into the report, and the reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import yaml

from agents.config.tree import Report, suggestion, type_name

T = TypeVar("T")
_ID = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}")
_SAFE = yaml.constructor.SafeConstructor()


class Table:
    """A mapping of the file. Every reader returns None where the value is missing or wrong, having said so."""

    def __init__(self, node: yaml.MappingNode, path: str, report: Report) -> None:
        self.node = node
        self.path = path
        self.report = report
        self._values: dict[str, yaml.Node] = {}
        self._keys: dict[str, yaml.Node] = {}
        for key, value in node.value:
            self._enter(key, value)

    def _enter(self, key: yaml.Node, value: yaml.Node) -> None:
        if not isinstance(key, yaml.ScalarNode):
            self.report.add(key, self.path, "this key is not a word", "write plain words before the colon")
        elif key.value in self._values:
            first = self._keys[key.value].start_mark.line + 1
            self.report.add(
                key,
                self.at(key.value),
                f"{key.value} is already given on line {first}",
                "keep one of them; YAML would silently keep the last",
            )
        else:
            self._values[key.value], self._keys[key.value] = value, key

    def at(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def node_of(self, key: str) -> yaml.Node:
        """Where to point for a key: its value, or the whole mapping where it is missing."""
        return self._values.get(key, self.node)

    def only(self, known: Sequence[str]) -> None:
        """Report keys that mean nothing here."""
        for key, node in self._keys.items():
            if key not in known:
                remedy = suggestion(key, list(known), f"keys here are {', '.join(known)}")
                self.report.add(node, self.at(key), "unknown key", remedy)

    def wrong(self, key: str, message: str, remedy: str) -> None:
        self.report.add(self.node_of(key), self.at(key), message, remedy)

    def has(self, key: str) -> bool:
        return key in self._values

    def mapping(self, key: str, remedy: str) -> Table | None:
        """The mapping under a key; None where there is nothing, or something else, which is reported."""
        if not self.has(key):
            return None
        node = self.node_of(key)
        if isinstance(node, yaml.MappingNode):
            return Table(node, self.at(key), self.report)
        if not node.tag.endswith(":null"):
            self.wrong(key, f"expected a mapping, found {type_name(node)}", remedy)
        return None

    def _scalar(
        self, key: str, tags: tuple[str, ...], wanted: str, remedy: str, required: bool
    ) -> yaml.ScalarNode | None:
        node = self._values.get(key)
        if node is None:
            if required:
                self.report.add(self.node, self.at(key), "missing", remedy)
            return None
        if not isinstance(node, yaml.ScalarNode) or node.tag.rpartition(":")[2] not in tags:
            self.wrong(key, f"expected {wanted}, found {type_name(node)}", remedy)
            return None
        return node

    def text(self, key: str, remedy: str, *, required: bool = True, longest: int = 10_000) -> str | None:
        """Text that is not blank."""
        hint = remedy
        node = self._values.get(key)
        if isinstance(node, yaml.ScalarNode) and node.tag.rpartition(":")[2] in ("int", "float", "bool", "timestamp"):
            hint = f"put it between quotes: '{node.value}'"
        scalar = self._scalar(key, ("str",), "text", hint, required)
        if scalar is None:
            return None
        value = str(scalar.value)
        if not value.strip():
            self.wrong(key, "empty", remedy)
            return None
        if len(value) > longest:
            self.wrong(key, f"longer than {longest} characters", "shorten it")
            return None
        return value

    def identifier(self, key: str, *, required: bool = True) -> str | None:
        """A short name of small letters, digits, `-`, `_` and `.`: it becomes keys, file names and metric labels."""
        value = self.text(key, f"give it a name: {key}: my-name", required=required)
        if value is not None and not _ID.fullmatch(value):
            plain = re.sub(r"[^a-z0-9_.\-]+", "-", value.lower()).strip("-._")[:64] or "my-name"
            self.wrong(
                key, f"{value!r} is not an id", f"use small letters, digits, - _ and . only, for example {plain}"
            )
            return None
        return value

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds; `default` where it is missing or wrong."""
        remedy = f"write a whole number from {low} to {high}"
        scalar = self._scalar(key, ("int",), "a whole number", remedy, required=False)
        return (
            default
            if scalar is None
            else self._bounded(key, scalar, _SAFE.construct_yaml_int, default, low, high, remedy)
        )

    def number(self, key: str, default: float, low: float, high: float) -> float:
        remedy = f"write a number from {low:g} to {high:g}"
        scalar = self._scalar(key, ("int", "float"), "a number", remedy, required=False)
        return default if scalar is None else self._bounded(key, scalar, _number, default, low, high, remedy)

    def _bounded(
        self,
        key: str,
        scalar: yaml.ScalarNode,
        read: Callable[[yaml.ScalarNode], T],
        default: T,
        low: T,
        high: T,
        remedy: str,
    ) -> T:
        try:
            value = read(scalar)
        except ValueError:
            self.wrong(key, f"{scalar.value} is not a number", remedy)
            return default
        if not low <= value <= high:  # type: ignore[operator]  # T is int or float
            self.wrong(key, f"{scalar.value} is out of range", remedy)
            return default
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        scalar = self._scalar(key, ("bool",), "true or false", "write true or false, without quotes", required=False)
        return default if scalar is None else str(scalar.value).lower() in ("true", "yes", "on")

    def items(self, key: str, remedy: str, *, required: bool = False) -> Iterator[tuple[str, yaml.Node]]:
        """Path and node of each item of a list. Null is an empty list, as `routes:` with nothing below it."""
        node = self._values.get(key)
        if node is None or (node.tag.endswith(":null") and not required):
            if required:
                self.report.add(self.node, self.at(key), "missing", remedy)
            return
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(key, f"expected a list, found {type_name(node)}", remedy)
            return
        if required and not node.value:
            self.wrong(key, "empty", remedy)
        for position, item in enumerate(node.value):
            yield f"{self.at(key)}[{position}]", item

    def tables(self, key: str, remedy: str, *, required: bool = False) -> Iterator[Table]:
        """A list of mappings."""
        for path, item in self.items(key, remedy, required=required):
            if isinstance(item, yaml.MappingNode):
                yield Table(item, path, self.report)
            else:
                self.report.add(item, path, f"expected a mapping, found {type_name(item)}", remedy)

    def texts(self, key: str, remedy: str) -> Iterator[tuple[str, yaml.Node, str]]:
        """A list of texts, with path and node of each."""
        for path, item in self.items(key, remedy):
            if isinstance(item, yaml.ScalarNode) and item.tag.endswith(":str") and item.value.strip():
                yield path, item, item.value
            else:
                self.report.add(item, path, f"expected text, found {type_name(item)}", remedy)

    def choice(self, key: str, known: list[str], *, required: bool = True, default: str | None = None) -> str | None:
        """One word of a closed list."""
        listed = f"write one of {', '.join(known)}"
        value = self.text(key, listed, required=required)
        if value is None:
            return default
        if value not in known:
            self.wrong(key, f"unknown {key} {value!r}", suggestion(value, known, listed))
            return default
        return value


def _number(scalar: yaml.ScalarNode) -> float:
    return (
        float(_SAFE.construct_yaml_float(scalar))
        if scalar.tag.endswith(":float")
        else float(_SAFE.construct_yaml_int(scalar))
    )


class Unique:
    """Ids seen so far, and where."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._lines: dict[str, int] = {}

    def check(self, id: str | None, table: Table) -> None:
        if id is None:
            return
        node = table.node_of("id")
        if id in self._lines:
            table.report.add(
                node,
                table.at("id"),
                f"there is already a {self._what} {id!r} on line {self._lines[id]}",
                "give each its own id",
            )
        else:
            self._lines[id] = node.start_mark.line + 1
