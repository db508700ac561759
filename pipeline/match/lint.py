"""Queries that parse and still are not what their writer wants: that never match, match everything, or say a thing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.match.common_words import COMMON
from pipeline.match.contradiction import Fact, clash, facts_of, groups_of, is_empty
from pipeline.match.errors import caret
from pipeline.match.literals import clauses
from pipeline.match.shape import implies
from pipeline.match.syntax import And, Field, In, Near, Node, Not, Number, Or, Phrase, Query, Raw, Scope, Wild, Word

_PAIRS = 120
"""Operands of one AND or OR that are compared each with each; of longer lists only equal ones are told."""
_SLIPS = {
    ("lang", "sp"): "lang:es",
    ("lang", "jp"): "lang:ja",
    ("lang", "cn"): "lang:zh",
    ("lang", "dk"): "lang:da",
    ("lang", "gb"): "lang:en",
    ("lang", "us"): "lang:en",
    ("lang", "mx"): "lang:es",
    ("country", "uk"): "country:GB",
    ("country", "en"): "country:GB",
    ("network", "twitter"): "network:x",
    ("network", "bsky"): "network:bluesky",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """What is doubtful, where, and what to write instead. `grave`: the query cannot do its work as it stands."""

    position: int
    message: str
    suggestion: str
    grave: bool
    query: str

    @property
    def caret(self) -> str:
        """The query, and a caret below the position."""
        return caret(self.query, self.position)

    def __str__(self) -> str:
        return f"column {self.position + 1}: {self.message}; {self.suggestion}\n{self.caret}"


def lint(query: Query) -> list[Remark]:
    """What a person should know about the query, in the order of its text. Nothing is found in vain: what is called
    impossible matches no mention, what is called superfluous changes nothing when it is left out."""
    linter = _Linter(query.source)
    if linter.impossible(query.root, Scope.ANYWHERE, []):
        linter.found = [replace(one, message=f"the query never matches: {one.message}") for one in linter.found]
    else:
        linter.breadth(query.root)
        linter.negation(query.root)
    linter.repeats(query.root)
    linter.slips(query.root)
    return sorted(set(linter.found), key=lambda remark: (remark.position, not remark.grave, remark.message))


class _Linter:
    def __init__(self, source: str) -> None:
        self._source = source
        self.found: list[Remark] = []
        self._never: list[Node] = []

    def add(self, node: Node, message: str, suggestion: str, grave: bool = False) -> None:
        self.found.append(Remark(node.at, message, suggestion, grave, self._source))

    def _shown(self, node: Node) -> str:
        text = " ".join(self._source[node.at : node.end].split())
        text = f"({text})" if isinstance(node, Or) else text
        return text if len(text) <= 40 else text[:39] + "…"

    def impossible(self, node: Node, scope: Scope, known: Sequence[Fact]) -> bool:
        """Whether the node can never match where `known` holds; says why."""
        if isinstance(node, Or):
            sides = [self.impossible(child, scope, known) for child in node.children]  # each side has its say
            return all(sides)
        if isinstance(node, In):
            return self.impossible(node.child, node.scope, known)
        own = list(facts_of(node, scope))[:_PAIRS]
        never = False
        for number, fact in enumerate(own):
            never = self._contradicted(fact, [*known, *own[:number]]) or never
        for child, inner in groups_of(node, scope):
            if isinstance(child, Or):
                never = self.impossible(child, inner, [*known, *own][:_PAIRS]) or never
            elif isinstance(child, Not) and self.impossible(child.child, inner, []):
                self.add(child, f"{self._shown(child)} drops nothing", "remove it, or mend what follows NOT")
        if never:
            self._never.append(node)
        return never

    def _contradicted(self, fact: Fact, others: Sequence[Fact]) -> bool:
        node = fact.node
        if fact.wanted and isinstance(node, Number) and is_empty(node.low, node.high):
            self.add(node, f"no number is in {self._shown(node)}", "check the bounds", grave=True)
            return True
        other = next((other for other in others if clash(fact, other)), None)
        if other is None:
            return False
        if fact.wanted and other.wanted:
            message = f"{self._shown(node)} never holds together with {self._shown(other.node)}"
            remedy = f"write OR between them: ({self._shown(other.node)} OR {self._shown(node)})"
        else:
            wanted, denied = (node, other.node) if fact.wanted else (other.node, node)
            message = f"NOT {self._shown(denied)} drops all that {self._shown(wanted)} asks for"
            remedy = "remove one of the two"
        self.add(node, message, "check the bounds" if isinstance(node, Number) else remedy, grave=True)
        return True

    def breadth(self, node: Node) -> None:
        """Sides of the query that match nearly everything."""
        if isinstance(node, Or | In):
            for child in node.children if isinstance(node, Or) else (node.child,):
                self.breadth(child)
            return
        if any(node is never for never in self._never):
            return
        leaves = [leaf for leaf, wanted in _leaves(node, True) if wanted]
        words = [leaf for leaf in leaves if not isinstance(leaf, Field | Number)]
        if not clauses(node):
            if not words and not any(isinstance(leaf, Field) and leaf.name in ("site", "author") for leaf in leaves):
                self.add(
                    node,
                    f"{self._shown(node)} asks for no word, so it matches every mention of that kind",
                    "add a word, unless all of them are wanted",
                    grave=True,
                )
        elif words and all(_is_weak(word) for word in words):
            self.add(
                node,
                f"nearly every text holds {self._shown(node)}",
                "add a word that sets the brand apart, or make a phrase of it",
                grave=True,
            )
        elif isinstance(node, And):
            for child in node.children:
                if _is_weak(child):
                    self.add(
                        child, f"nearly every text holds {self._shown(child)}", "leave it out, or make a phrase of it"
                    )

    def negation(self, root: Node) -> None:
        leaves = list(_leaves(root, True))
        dropped = sum(not wanted for _, wanted in leaves)
        if len(leaves) >= 3 and 2 * dropped > len(leaves):
            first = next(leaf for leaf, wanted in leaves if not wanted)
            self.add(
                first,
                f"{dropped} of {len(leaves)} terms are negated: the query says more of what it does not want than of what it wants",
                "ask for a word that wanted mentions have; `escucha brands check` shows what each NOT drops",
            )
        for leaf, wanted in leaves:
            if not wanted and _is_weak(leaf):
                self.add(
                    leaf,
                    f"NOT drops nearly everything: nearly every text holds {self._shown(leaf)}",
                    "remove it",
                    grave=True,
                )

    def repeats(self, node: Node) -> None:
        """Operands that another one makes superfluous."""
        if isinstance(node, And | Or):
            self._repeats_among(node.children, isinstance(node, Or))
            for child in node.children:
                self.repeats(child)
        elif isinstance(node, Not | In):
            self.repeats(node.child)
        elif isinstance(node, Near):
            for operand in node.operands:
                self.repeats(operand)

    def _repeats_among(self, children: Sequence[Node], either: bool) -> None:
        seen: dict[Node, Node] = {}
        distinct = []
        for child in children:
            if child in seen:
                self.add(child, f"{self._shown(child)} is there twice", "remove one of the two")
            else:
                seen[child] = child
                distinct.append(child)
        if len(distinct) > _PAIRS:
            return
        for child in distinct:
            for other in distinct:
                if child is not other and (implies(child, other) if either else implies(other, child)):
                    if implies(other, child) if either else implies(child, other):
                        continue  # they mean the same: which is superfluous?
                    reason = "matches" if either else "asks for"
                    self.add(
                        child,
                        f"{self._shown(child)} is superfluous: {self._shown(other)} already {reason} it",
                        "remove one of the two",
                    )
                    break

    def slips(self, root: Node) -> None:
        for leaf, _ in _leaves(root, True):
            if isinstance(leaf, Field) and (meant := _SLIPS.get((leaf.name, leaf.value))):
                self.add(leaf, f"no mention has {self._shown(leaf)}", f"did you mean {meant}?", grave=True)


def _leaves(node: Node, wanted: bool) -> Iterator[tuple[Node, bool]]:
    if isinstance(node, And | Or):
        for child in node.children:
            yield from _leaves(child, wanted)
    elif isinstance(node, Not):
        yield from _leaves(node.child, not wanted)
    elif isinstance(node, In):
        yield from _leaves(node.child, wanted)
    else:
        yield node, wanted


def _is_weak(node: Node) -> bool:
    """Whether nearly every text of some length holds it."""
    if isinstance(node, Word):
        return node.key in COMMON or (len(node.key) == 1 and node.key.isalnum())
    if isinstance(node, Wild):
        letters = len(node.pattern.replace("*", "").replace("?", ""))
        return "*" in node.pattern and letters <= (3 if node.pattern[0] == node.pattern[-1] == "*" else 2)
    if isinstance(node, Phrase):
        return len(node.parts) == 2 and all(_is_weak(part) for part in node.parts)
    if isinstance(node, Or):
        return any(_is_weak(child) for child in node.children)
    if isinstance(node, In):
        return _is_weak(node.child)
    if isinstance(node, Near):
        return all(_is_weak(operand) for operand in node.operands)
    return isinstance(node, Raw) and node.words is not None and len(node.text) == 1 and _is_weak(node.words)
