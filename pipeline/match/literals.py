"""Required literals: strings that a text must hold for a query to match, whatever else the query says."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.match.fold import fold
from pipeline.match.glob import literal_of
from pipeline.match.links import host_spellings
from pipeline.match.syntax import And, Field, In, Near, Node, Or, Phrase, Raw, Run, Wild, Word


class Literal(NamedTuple):
    text: str
    whole: bool
    """It must be a word of the text, sigil included, not only a part of one."""


Clause = frozenset[Literal]
"""Literals of which one must be there."""


def clauses(node: Node) -> list[Clause]:
    """Clauses that every matching text satisfies, cheapest first; none where nothing in particular must be there."""
    if isinstance(node, Or):
        sides = [clauses(child) for child in node.children]
        return [frozenset(literal for side in sides for literal in side[0])] if all(sides) else []
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


def _cost(clause: Clause) -> tuple[int, int, list[Literal]]:
    """Few literals first, then long ones: long words are rare."""
    return len(clause), -min(len(literal.text) for literal in clause), sorted(clause)
