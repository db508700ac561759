"""The `sources:` section: each kind of connector and the options it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agents.config.brands import check_brand_ids
from agents.config.table import Table, Unique
from schemas.config import Source

_SOURCE = "write: - {id: demo, kind: simulator}"

Value = str | int | float | bool | list[str]


@dataclass(frozen=True, slots=True)
class Whole:
    default: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Number:
    default: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Words:
    """Text, or with `many` a list of texts, of a form."""

    default: str | tuple[str, ...]
    form: re.Pattern[str]
    remedy: str


@dataclass(frozen=True, slots=True)
class BrandIds:
    """Ids of configured brands; without it, all of them."""


Option = Whole | Number | Words | BrandIds

_HOST = re.compile(r"(?!-)[a-z0-9\-]+(\.[a-z0-9\-]+)*(:\d{1,5})?", re.IGNORECASE)
_NSID = re.compile(r"[a-z][a-z0-9\-]*(\.[a-zA-Z0-9\-]+){2,}(\.\*)?|[a-z][a-z0-9\-]*(\.[a-zA-Z0-9\-]+)+\.\*")

KINDS: dict[str, dict[str, Option]] = {
    "simulator": {
        "seed": Whole(7, 0, 2**31 - 1),
        "rate": Number(1.0, 0.01, 600.0),
        "brands": BrandIds(),
    },
    "bluesky": {
        "hosts": Words((), _HOST, "write host names: [jetstream2.us-east.bsky.network]"),
        "collections": Words(
            ("app.bsky.feed.post", "app.bsky.feed.repost"), _NSID, "write collection names: [app.bsky.feed.post]"
        ),
    },
}
"""`rate` is the mean number of opinions a minute and brand; without `hosts` the public ones are tried in turn."""


def read_sources(top: Table, brands: list[str]) -> list[Source]:
    unique = Unique("source")
    return [_source(table, unique, brands) for table in top.tables("sources", _SOURCE)]


def _source(table: Table, unique: Unique, brands: list[str]) -> Source:
    id = table.identifier("id")
    unique.check(id, table)
    kind = table.choice("kind", list(KINDS))
    if kind is None:
        return Source(id or "", "")
    options = KINDS[kind]
    table.only(["id", "kind", *options])
    values: dict[str, Value] = {}
    for key, option in options.items():
        value = _value(table, key, option, brands)
        if value is not None:
            values[key] = value
    return Source(id or "", kind, values)


def _value(table: Table, key: str, option: Option, brands: list[str]) -> Value | None:
    if isinstance(option, Whole):
        return table.whole(key, option.default, option.low, option.high)
    if isinstance(option, Number):
        return table.number(key, option.default, option.low, option.high)
    if isinstance(option, BrandIds):
        return check_brand_ids(table, key, brands) or None
    if isinstance(option.default, str):
        value = table.text(key, option.remedy, required=False)
        if value is not None and not option.form.fullmatch(value):
            table.wrong(key, f"{value!r} is not of the right form", option.remedy)
        return value or option.default
    found: list[str] = []
    for path, node, value in table.texts(key, option.remedy):
        if not option.form.fullmatch(value):
            table.report.add(node, path, f"{value!r} is not of the right form", option.remedy)
        found.append(value)
    return found or list(option.default)
