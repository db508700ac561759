"""All queries of a configuration over one mention, in one pass: required literals first, then the candidates' plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.match.accounts import SITE, account_key, author_keys, stands_on
from pipeline.match.document import Document
from pipeline.match.errors import QueryError
from pipeline.match.evaluate import evaluate
from pipeline.match.index import LiteralIndex
from pipeline.match.literals import alternatives
from pipeline.match.parser import parse, parse_links
from pipeline.match.piece import Place
from pipeline.match.syntax import Node, Query, Word
from schemas.config import Brand, Target
from schemas.kinds import Op, TargetType
from schemas.mention import Match, Mention, TargetMatch

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


class _Plan(NamedTuple):
    brand: int
    target: Target
    root: Node


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
        self._index = LiteralIndex()
        for number, brand in enumerate(brands):
            for account in brand.own_accounts:
                network, name = account_key(account)
                if network == SITE:
                    self._pages.append((name, number))
                else:
                    self._own.setdefault((network, name), []).append(number)
            for target in brand.targets:
                self._add(number, brand, target)
        self._index.seal()

    def _add(self, number: int, brand: Brand, target: Target) -> None:
        try:
            root = parse_target(target.type, target.query).root
        except QueryError as fault:
            raise fault.at(f"brand {brand.id}, target {target.id}") from None
        for required in alternatives(root):
            self._index.add(len(self._plans), required)
        self._plans.append(_Plan(number, target, root))

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
        for number in sorted(self._index.candidates(doc.haystack)):
            plan = self._plans[number]
            places = evaluate(plan.root, doc)
            if places is not None:
                matched = TargetMatch(plan.target.type, plan.target.id, spans_of(places, doc))
                found.setdefault(plan.brand, []).append(matched)
        return found

    def _own_brands(self, mention: Mention) -> frozenset[int]:
        written = [number for key in author_keys(mention) for number in self._own.get(key, ())]
        standing = [number for page, number in self._pages if stands_on(mention, page)] if mention.url else []
        return frozenset((*written, *standing))


def spans_of(places: list[Place], doc: Document) -> list[tuple[int, int]]:
    """The distinct half-open spans in the original text, in order; places in other parts have none."""
    return sorted(doc.spans_in_text(places))[:MAX_SPANS]
