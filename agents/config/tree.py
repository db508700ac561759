"""A YAML file as nodes that know their lines, and the list of problems found while reading them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import yaml

from agents.config.problems import ConfigError, Problem

MAX_BYTES = 5_000_000
"""Ten thousand brands fit."""

_NAMES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
    "seq": "a list",
    "map": "a mapping",
}


class Report:
    """Problems of one file, as they are found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        """What can be used as it stands, and is hardly what its writer wants."""

    def add(self, node: yaml.Node, path: str, message: str, remedy: str, *, excerpt: str = "", shift: int = 0) -> None:
        """`shift`: how many columns into the value the fault lies."""
        self.problems.append(self._problem(node, path, message, remedy, excerpt, shift))

    def warn(self, node: yaml.Node, path: str, message: str, remedy: str, *, excerpt: str = "", shift: int = 0) -> None:
        """The same for what is no mistake, only doubtful."""
        self.warnings.append(self._problem(node, path, message, remedy, excerpt, shift))

    def _problem(self, node: yaml.Node, path: str, message: str, remedy: str, excerpt: str, shift: int) -> Problem:
        mark = node.start_mark
        return Problem(self.file, mark.line + 1, mark.column + 1 + shift, path, message, remedy, excerpt)

    def fail_if_any(self) -> None:
        if self.problems:
            raise ConfigError(self.problems)


def suggestion(word: str, known: list[str], otherwise: str) -> str:
    """`did you mean x?`, or what there is to choose from."""
    close = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else otherwise


def type_name(node: yaml.Node) -> str:
    """What a node holds, in words."""
    return _NAMES.get(node.tag.rpartition(":")[2], f"something tagged {node.tag}")


def parse_yaml(data: bytes, file: str) -> yaml.MappingNode:
    """The top mapping of a file. Raises ConfigError with the line of the first fault of syntax."""
    if len(data) > MAX_BYTES:
        raise _fault(file, 0, 0, f"the file has {len(data)} bytes", f"keep it under {MAX_BYTES}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = data[: broken.start].count(b"\n")
        raise _fault(file, line, 0, f"byte {broken.start} is not UTF-8", "save the file as UTF-8") from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as broken:
        raise _syntax(file, text, broken) from None
    except RecursionError:
        raise _fault(file, 0, 0, "the file is nested too deep", "a configuration needs five levels") from None
    if root is None:
        raise _fault(file, 0, 0, "the file is empty", "write at least: brands:") from None
    if not isinstance(root, yaml.MappingNode):
        mark = root.start_mark
        raise _fault(file, mark.line, mark.column, f"the file holds {type_name(root)}", "write at least: brands:")
    return root


def _fault(file: str, line: int, column: int, message: str, remedy: str) -> ConfigError:
    return ConfigError([Problem(file, line + 1, column + 1, "", message, remedy)])


def _syntax(file: str, text: str, broken: yaml.YAMLError) -> ConfigError:
    mark: Any = getattr(broken, "problem_mark", None) or getattr(broken, "context_mark", None)
    what = getattr(broken, "problem", None) or getattr(broken, "reason", None) or str(broken)
    if mark is None:
        offset = getattr(broken, "position", 0)
        before = text[:offset]
        line, column = before.count("\n"), offset - (before.rfind("\n") + 1)
        return _fault(
            file, line, column, f"not YAML: {what}", "remove the character, or write it as an escape in quotes"
        )
    lines = text.splitlines()
    shown = lines[mark.line] if mark.line < len(lines) else ""
    excerpt = f"{shown}\n{' ' * mark.column}^" if shown.strip() else ""
    remedy = _syntax_remedy(str(what), shown)
    return ConfigError([Problem(file, mark.line + 1, mark.column + 1, "", f"not YAML: {what}", remedy, excerpt)])


def _syntax_remedy(what: str, shown: str) -> str:
    if "\\t" in what or "\t" in shown[: len(shown) - len(shown.lstrip())]:
        return "indent with spaces, not tabs"
    if "cannot start any token" in what or "mapping values are not allowed" in what or "alias" in what:
        return "put the value between single quotes"
    if "another document" in what:
        return "keep one document: remove the line of ---"
    if "scanning a quoted" in what or "unexpected end of stream" in what:
        return "close the quotation mark"
    return "check indentation, quotes and brackets on this line and the one before"
