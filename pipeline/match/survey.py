"""What a configuration's queries catch in a pile of mentions, what they nearly catch, and what their NOTs drop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.match.document import Document
from pipeline.match.evaluate import evaluate
from pipeline.match.lint import Remark, lint
from pipeline.match.literals import Clause, clauses
from pipeline.match.matcher import Matcher, parse_target, spans_of
from pipeline.match.syntax import And, In, Node, Not, Or, Query, Scope
from schemas.config import Brand, Target
from schemas.mention import Mention


class Example(NamedTuple):
    """A line, its words, and the half-open spans in them that matched, nearly matched or dropped it. `why`: what it lacks."""

    line: int
    text: str
    spans: list[tuple[int, int]]
    why: str = ""


@dataclass(slots=True)
class Pile:
    """Some lines of one sort: how many, and the first few that differ."""

    lines: int = 0
    examples: list[Example] = field(default_factory=list)

    def add(self, example: Example, keep: int) -> None:
        self.lines += 1
        if len(self.examples) < keep and all(example.text != other.text for other in self.examples):
            self.examples.append(example)


@dataclass(slots=True)
class TargetSurvey:
    """`near`: lines that hold what the query needs first and still are not caught. `dropped`: by NOT, as it is written."""

    target: Target
    remarks: list[Remark]
    caught: Pile = field(default_factory=Pile)
    near: Pile = field(default_factory=Pile)
    dropped: dict[str, Pile] = field(default_factory=dict)


@dataclass(slots=True)
class BrandSurvey:
    """`caught`: lines that any target caught; `own`: lines by the brand's own accounts, which never count."""

    brand: Brand
    targets: list[TargetSurvey]
    caught: int = 0
    own: int = 0
    shared: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Lines that both of two targets caught, by their ids in the order of the configuration."""


class _Plan(NamedTuple):
    survey: TargetSurvey
    query: Query
    first: Clause | None
    without: list[tuple[Not, Node]]
    """Each NOT, and the query without it."""


class Survey:
    """Fed line by line; everything it tells is in `lines` and `brands`."""

    def __init__(self, brands: Sequence[Brand], examples: int = 3) -> None:
        """Raises QueryError naming brand and target."""
        self._matcher = Matcher(brands, "survey")
        self._keep = examples
        self.lines = 0
        self.brands: list[BrandSurvey] = []
        self._plans: list[list[_Plan]] = []
        for brand in brands:
            plans = [_plan(target) for target in brand.targets]
            self._plans.append(plans)
            self.brands.append(BrandSurvey(brand, [plan.survey for plan in plans]))

    def take(self, line: int, mention: Mention) -> None:
        """Count one mention."""
        self.lines += 1
        doc = Document.from_mention(mention)
        text = mention.text or mention.title or mention.quoted_text or ""
        matches = {match.brand: match for match in self._matcher.match(mention)}
        for told, plans in zip(self.brands, self._plans, strict=True):
            match = matches.get(told.brand.id)
            if match is not None and match.own:
                told.own += 1
                continue
            found = {target.id: target.spans for target in match.targets} if match else {}
            told.caught += bool(found)
            ids = [plan.survey.target.id for plan in plans if plan.survey.target.id in found]
            told.shared.update((one, other) for n, one in enumerate(ids) for other in ids[n + 1 :])
            for plan in plans:
                spans = found.get(plan.survey.target.id)
                if spans is not None:
                    plan.survey.caught.add(Example(line, text, spans if mention.text else []), self._keep)
                else:
                    self._missed(plan, line, text, doc)

    def _missed(self, plan: _Plan, line: int, text: str, doc: Document) -> None:
        held = [] if plan.first is None else _held(plan.first, doc)
        if plan.first is not None and not held:
            return
        source = plan.query.source
        for dropping, root in plan.without:
            if evaluate(root, doc) is not None:
                spans = spans_of(evaluate(dropping.child, doc) or [], doc)
                pile = plan.survey.dropped.setdefault(source[dropping.at : dropping.end], Pile())
                pile.add(Example(line, text, spans), self._keep)
                return
        if held:
            lacking = _lacking(plan.query.root, doc, Scope.ANYWHERE)
            why = f"holds {', '.join(held)}, not {source[lacking.at : lacking.end]}"
            spans = spans_of([place for word in held for place in doc.places_of(word)], doc)
            plan.survey.near.add(Example(line, text, spans, why), self._keep)


def _plan(target: Target) -> _Plan:
    query = parse_target(target.type, target.query)
    required = clauses(query.root)
    without = [(node, root) for node in _nots(query.root) if (root := _leave_out(query.root, node)) is not None]
    return _Plan(TargetSurvey(target, lint(query)), query, required[0] if required else None, without)


def _held(clause: Clause, doc: Document) -> list[str]:
    return sorted(
        literal.text
        for literal in clause
        if literal.text in doc.haystack and (not literal.whole or doc.places_of(literal.text))
    )


def _nots(node: Node) -> Iterator[Not]:
    """NOTs beside something wanted, in the order of the query."""
    if isinstance(node, And | Or):
        for child in node.children:
            if isinstance(child, Not) and isinstance(node, And):
                yield child
            else:
                yield from _nots(child)
    elif isinstance(node, In):
        yield from _nots(node.child)


def _leave_out(node: Node, gone: Not) -> Node | None:
    """The tree without one node; None where nothing is left."""
    if node is gone:
        return None
    if isinstance(node, And | Or):
        kept = [left for child in node.children if (left := _leave_out(child, gone)) is not None]
        return replace(node, children=tuple(kept)) if kept else None
    if isinstance(node, In):
        child = _leave_out(node.child, gone)
        return None if child is None else replace(node, child=child)
    return node


def _lacking(node: Node, doc: Document, scope: Scope) -> Node:
    """The smallest part of the query that fails: the first operand of an AND that does not hold."""
    if isinstance(node, In):
        return _lacking(node.child, doc, node.scope)
    if isinstance(node, And):
        return next(_lacking(child, doc, scope) for child in node.children if evaluate(child, doc, scope) is None)
    return node
