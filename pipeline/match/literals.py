"""Required literals: strings that a text must hold for a query to match, whatever else the query says."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.match.common_words import COMMON
from pipeline.match.fold import fold
from pipeline.match.glob import literal_of
from pipeline.match.links import host_spellings
from pipeline.match.syntax import And, Field, In, Near, Node, Or, Phrase, Raw, Run, Wild, Word


class Literal(NamedTuple):
    text: str
    whole: bool
    """It must be a word of the text, sigil included, not only a part of one; or, with blanks in it, words side by side."""


Clause = frozenset[Literal]
"""Literals of which one must be there."""


def alternatives(node: Node) -> list[list[Clause]]:
    """The clauses of each way in which the node may match: of each side of an OR. A way without clauses may match anything."""
    if isinstance(node, Or):
        return [way for child in node.children for way in alternatives(child)]
    return alternatives(node.child) if isinstance(node, In) else [clauses(node)]


def clauses(node: Node) -> list[Clause]:
    """Clauses that every matching text satisfies, cheapest first; none where nothing in particular must be there."""
    if isinstance(node, Or):
        sides = [clauses(child) for child in node.children]
        return [frozenset(literal for side in sides for literal in side[0])] if all(sides) else []
    if isinstance(node, Phrase) and all(isinstance(part, Word) and is_plain(part.key) for part in node.parts):
        words = [part.key for part in node.parts if isinstance(part, Word)]
        return [frozenset([Literal(text, True)]) for text in (min(words, key=rarity), " ".join(words))]
    if isinstance(node, And | Near | Phrase):
        return sorted({clause for part in _parts(node) for clause in clauses(part)}, key=_cost)
    if isinstance(node, In):
        return clauses(node.child)
    if isinstance(node, Raw):
        return clauses(node.words) if node.words is not None else [frozenset([Literal(fold(node.text), False)])]
    if isinstance(node, Field) and node.name == "url":
        # A link's host stands in the text however the rest is written.
        host = node.value.partition("/")[0].partition("?")[0]
        return [frozenset(Literal(spelling, False) for spelling in host_spellings(host))]
    literal = _literal(node)
    return [] if literal is None else [frozenset([literal])]


def _parts(node: And | Near | Phrase) -> tuple[Node, ...]:
    if isinstance(node, And):
        return node.children
    return node.operands if isinstance(node, Near) else node.parts


def _literal(node: Node) -> Literal | None:
    if isinstance(node, Word):
        return Literal(node.key, True)
    if isinstance(node, Wild):
        return Literal(literal_of(node.pattern.lstrip("#@$")), False)
    if isinstance(node, Run):
        return Literal(node.text, False)
    return None


def is_plain(word: str) -> bool:
    """Letters and digits of ASCII alone."""
    return word.isascii() and word.isalnum()


def rarity(text: str) -> tuple[bool, int, str]:
    """A key that puts what few texts hold first: words that carry a meaning, then long ones."""
    return text in COMMON, -len(text), text


def _cost(clause: Clause) -> tuple[bool, bool, int, int, list[Literal]]:
    """Single words before words side by side, nothing common, then few literals, then long ones."""
    several = any(literal.whole and " " in literal.text for literal in clause)
    common = any(literal.text in COMMON for literal in clause)
    return several, common, len(clause), -min(len(literal.text) for literal in clause), sorted(clause)
