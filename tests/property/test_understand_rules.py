"""Rules read any text without failing, say no more than they may, and find exactly the phrases that stand there."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.understand.brand import brand_rules
from pipeline.understand.cues import Spotter
from pipeline.understand.reading import TRACES, read, readable
from pipeline.understand.text import fold
from schemas.config import Brand, Lexicon
from schemas.kinds import Intent
from schemas.mention import Understanding

WORDS = st.sampled_from(
    [
        "no",
        "nunca",
        "mal",
        "genial",
        "pero",
        "la",
        "app",
        "precio",
        "llevo",
        "esperando",
        "gracias",
        "por",
        "nada",
        "¿",
        "?",
        "!",
        ".",
        ",",
        "\n",
        "😡",
        "😍",
        "deberian",
        "poner",
        "thanks",
        "great",
        "but",
        "never",
        "worked",
        "@x",
        "https://a.b",
        "'",
        '"',
        "#",
        "(",
        "jajaja",
        "buenoooo",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join), st.lists(WORDS, max_size=60).map("".join)
)


@given(TEXTS, st.sampled_from([None, -1, 1]))
@example("\ud800", 1)
@example("?" * 300, None)
def test_any_text_has_a_reading_within_bounds(text: str, felt: int | None) -> None:
    folded = fold(text)
    reading = read(folded, felt)
    assert reading == read(folded, felt)
    assert len(reading.trace) <= TRACES
    assert len(reading.aspects) == len({found.aspect for found in reading.aspects}) <= 8
    assert all(found.sign in (-1, 0, 1) and found.term in readable(folded) for found in reading.aspects)
    assert list(reading.intents) == [intent for intent in Intent if intent in reading.intents]


@given(st.text(alphabet="ab c\n¿'", max_size=40), st.text(alphabet="abc", min_size=1, max_size=3))
def test_a_phrase_is_found_exactly_where_it_stands_as_a_word(text: str, phrase: str) -> None:
    found = [(start, end) for start, end, _ in Spotter([("-", phrase)]).find(text)]
    drawn = re.escape(phrase) + re.escape(phrase[-1]) + "*"
    opened = re.finditer(rf"(?<![^\s\"(¡¿#*“«—]){drawn}(?![a-z])", text)
    assert found == [match.span() for match in opened]


@given(
    TEXTS,
    st.lists(
        st.text(min_size=2, max_size=12).filter(lambda one: "*" not in one and "~" not in one and one.strip()),
        max_size=4,
    ),
)
def test_any_brands_words_can_be_asked_of_any_text(text: str, phrases: list[str]) -> None:
    brand = Brand("b", "B", [], lexicon=Lexicon(negative=phrases), intents={Intent.SWITCH: phrases})
    said = Understanding(signature=[1])
    for rules in brand_rules([brand], "cfg_1").values():
        understood = rules.apply(said, fold(text))
        assert understood is said or understood.trace[0].startswith("brand:")
        assert len(understood.trace) <= TRACES
        for phrase in phrases:
            alone = fold(phrase).strip()
            if alone and alone[0].isalpha() and alone.isalpha():
                assert rules.apply(said, f"x {alone} y").intents == [Intent.SWITCH]
