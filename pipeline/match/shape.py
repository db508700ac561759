"""What can be told of a query without any text: whether it needs something, whether it has places, what follows from what."""

from __future__ import annotations

from pipeline.match.glob import glob_match
from pipeline.match.links import has_prefix, in_site
from pipeline.match.syntax import And, Field, In, Near, Node, Not, Number, Or, Phrase, Raw, Run, Scope, Wild, Word


def has_place(node: Node) -> bool:
    """Whether NEAR can measure from it."""
    if isinstance(node, Or):
        return all(has_place(child) for child in node.children)
    if isinstance(node, Raw):
        return node.words is not None
    return isinstance(node, Word | Wild | Run | Phrase)


def is_anchored(node: Node, negated: bool = False) -> bool:
    """Whether a match needs something to be there (or, `negated`, whether a failure to match does)."""
    if isinstance(node, Not):
        return is_anchored(node.child, not negated)
    if isinstance(node, In):
        return is_anchored(node.child, negated)
    if isinstance(node, And | Or):
        some = isinstance(node, And) is not negated
        return (any if some else all)(is_anchored(child, negated) for child in node.children)
    return not negated


def implies(one: Node, other: Node, scope: Scope = Scope.ANYWHERE, other_scope: Scope = Scope.ANYWHERE) -> bool:
    """Whether every mention that `one` matches is plainly one that `other` matches. False where that is hard to tell."""
    if one == other and scope == other_scope:
        return True
    if isinstance(one, In):
        return implies(one.child, other, one.scope, other_scope)
    if isinstance(other, In):
        return implies(one, other.child, scope, other.scope)
    if isinstance(one, Or):
        return all(implies(child, other, scope, other_scope) for child in one.children)
    if isinstance(other, Or):
        return any(implies(one, child, scope, other_scope) for child in other.children)
    if isinstance(other, And):
        return all(implies(one, child, scope, other_scope) for child in other.children)
    if isinstance(one, Not) and isinstance(other, Not):
        return implies(other.child, one.child, other_scope, scope)
    if isinstance(one, Not) or isinstance(other, Not):
        return False
    if isinstance(one, And):
        return any(implies(child, other, scope, other_scope) for child in one.children)
    if isinstance(one, Field | Number) or isinstance(other, Field | Number):
        return one == other or _fact_implies(one, other)
    if scope & ~other_scope:
        return False
    return _words_imply(one, other)


def _words_imply(one: Node, other: Node) -> bool:
    if one == other:
        return True
    if isinstance(one, Near):
        return any(_operand_implies(operand, other) for operand in one.operands)
    if isinstance(one, Raw):
        return one.words is not None and _words_imply(one.words, other)
    if isinstance(one, Phrase):
        if isinstance(other, Phrase):
            spans = range(len(one.parts) - len(other.parts) + 1)
            return any(one.parts[at : at + len(other.parts)] == other.parts for at in spans)
        return any(_words_imply(part, other) for part in one.parts)
    if isinstance(one, Run):
        return isinstance(other, Run) and other.text in one.text
    if isinstance(one, Word) and isinstance(other, Wild):
        return _sigil(one.key) == _sigil(other.pattern) and glob_match(other.pattern, one.key)
    return False


def _operand_implies(operand: Node, other: Node) -> bool:
    if isinstance(operand, Or):
        return all(_operand_implies(child, other) for child in operand.children)
    return _words_imply(operand, other)


def _fact_implies(one: Node, other: Node) -> bool:
    if isinstance(one, Number) and isinstance(other, Number):
        low = other.low is None or (one.low is not None and one.low >= other.low)
        high = other.high is None or (one.high is not None and one.high <= other.high)
        return one.name == other.name and low and high
    if not (isinstance(one, Field) and isinstance(other, Field)):
        return False
    if one.name == "url":
        return (has_prefix if other.name == "url" else in_site)(one.value, other.value) and other.name in (
            "url",
            "site",
        )
    if one.name != other.name:
        return False
    match one.name:
        case "lang":
            return one.value.startswith(other.value + "-")
        case "site":
            return in_site(one.value, other.value)
        case "author":
            return "*" not in one.value and "?" not in one.value and glob_match(other.value, one.value)
        case _:
            return False


def _sigil(key: str) -> str:
    return key[0] if key[0] in "#@$" else ""
