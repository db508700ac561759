"""The query as a tree. Words in it are folded. Equal nodes mean the same, wherever they stand in the query."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag

MAX_DISTANCE = 100
"""Largest n of `NEAR/n`."""
MAX_CHAIN = 16
"""Operands of one chain of `NEAR`s."""


class Scope(IntFlag):
    """Parts of a mention that words are looked for in."""

    TEXT = 1
    TITLE = 2
    QUOTED = 4
    """The original's words in a repost or quote."""
    OTHER = 8
    """Hashtags, handles and links that the payload lists apart."""
    ANYWHERE = 15
    IN_TEXT = 5
    """What `in:text` means: the words, one's own or quoted."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where in the query it was written: half-open, in code points. What it means does not depend on it."""

    at: int = field(default=0, compare=False, repr=False, kw_only=True)
    end: int = field(default=0, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Word(Placed):
    """One word, emoji, `#tag`, `@handle` or `$cash`, whole."""

    key: str


@dataclass(frozen=True, slots=True)
class Wild(Placed):
    """A word with `*` (any letters, or none) or `?` (one letter), sigil included."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Run(Placed):
    """A substring of a script written without spaces."""

    text: str


Atom = Word | Wild | Run


@dataclass(frozen=True, slots=True)
class Phrase(Placed):
    """Atoms side by side, in order."""

    parts: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Raw(Placed):
    """These very characters: case, accents and punctuation as written. White space of any length is one blank."""

    text: str
    words: Atom | Phrase | None
    """The words in it, folded, which tell where to look; None for mere signs, such as `:-)`."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The next operand begins at most `distance` words after the last one ends; unless `ordered`, or before it begins."""

    distance: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Near(Placed):
    """A chain: one occurrence of each operand, each within its gap of the one before. `len(gaps) == len(operands) - 1`."""

    operands: tuple[Node, ...]
    """Atoms, phrases, raw words, and `Or`s of them."""
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Field(Placed):
    """A fact about the mention: `lang`, `network`, `author`, `kind`, `country`, `url` or `site`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Number(Placed):
    """A figure of the mention between two bounds, both included; None is no bound. What is not known is in no range."""

    name: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class And(Placed):
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Placed):
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Placed):
    child: Node


@dataclass(frozen=True, slots=True)
class In(Placed):
    """The child's words are looked for in this part only."""

    scope: Scope
    child: Node


Node = Word | Wild | Run | Phrase | Raw | Near | Field | Number | And | Or | Not | In


@dataclass(frozen=True, slots=True)
class Query:
    source: str
    root: Node
