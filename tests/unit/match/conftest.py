"""Mentions to match against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from schemas.kinds import MentionKind, Op
from schemas.mention import Author, Lang, Link, Mention, Named, RawRef


@pytest.fixture
def mention() -> Callable[..., Mention]:
    """A mention with these words; `links`, `tags`, `handles` as plain strings."""

    def make(text: str | None = None, **fields: Any) -> Mention:
        author = Author(fields.pop("author_id", "77"), fields.pop("author", "ana_lopez"))
        lang = fields.pop("lang", "es")
        return Mention(
            schema_version=1,
            op=fields.pop("op", Op.UPSERT),
            uid="x:1",
            version="1",
            network=fields.pop("network", "x"),
            received_at="2026-11-22T12:00:00.000Z",
            raw=RawRef("x"),
            kind=fields.pop("kind", MentionKind.POST),
            author=author,
            lang=Lang(lang, "declared") if lang else None,
            text=text,
            links=[Link("https://t.co/abc", link) for link in fields.pop("links", ())],
            hashtags=list(fields.pop("tags", ())),
            mentions=[Named(handle=handle) for handle in fields.pop("handles", ())],
            **fields,
        )

    return make
