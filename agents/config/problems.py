"""What is wrong with a configuration file: every mistake at once, each with its place and its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `line` and `column` count from 1; `path` is the key (`brands[0].targets[1].query`)."""

    file: str
    line: int
    column: int
    path: str
    message: str
    remedy: str
    excerpt: str = ""
    """Lines that show the place within a value, such as a query with a caret."""

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        head = f"{self.file}:{self.line}:{self.column}: {path}{self.message}; remedy: {self.remedy}"
        return head + "".join(f"\n    {line}" for line in self.excerpt.splitlines())


class ConfigError(ValueError):
    """The configuration cannot be used. `problems` is never empty and stands in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (problem.line, problem.column))
        super().__init__("\n".join(str(problem) for problem in self.problems))
