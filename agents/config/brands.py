"""The `brands:` section."""

from __future__ import annotations

import yaml

from agents.config.learned import read_learned
from agents.config.lexicon import read_intents, read_lexicon
from agents.config.table import Table, Unique
from agents.config.tree import suggestion
from pipeline.match import QueryError, parse_target
from pipeline.match.accounts import account_key
from pipeline.match.lint import lint
from schemas.config import Brand, Target
from schemas.kinds import TargetType

_BRAND = "write: - {id: my-brand, name: My Brand, targets: [{type: brand, query: 'my brand'}]}"
_TARGET = "write: - {type: brand, query: 'my brand'}"
_QUERY = "write a query between single quotes: query: 'my brand OR @mybrand'"
_ACCOUNT = "write network:handle between quotes, for example 'x:mybrand' or 'mastodon:mybrand@mastodon.social'"


def read_brands(top: Table) -> list[Brand]:
    unique = Unique("brand")
    return [_brand(table, unique) for table in top.tables("brands", _BRAND, required=True)]


def _brand(table: Table, unique: Unique) -> Brand:
    table.only(Brand.__struct_fields__)
    id = table.identifier("id")
    unique.check(id, table)
    name = table.text("name", "write the name that people read, for example name: My Brand", longest=200)
    targets = _targets(table, id or "")
    accounts = [
        account for path, node, account in table.texts("own_accounts", _ACCOUNT) if _is_account(table, path, node)
    ]
    return Brand(
        id or "",
        name or "",
        targets,
        accounts,
        table.flag("observe"),
        read_lexicon(table),
        read_intents(table),
        read_learned(table, id or ""),
    )


def _is_account(table: Table, path: str, node: yaml.Node) -> bool:
    try:
        account_key(node.value)
    except ValueError as fault:
        table.report.add(node, path, str(fault), _ACCOUNT)
        return False
    return True


def _targets(brand: Table, brand_id: str) -> list[Target]:
    unique = Unique("target")
    found: list[Target] = []
    for position, table in enumerate(brand.tables("targets", _TARGET, required=True), start=1):
        table.only(Target.__struct_fields__)
        kind = TargetType(table.choice("type", [str(t) for t in TargetType]) or TargetType.BRAND)
        id = table.identifier("id", required=False)
        if not table.has("id"):
            id = brand_id if kind is TargetType.BRAND else f"{kind}-{position}"
        unique.check(id, table)
        query = table.text("query", _QUERY)
        if query is not None:
            _check_query(table, kind, query)
        found.append(Target(kind, query or "", id or ""))
    return found


def _check_query(table: Table, kind: TargetType, query: str) -> None:
    node = table.node_of("query")
    # Within a block or an escaped value the column of the fault cannot be told from the column of the value.
    one_line = node.end_mark.line == node.start_mark.line
    quotes = 0 if getattr(node, "style", None) is None else 1
    length = node.end_mark.column - node.start_mark.column - 2 * quotes

    def shift(position: int) -> int:
        return quotes + position if one_line and length == len(query) else 0

    try:
        parsed = parse_target(kind, query)
    except QueryError as fault:
        table.report.add(
            node, table.at("query"), fault.message, fault.suggestion, excerpt=fault.caret, shift=shift(fault.position)
        )
        return
    for one in lint(parsed):
        if one.grave:
            table.report.warn(
                node, table.at("query"), one.message, one.suggestion, excerpt=one.caret, shift=shift(one.position)
            )


def check_brand_ids(table: Table, key: str, brands: list[str]) -> list[str]:
    """A list of brand ids, each of which must exist."""
    listed = f"brands are {', '.join(brands)}" if brands else "define it under brands:"
    found: list[str] = []
    for path, node, id in table.texts(key, "write a list of brand ids: [my-brand]"):
        if id in brands:
            found.append(id)
        else:
            table.report.add(node, path, f"there is no brand {id!r}", suggestion(id, brands, listed))
    return found
