"""What holds wherever a part of a query matches, and which of it cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.match.shape import implies
from pipeline.match.syntax import And, Field, In, Node, Not, Number, Or, Scope

_ONE_VALUE = frozenset({"lang", "network", "kind", "country"})
"""Fields of which a mention has one value at most."""


class Fact(NamedTuple):
    """Something that must hold, or must not, wherever this part of the query matches."""

    node: Node
    scope: Scope
    wanted: bool


def facts_of(node: Node, scope: Scope) -> Iterator[Fact]:
    if isinstance(node, And):
        for child in node.children:
            yield from facts_of(child, scope)
    elif isinstance(node, In):
        yield from facts_of(node.child, node.scope)
    elif isinstance(node, Not):
        yield from _denied(node.child, scope)
    else:
        yield Fact(node, scope, True)


def _denied(node: Node, scope: Scope) -> Iterator[Fact]:
    if isinstance(node, Or):
        for child in node.children:
            yield from _denied(child, scope)
    elif isinstance(node, In):
        yield from _denied(node.child, node.scope)
    elif isinstance(node, Not):
        yield from facts_of(node.child, scope)
    else:
        yield Fact(node, scope, False)


def groups_of(node: Node, scope: Scope) -> Iterator[tuple[Node, Scope]]:
    """Groups within a conjunction that must be looked into on their own."""
    if isinstance(node, And):
        for child in node.children:
            yield from groups_of(child, scope)
    elif isinstance(node, In):
        yield from groups_of(node.child, node.scope)
    elif isinstance(node, Or | Not):
        yield node, scope


def clash(one: Fact, other: Fact) -> bool:
    if one.wanted != other.wanted:
        wanted, denied = (one, other) if one.wanted else (other, one)
        return implies(wanted.node, denied.node, wanted.scope, denied.scope)
    if not one.wanted:
        return False
    a, b = one.node, other.node
    if isinstance(a, Number) and isinstance(b, Number) and a.name == b.name:
        lows = [bound for bound in (a.low, b.low) if bound is not None]
        highs = [bound for bound in (a.high, b.high) if bound is not None]
        return is_empty(max(lows, default=None), min(highs, default=None))
    if isinstance(a, Field) and isinstance(b, Field) and a.name == b.name and a.name in _ONE_VALUE:
        return not (implies(a, b) or implies(b, a))
    return False


def is_empty(low: int | None, high: int | None) -> bool:
    return high is not None and high < max(low or 0, 0)
