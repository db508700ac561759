"""Mentions as people have them at hand: JSON lines with at least a `text`, or whole mentions as `social.mentions` carries them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import orjson

from agents.commands.common import UsageError
from agents.commands.lines import numbered
from schemas.kinds import MentionKind, Op
from schemas.mention import Author, Lang, Link, Mention, Named, RawRef

FIELDS = (
    "text, title, quoted_text, lang, network, author (a handle, or an object), author_id, followers, kind, country, url, "
    "links, hashtags, mentions, cashtags"
)


class _Author(msgspec.Struct):
    id: str | None = None
    handle: str | None = None
    followers: int | None = None


class _Lang(msgspec.Struct):
    value: str


class _Given(msgspec.Struct):
    """What a line may say; other fields are let through unread."""

    text: str | None = None
    title: str | None = None
    quoted_text: str | None = None
    lang: str | _Lang | None = None
    network: str | None = None
    author: str | _Author | None = None
    author_id: str | None = None
    followers: int | None = None
    kind: MentionKind | None = None
    country: str | None = None
    url: str | None = None
    instance: str | None = None
    links: list[str | Link] | None = None
    hashtags: list[str] | None = None
    mentions: list[str | Named] | None = None
    cashtags: list[str] | None = None


class Line(NamedTuple):
    """One line: its number from 1, the object as it stands there, and the mention it is."""

    number: int
    row: dict[str, Any]
    mention: Mention


def mentions_in(file: Path | None) -> Iterator[Line]:
    """Every line that is not blank. Raises UsageError that says which line is wrong, how, and what to write."""
    name = str(file) if file else "standard input"
    try:
        with file.open("rb") if file else sys.stdin.buffer as lines:
            for number, line in numbered(lines):
                if line.strip():
                    yield _line(line, number, f"{name}, line {number}")
    except OSError as fault:
        raise UsageError(f"{name}: {fault.strerror}") from None


def _line(line: bytes, number: int, where: str) -> Line:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise UsageError(f'{where}: not JSON ({fault}); write one object a line, as {{"text": "..."}}') from None
    if not isinstance(row, dict) or not any(
        isinstance(row.get(part), str) for part in ("text", "title", "quoted_text")
    ):
        raise UsageError(f'{where}: an object with a "text" is wanted, as {{"text": "...", "lang": "es"}}')
    try:
        return Line(number, row, mention_of(row))
    except msgspec.ValidationError as fault:
        kinds = f" ({', '.join(MentionKind)})" if "$.kind" in str(fault) else ""
        raise UsageError(f"{where}: {fault}{kinds}; fields are {FIELDS}") from None


def mention_of(row: dict[str, Any]) -> Mention:
    """The mention that a row describes. Raises msgspec.ValidationError for a field of the wrong type."""
    given = msgspec.convert(row, _Given)
    author = given.author if isinstance(given.author, _Author) else _Author(handle=given.author)
    lang = given.lang.value if isinstance(given.lang, _Lang) else given.lang
    followers = given.followers if author.followers is None else author.followers
    return Mention(
        schema_version=1,
        op=Op.UPSERT,
        uid="given",
        version="1",
        network=given.network or "",
        received_at="",
        raw=RawRef("json"),
        kind=given.kind,
        author=Author(author.id or given.author_id, author.handle, followers=followers),
        text=given.text,
        title=given.title,
        quoted_text=given.quoted_text,
        lang=Lang(lang, "declared") if lang else None,
        url=given.url,
        instance=given.instance,
        country=given.country,
        links=[Link(link) if isinstance(link, str) else link for link in given.links or ()],
        mentions=[Named(handle=named) if isinstance(named, str) else named for named in given.mentions or ()],
        hashtags=given.hashtags or [],
        cashtags=given.cashtags or [],
    )
