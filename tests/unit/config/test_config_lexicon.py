"""A brand's own words in the configuration: read, checked where they stand, and part of the version."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.config import ConfigError, Problem, parse_config
from pipeline.match.version import config_version
from schemas.codec import encode
from schemas.config import Brand, Lexicon
from schemas.kinds import Intent

BRAND = "brands:\n  - id: iberluz\n    name: Iberluz\n    targets:\n      - {type: brand, query: 'iberluz'}\n"
ROOT = Path(__file__).parents[3]

MISTAKES = [
    # what, lines after the brand, line, column, path, message, remedy
    (
        "lexicon a list",
        "    lexicon: [caro]",
        6,
        14,
        "lexicon",
        "expected a mapping, found a list",
        "lexicon: {negative:",
    ),
    ("lexicon a word", "    lexicon: caro", 6, 14, "lexicon", "expected a mapping, found text", "lexicon: {negative:"),
    (
        "unknown feeling",
        "    lexicon: {negativ: [caro]}",
        6,
        15,
        "lexicon.negativ",
        "unknown key",
        "did you mean negative?",
    ),
    (
        "list is a word",
        "    lexicon: {negative: caro}",
        6,
        25,
        "lexicon.negative",
        "expected a list",
        "the phrase as people do",
    ),
    (
        "phrase is a number",
        "    lexicon: {negative: [80]}",
        6,
        26,
        "lexicon.negative[0]",
        "found a whole number",
        "between quotes",
    ),
    (
        "phrase is blank",
        "    lexicon: {negative: [' ']}",
        6,
        26,
        "lexicon.negative[0]",
        "expected text",
        "between quotes",
    ),
    ("one letter", "    lexicon: {negative: [x]}", 6, 26, "lexicon.negative[0]", "too short", "between quotes"),
    (
        "nothing to see",
        "    lexicon: {negative: ['\u0301\u0301']}",
        6,
        26,
        "lexicon.negative[0]",
        "too short",
        "between quotes",
    ),
    ("only a star", "    lexicon: {negative: ['*']}", 6, 26, "lexicon.negative[0]", "too short", "between quotes"),
    (
        "star within",
        "    lexicon: {negative: ['ca*ro']}",
        6,
        26,
        "lexicon.negative[0]",
        "a * or a ~ within",
        "at the end",
    ),
    (
        "line break",
        '    lexicon: {negative: ["ca\\nro"]}',
        6,
        26,
        "lexicon.negative[0]",
        "line break",
        "between quotes",
    ),
    (
        "too long",
        f"    lexicon: {{negative: ['{'a' * 65}']}}",
        6,
        26,
        "lexicon.negative[0]",
        "longer than 64",
        "between quotes",
    ),
    (
        "in two feelings",
        "    lexicon:\n      negative: [Caro]\n      positive: [caro]",
        8,
        18,
        "lexicon.positive[0]",
        "already negative on line 7",
        "one place",
    ),
    (
        "intents a list",
        "    intents: [switch]",
        6,
        14,
        "intents",
        "expected a mapping, found a list",
        "intents: {switch:",
    ),
    (
        "unknown intent",
        "    intents: {leave: [adiós]}",
        6,
        15,
        "intents.leave",
        "unknown key",
        "keys here are question",
    ),
    (
        "intent twice the same",
        "    intents: {thanks: [olé, olé]}",
        6,
        29,
        "intents.thanks[1]",
        "already thanks on line 6",
        "one place",
    ),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "path", "message", "remedy"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_told_with_its_place_and_a_remedy(
    text: str, line: int, column: int, path: str, message: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as told:
        parse_config(f"{BRAND}{text}\n".encode(), "e.yaml", {})
    [problem] = told.value.problems
    assert isinstance(problem, Problem)
    assert (problem.line, problem.column, problem.path) == (line, column, f"brands[0].{path}")
    assert message in problem.message
    assert remedy in problem.remedy


def _brand(text: str) -> Brand:
    return parse_config(f"{BRAND}{text}\n".encode(), "e.yaml", {}).brands[0]


def test_words_and_intents_are_read_as_they_were_written() -> None:
    brand = _brand(
        "    lexicon: {negative: ['Pico y Placa', 💩], positive: [luz verd*]}\n    intents: {switch: [a LuzNorte]}"
    )
    assert brand.lexicon == Lexicon(negative=["Pico y Placa", "💩"], positive=["luz verd*"])
    assert brand.intents == {Intent.SWITCH: ["a LuzNorte"]}


def test_empty_sections_are_as_none() -> None:
    assert _brand("    lexicon:\n    intents:\n") == _brand("    observe: false")


def test_a_brand_has_room_for_two_thousand_phrases_and_no_more() -> None:
    def listed(count: int) -> str:
        return "    lexicon:\n      negative: [" + ", ".join(f"palabra{n}" for n in range(count)) + "]"

    full = _brand(listed(2_000)).lexicon
    assert full is not None
    assert len(full.negative) == 2_000
    with pytest.raises(ConfigError, match="2001 phrases; remedy: keep it under 2000"):
        _brand(listed(2_001))


def test_a_new_word_is_a_new_version_and_no_word_is_the_old_one() -> None:
    bare = parse_config(BRAND.encode(), "e.yaml", {})
    wordy = parse_config(f"{BRAND}    lexicon: {{negative: [carero]}}\n".encode(), "e.yaml", {})
    meant = parse_config(f"{BRAND}    intents: {{thanks: [olé]}}\n".encode(), "e.yaml", {})
    assert len({config_version(config) for config in (bare, wordy, meant)}) == 3
    assert b"lexicon" not in encode(bare)
    assert b"intents" not in encode(bare)


def test_the_words_that_the_example_shows_in_comments_are_valid() -> None:
    lines = (ROOT / "deploy" / "escucha.example.yaml").read_text().splitlines()
    shown = (
        "    # lexicon:",
        "    #   negative:",
        "    #   neutral:",
        "    #   positive:",
        "    # intents:",
        "    #   switch:",
    )
    opened = [line.replace("# ", "", 1) if line.startswith(shown) else line for line in lines]
    brand = parse_config("\n".join(opened).encode(), "e.yaml", {}).brands[0]
    assert brand.lexicon is not None
    assert all((brand.lexicon.negative, brand.lexicon.neutral, brand.lexicon.positive))
    assert brand.intents
