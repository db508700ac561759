"""`escucha match`: what it prints, its exit codes, and what it says of wrong input."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from agents.commandline import dispatch
from schemas.codec import encode
from schemas.kinds import Op
from schemas.mention import Author, Lang, Link, Mention, RawRef

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., str]:
    def write(*rows: Any) -> str:
        path = tmp_path / "rows.jsonl"
        path.write_bytes(b"".join((row if isinstance(row, bytes) else orjson.dumps(row)) + b"\n" for row in rows))
        return str(path)

    return write


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*argv: str) -> tuple[int, list[dict[str, Any]], str]:
        code = dispatch(["match", *argv])
        out, err = capfd.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return command


def test_the_lines_that_match_are_printed_whole_with_their_spans(lines: Callable[..., str], run: Run) -> None:
    first = {"text": "😡 ¡Vaya con IBERLÚZ! otra vez #IberluzFalla", "lang": "es", "id": 7, "nested": {"a": [1]}}
    code, found, err = run("iberluz", lines(first, {"text": "nada"}, b"", {"text": None, "title": "Iberluz"}))
    assert code == 0
    assert found[0] == first | {"spans": [[12, 19], [31, 38]]}
    assert [first["text"][start:end] for start, end in found[0]["spans"]] == ["IBERLÚZ", "Iberluz"]  # type: ignore[index]
    assert found[1]["spans"] == []
    assert err == ""


def test_nothing_found_is_exit_one(lines: Callable[..., str], run: Run) -> None:
    assert run("gas", lines({"text": "luz"})) == (1, [], "")
    assert run("gas", lines()) == (1, [], "")


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("luz lang:es", {"text": "luz", "lang": "es-MX"}),
        ("luz lang:es", {"text": "luz", "lang": {"value": "es", "source": "declared"}}),
        ("luz network:x", {"text": "luz", "network": "x"}),
        ("luz author:ana", {"text": "luz", "author": "@Ana"}),
        ("luz author:7", {"text": "luz", "author": "ana", "author_id": "7"}),
        ("luz author:ana followers:>5", {"text": "luz", "author": {"handle": "ana", "followers": 6}}),
        ("luz followers:6", {"text": "luz", "followers": 6}),
        ("luz kind:review country:MX", {"text": "luz", "kind": "review", "country": "MX"}),
        ("url:a.es/x", {"text": "mira", "links": ["https://a.es/x?utm_source=b"]}),
        ("url:a.es/x", {"text": "mira", "links": [{"url": "https://t.co/1", "expanded": "https://a.es/x"}]}),
        ("site:a.es", {"text": "mira", "url": "https://a.es/x"}),
        ("#luz @ana $ibe", {"text": "", "hashtags": ["Luz"], "mentions": ["ana"], "cashtags": ["IBE"]}),
        ("@ana", {"text": "", "mentions": [{"handle": "ana"}]}),
        ("in:title luz", {"text": "", "title": "luz"}),
        ("luz", {"text": None, "quoted_text": "luz"}),
        (
            "luz",
            {
                "text": "luz",
                "links": None,
                "hashtags": None,
                "mentions": None,
                "author": None,
                "lang": None,
                "other": 1,
            },
        ),
    ],
)
def test_a_line_may_say_more_of_the_mention(
    query: str, row: dict[str, Any], lines: Callable[..., str], run: Run
) -> None:
    assert run(query, lines(row))[0] == 0


def test_a_mention_of_the_contract_is_a_line(lines: Callable[..., str], run: Run) -> None:
    mention = Mention(
        schema_version=1,
        op=Op.UPSERT,
        uid="x:1",
        version="1",
        network="x",
        received_at="2026-11-22T12:00:00.000Z",
        raw=RawRef("x"),
        author=Author("7", "ana", followers=12),
        lang=Lang("es", "declared"),
        text="luz",
        links=[Link("https://t.co/1", "https://a.es/blog")],
    )
    code, [found], _ = run("luz lang:es author:ana followers:12 url:a.es/blog", lines(encode(mention)))
    assert code == 0
    assert found["uid"] == "x:1"


def test_without_a_file_standard_input_is_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "gas"}\n{"text": "luz"}\n')))
    assert run("luz") == (0, [{"text": "luz", "spans": [[0, 3]]}], "")


def test_a_query_that_does_not_parse_is_exit_two_with_a_caret(lines: Callable[..., str], run: Run) -> None:
    code, found, err = run("luz AND", lines({"text": "luz"}))
    assert (code, found) == (2, [])
    assert err.splitlines()[1:] == ["luz AND", "       ^"]
    assert "column 8: a word is missing after AND; write a word, or remove AND" in err


def test_a_doubtful_query_is_told_and_still_runs(lines: Callable[..., str], run: Run) -> None:
    code, found, err = run("luz OR the", lines({"text": "the end"}))
    assert (code, len(found)) == (0, 1)
    assert err.startswith("warning: column 8: nearly every text holds the")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "rows.jsonl, line 2: not JSON"),
        (b"\xff\xfe", "rows.jsonl, line 2: not JSON"),
        (b"[1]", 'line 2: an object with a "text" is wanted'),
        (b'{"texts": "luz"}', 'line 2: an object with a "text" is wanted'),
        (b'{"text": 3}', 'line 2: an object with a "text" is wanted'),
        (b'{"text": "luz", "followers": "many"}', "line 2: Expected `int | null`, got `str` - at `$.followers`"),
        (
            b'{"text": "luz", "kind": "shout"}',
            "line 2: Invalid enum value 'shout' - at `$.kind` (post, comment, reply,",
        ),
        (b'{"text": "luz", "links": "a.es"}', "line 2: Expected `array | null`, got `str` - at `$.links`"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_after_those_before_it(
    line: bytes, says: str, lines: Callable[..., str], run: Run
) -> None:
    code, found, err = run("luz", lines({"text": "luz"}, line))
    assert (code, len(found)) == (2, 1)
    assert says in err
    assert "Traceback" not in err


def test_a_file_that_is_not_there_is_exit_two(run: Run) -> None:
    code, _, err = run("luz", "/nowhere/rows.jsonl")
    assert code == 2
    assert "No such file" in err
