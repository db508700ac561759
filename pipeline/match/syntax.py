"""The query as a tree. Words in it are folded; positions are gone: they served the parser's errors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

MAX_DISTANCE = 100
"""Largest n of `NEAR/n`."""


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
class Word:
    """One word, emoji, `#tag`, `@handle` or `$cash`, whole."""

    key: str


@dataclass(frozen=True, slots=True)
class Wild:
    """A word with `*` (any letters, or none) or `?` (one letter), sigil included."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Run:
    """A substring of a script written without spaces."""

    text: str


Atom = Word | Wild | Run


@dataclass(frozen=True, slots=True)
class Phrase:
    """Atoms side by side, in order."""

    parts: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """The next operand begins at most `distance` words after the last one ends; unless `ordered`, or before it begins."""

    distance: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A chain: one occurrence of each operand, each within its gap of the one before. `len(gaps) == len(operands) - 1`."""

    operands: tuple[Node, ...]
    """Atoms, phrases, and `Or`s of them."""
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A fact about the mention: `lang`, `network`, `author`, `kind`, `url` or `site`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    child: Node


@dataclass(frozen=True, slots=True)
class In:
    """The child's words are looked for in this part only."""

    scope: Scope
    child: Node


Node = Word | Wild | Run | Phrase | Near | Field | And | Or | Not | In


@dataclass(frozen=True, slots=True)
class Query:
    source: str
    root: Node
