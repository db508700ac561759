"""All queries of a configuration over one mention, in one pass: required literals first, then the candidates' plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import ahocorasick

from pipeline.match.accounts import SITE, account_key, author_keys, stands_on
from pipeline.match.document import Document, Place
from pipeline.match.errors import QueryError
from pipeline.match.evaluate import evaluate
from pipeline.match.literals import clauses
from pipeline.match.parser import parse, parse_links
from pipeline.match.syntax import Node, Query, Word
from schemas.config import Brand, Target
from schemas.kinds import Op, TargetType
from schemas.mention import Match, Mention, TargetMatch

_INNER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")

MAX_SPANS = 64
"""Spans told for one target of one mention; further ones say nothing new."""


def parse_target(kind: TargetType, query: str) -> Query:
    """The query of a target; bare words in a `url` target are addresses. Raises QueryError."""
    if kind is TargetType.URL:
        return parse_links(query)
    parsed = parse(query)
    if kind is TargetType.HANDLE and isinstance(parsed.root, Word) and parsed.root.key[0] != "@":
        raise QueryError(0, "a target of type handle needs a handle", f"write @{query.strip().lstrip('#$')}", query)
    return parsed


class _Sought(NamedTuple):
    """A required literal, and the plans that need it as a part of any word, or as a whole word."""

    text: str
    anywhere: list[int]
    whole: list[int]
    plain: bool
    """It begins and ends with a letter or digit of ASCII, and so never has one beside it where it is a whole word."""


class _Plan(NamedTuple):
    brand: int
    target: Target
    root: Node
    needs: list[list[str]]
    """Of each list, one string must be in the text: what is left to check once the first clause was found."""


class Matcher:
    """The compiled queries of a configuration. Cost follows the text and the queries it may match, not their number."""

    version: str

    def __init__(self, brands: Sequence[Brand], version: str) -> None:
        """Raises QueryError naming brand and target."""
        self.version = version
        self.brands = tuple(brands)
        self._brands = [brand.id for brand in brands]
        self._plans: list[_Plan] = []
        self._own: dict[tuple[str, str], list[int]] = {}
        self._pages: list[tuple[str, int]] = []
        self._always: list[int] = []
        sought: dict[str, _Sought] = {}
        for number, brand in enumerate(brands):
            for account in brand.own_accounts:
                network, name = account_key(account)
                if network == SITE:
                    self._pages.append((name, number))
                else:
                    self._own.setdefault((network, name), []).append(number)
            for target in brand.targets:
                self._add(number, brand, target, sought)
        self._automaton = _automaton(sought)

    def _add(self, number: int, brand: Brand, target: Target, sought: dict[str, _Sought]) -> None:
        try:
            root = parse_target(target.type, target.query).root
        except QueryError as fault:
            raise fault.at(f"brand {brand.id}, target {target.id}") from None
        required = clauses(root)
        plan = len(self._plans)
        needs = [sorted({literal.text for literal in clause}) for clause in required[1:]]
        self._plans.append(_Plan(number, target, root, needs))
        if not required:
            self._always.append(plan)
            return
        for literal in required[0]:
            entry = sought.setdefault(literal.text, _Sought(literal.text, [], [], _is_plain(literal.text)))
            (entry.whole if literal.whole else entry.anywhere).append(plan)

    def match(self, mention: Mention) -> list[Match]:
        """Which brands the mention is for, by brand id; each with the targets that matched, in the brand's order.

        An own post is matched even when no query matches. A change without words (delete, engagement) matches nothing.
        """
        if mention.op is not Op.UPSERT:
            return []
        own = self._own_brands(mention) if self._own or self._pages else frozenset()
        found = self.match_document(Document.from_mention(mention))
        if not found and not own:
            return []
        brands = sorted({self._brands[number]: number for number in (*found, *own)}.items())
        return [Match(brand, self.version, found.get(number, []), number in own) for brand, number in brands]

    def match_document(self, doc: Document) -> dict[int, list[TargetMatch]]:
        """Target matches by the brand's position in the configuration."""
        found: dict[int, list[TargetMatch]] = {}
        for number in sorted(self._candidates(doc)):
            plan = self._plans[number]
            places = evaluate(plan.root, doc)
            if places is not None:
                matched = TargetMatch(plan.target.type, plan.target.id, spans_of(places, doc))
                found.setdefault(plan.brand, []).append(matched)
        return found

    def _candidates(self, doc: Document) -> Iterable[int]:
        """Plans whose literals are all there. Whole words are told by their neighbours, without cutting up the text."""
        if self._automaton is None:
            return self._always
        text = doc.haystack
        edged = "\n" + text + "\n"
        tagged = "#" in text  # a camel-cased tag holds whole words that have letters beside them
        plans = set(self._always)
        for last, (literal, anywhere, whole, plain) in self._automaton.iter(text):
            if anywhere:
                plans.update(anywhere)
            if not whole:
                continue
            if plain and not tagged and (edged[last + 2] in _INNER or edged[last + 1 - len(literal)] in _INNER):
                continue
            plans.update(whole)
        return [plan for plan in plans if self._may_match(plan, text)]

    def _may_match(self, plan: int, text: str) -> bool:
        for clause in self._plans[plan].needs:
            for literal in clause:
                if literal in text:
                    break
            else:
                return False
        return True

    def _own_brands(self, mention: Mention) -> frozenset[int]:
        written = [number for key in author_keys(mention) for number in self._own.get(key, ())]
        standing = [number for page, number in self._pages if stands_on(mention, page)] if mention.url else []
        return frozenset((*written, *standing))


def _is_plain(literal: str) -> bool:
    return literal[0] in _INNER and literal[-1] in _INNER


def _automaton(sought: dict[str, _Sought]) -> ahocorasick.Automaton | None:
    if not sought:
        return None
    automaton = ahocorasick.Automaton()
    for text, entry in sought.items():
        automaton.add_word(text, entry)
    automaton.make_automaton()
    return automaton


def spans_of(places: list[Place], doc: Document) -> list[tuple[int, int]]:
    """The distinct half-open spans in the original text, in order; places in other parts have none."""
    spans = {doc.span(place) for place in places if place.first in _TEXT_POSITIONS}
    return sorted(spans)[:MAX_SPANS]


_TEXT_POSITIONS = range(1 << 20)
