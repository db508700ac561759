"""docs/queries.md: every example on it does what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import orjson
import pytest

from agents.commandline import dispatch
from agents.commands.given import mention_of
from pipeline.match import Document, Matcher, naive_match
from schemas.config import Brand, Target
from schemas.kinds import TargetType

PAGE = (Path(__file__).parents[3] / "docs" / "queries.md").read_text("utf-8")
EXAMPLE = re.compile(r"- `([^`]+)`((?: [✓✗] `[^`]+`)+)")
SAID = re.compile(r"([✓✗]) `([^`]+)`")
SESSION = re.compile(r"```\n\$ (escucha match .*)\n((?:.*\n)+?)```")


def _examples() -> list[tuple[str, str, bool]]:
    lines = [line for line in PAGE.splitlines() if line.startswith("- `")]
    found = [EXAMPLE.fullmatch(line) for line in lines]
    assert None not in found, [line for line, example in zip(lines, found, strict=True) if example is None]
    return [(one[1], said, mark == "✓") for one in found if one for mark, said in SAID.findall(one[2])]


def _row(said: str) -> dict[str, Any]:
    row: dict[str, Any] = orjson.loads(said) if said.startswith("{") else {"text": said}
    return row


@pytest.mark.parametrize(("query", "said", "caught"), _examples())
def test_each_example_does_what_the_page_says(query: str, said: str, caught: bool) -> None:
    mention = mention_of(_row(said))
    matcher = Matcher([Brand("b", "B", [Target(TargetType.BRAND, query, "b")])], "v")
    assert bool(matcher.match(mention)) is caught
    assert naive_match(query, Document.from_mention(mention)) is caught


def test_the_page_has_enough_of_both() -> None:
    answers = [caught for *_, caught in _examples()]
    assert sum(answers) > 40
    assert sum(not answer for answer in answers) > 25


@pytest.mark.parametrize(("command", "printed"), SESSION.findall(PAGE))
def test_each_session_prints_what_the_page_shows(
    command: str, printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mentions.jsonl").write_text('{"text": "luz"}\n')
    monkeypatch.chdir(tmp_path)
    dispatch(shlex.split(command)[1:])
    assert capfd.readouterr().err == printed


def test_every_field_of_the_language_is_on_the_page() -> None:
    from pipeline.match.lookalikes import FIELDS

    assert [field for field in FIELDS if f"`{field}:" not in PAGE] == []
