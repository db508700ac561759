"""No text and no query makes matching cost more than its length: counted in steps of the interpreter, not in seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from pipeline.match import Matcher, parse
from schemas.config import Brand, Target
from schemas.kinds import Op, TargetType
from schemas.mention import Mention, RawRef

SIZE = 1_200
LONG = 10_000
"""Characters of a long text: what a forum post or a review may have."""

HARD = [
    ("aa*aa*aa*ab", "a"),
    ("*aaaaab", "a"),
    ("a?aa?aa*b", "a"),
    ("aa*ab", "aa "),
    ('"aa aa aa aa ab"', "aa "),
    ('"aa* aa* aa* ab"', "aa "),
    ("aa NEAR/100 aa NEAR/100 ab", "aa "),
    ("aa NEAR/100 aa NEAR/100 aa", "aa "),
    ("(aa OR aa* OR aaa) ONEAR/100 (ab OR aa*)", "aa "),
    ("aaa", "#"),
    ("aaa", "#AaA"),
    ("aaa", "@a."),
    ("aaa", "@a@"),
    ("aaa", "$a"),
    ("電力電力", "電力"),
    ("url:a.es/x", "a."),
    ("url:a.es/x", "a-"),
    ("url:a.es/x", "https://a.es/"),
    ("url:a.es/x", "a.es "),
    ("url:a.es/x", "https://a.es/y "),
    ("aaa", "e\u0301"),
    ("aaa", "👩‍"),
    ("aaa", "🇦"),
    ("aaa", "#AaAaAaAa"),
    ("raw:aaa", "aaa "),
    ("raw:Aaa", "aaa "),
    ('raw:"aa  aa ab"', "aa "),
    ('raw:"((()"', "("),
    ('raw:"(("', "(("),
    ("raw:é", "e\u0301"),
    ("raw:aa NEAR/100 raw:aa NEAR/100 ab", "aa "),
    ("a" * 60 + "*b", "a"),
    ("*" + "aa?" * 20 + "b", "a"),
    ('aa NEAR/100 (aa* OR *aa OR "aa aa") ONEAR/100 aa NEAR/100 (ab OR aa) ONEAR/100 ac', "aa "),
    ('in:text (aa NEAR/50 aa) NOT (aa NEAR/2 ab OR "aa aa ab")', "aa "),
    ("followers:>5 aa lang:es country:ES", "aa "),
    ("url:a.es/x?b=1", "https://a.es/x?c=1&d=2 "),
    ("url:a.es", "https://xn--a-3ga.es/ "),
    ("site:a.es aa", "aa m.a.es "),
]


def _steps(work: Callable[[], object]) -> int:
    count = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def _mention(text: str) -> Mention:
    return Mention(1, Op.UPSERT, "x:1", "1", "x", "2026-11-22T12:00:00.000Z", RawRef("x"), text=text)


@pytest.mark.parametrize(("query", "unit"), HARD)
def test_steps_grow_with_the_text_and_no_faster(query: str, unit: str) -> None:
    matcher = Matcher([Brand("b", "B", [Target(TargetType.BRAND, query, "t")])], "v")
    short, long = (_mention((unit * n)[:n]) for n in (SIZE, 4 * SIZE))
    matcher.match(short)
    few, many = _steps(lambda: matcher.match(short)), _steps(lambda: matcher.match(long))
    assert many <= 5 * few + 500


@pytest.mark.parametrize(("query", "unit"), HARD)
def test_ten_kilobytes_take_a_bounded_number_of_steps_a_character(query: str, unit: str) -> None:
    matcher = Matcher([Brand("b", "B", [Target(TargetType.BRAND, query, "t")])], "v")
    text = _mention((unit * LONG)[:LONG])
    assert _steps(lambda: matcher.match(text)) <= 120 * LONG


@pytest.mark.parametrize(
    "unit",
    [
        "a ",
        "(a OR b) ",
        'a "b c" ',
        "a NEAR/2 b ",
        "a OR ",
        "lang:es ",
        "#",
        "( ",
        '"',
        "- ",
        "aa* ",
        "aa?",
        "in:title a ",
        "raw:a ",
        "followers:>1 a ",
        "a and ",
        "ａ",
        "‘a ",
    ],
)
def test_parsing_takes_steps_in_proportion_to_the_query(unit: str) -> None:
    def work(size: int) -> Callable[[], None]:
        def run() -> None:
            try:
                parse((unit * size)[: size - 2] + "aa")
            except ValueError:
                return

        return run

    work(800)()
    assert _steps(work(3_200)) <= 5 * _steps(work(800)) + 500
