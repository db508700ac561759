"""docs/query-cases.md, row by row. Both the matcher and the grammar's own meaning must agree with what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from agents.commands.given import mention_of
from pipeline.match import Document, Matcher, naive_match
from schemas.config import Brand, Target
from schemas.kinds import TargetType
from schemas.mention import Mention

PAGE = Path(__file__).parents[3] / "docs" / "query-cases.md"
ROW = re.compile(r"\| `((?:[^`])+)` \| (?:`([^`]+)`)? ?\| (yes|no) \|")
ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|(.))")
USUAL: dict[str, Any] = {"network": "x", "kind": "post", "author": "ana_lopez", "author_id": "77", "lang": "es"}
ANSWERS = {"yes": True, "no": False}


def _written(cell: str) -> str:
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else {"n": "\n"}.get(found[2], found[2]), cell)


def _said(cell: str) -> Mention:
    text = _written(cell)
    return mention_of(USUAL | (orjson.loads(text) if text.startswith('{"') else {"text": text}))


def _rows() -> list[tuple[str, str, bool]]:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    found = [ROW.fullmatch(line) for line in lines]
    assert None not in found, [line for line, row in zip(lines, found, strict=True) if row is None]
    return [(_written(row[1]), row[2] or "", ANSWERS[row[3]]) for row in found if row]


ROWS = _rows()


@pytest.mark.parametrize(("query", "said", "expected"), ROWS)
def test_the_page_says_what_a_query_catches(query: str, said: str, expected: bool) -> None:
    mention = _said(said)
    assert naive_match(query, Document.from_mention(mention)) is expected
    matcher = Matcher([Brand("b", "B", [Target(TargetType.BRAND, query, "b")])], "v1")
    assert bool(matcher.match(mention)) is expected


def test_the_page_holds_the_promised_number_of_cases() -> None:
    assert len(set(ROWS)) == len(ROWS) >= 250
    assert min(sum(answer for *_, answer in ROWS), sum(not answer for *_, answer in ROWS)) >= 100
