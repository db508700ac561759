"""Phrases found in one pass: the notation, the edges of words, and cues in two parts."""

import re

import pytest

from pipeline.understand.cues import LONGEST, REACH, Spotter, expand, spell
from pipeline.understand.text import fold
from pipeline.understand.words import aspects_en, aspects_es, intents_en, intents_es, tone_en, tone_es

TABLES = {
    "tone_es": tone_es.TONE,
    "tone_en": tone_en.TONE,
    "intents_es": intents_es.INTENTS,
    "intents_en": intents_en.INTENTS,
    "aspects_es": aspects_es.ASPECTS,
    "aspects_en": aspects_en.ASPECTS,
}


@pytest.mark.parametrize(
    ("notation", "phrases"),
    [
        ("caro", ["caro"]),
        ("caro | muy caro\n  lento", ["caro", "muy caro", "lento"]),
        ("no (me /)(carga/anda)", ["no me carga", "no me anda", "no carga", "no anda"]),
        ("rot(o/a)", ["roto", "rota"]),
        ("excelente*", ["excelente*"]),
        ("llevo ~ esperando", ["llevo ~ esperando"]),
        ("doesn't work", ["doesn't work", "doesnt work"]),
        ("caro | caro", ["caro"]),
        (" | \n ", []),
    ],
)
def test_a_notation_stands_for(notation, phrases):
    assert expand(notation) == phrases


@pytest.mark.parametrize("notation", ["(a/b", "a/b)", "no (me (a/b)/c)", "a*b", "*", "x" * (LONGEST + 1)])
def test_a_broken_notation_is_refused(notation):
    with pytest.raises(ValueError, match="stands for"):
        expand(notation)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("mal", "muy mal", ["mal"]),
        ("mal", "normal y malo", []),
        ("mal", "¡mal!", ["mal"]),
        ("mal", "mal", ["mal"]),
        ("genial", "(genial)", ["genial"]),
        ("genial", "congenial", []),
        ("genial", "genialll!!", ["genialll"]),
        ("genial", "geniallly", []),
        ("excelent*", "excelentes", ["excelent"]),
        ("😡", "ya😡😡", ["😡", "😡"]),
        ("no carga", "no  carga", []),
    ],
)
def test_a_cue_begins_and_ends_at_the_edge_of_a_word(phrase, text, found):
    hits = Spotter([("-", phrase)]).find(text)
    assert [text[start:end] for start, end, _ in hits] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("llevo dos horas esperando", True),
        ("llevo esperando", True),
        ("llevo dos horas. esperando", False),
        ("esperando, llevo dos horas", False),
        ("llevo " + "a" * REACH + " esperando", False),
        ("llevo dos horas esperandote", False),
    ],
)
def test_two_parts_stand_in_one_sentence_and_in_order(text, found):
    hits = Spotter([("complaint", "llevo ~ esperando")]).find(text)
    assert bool(hits) is found
    assert all(cue.phrase == "llevo ~ esperando" and text[start:end].startswith("llevo") for start, end, cue in hits)


def test_a_phrase_may_carry_several_tags_and_the_longer_comes_first():
    hits = Spotter([("-", "carga"), ("app-", "no carga"), ("complaint", "no carga")]).find("la app no carga")
    assert [(cue.phrase, cue.tags) for _, _, cue in hits] == [("no carga", ("app-", "complaint")), ("carga", ("-",))]
    assert hits[0][2].sign == -1
    assert hits[0][2].judges == ("app",)
    assert hits[0][2].wants


@pytest.mark.parametrize("name", TABLES)
def test_the_packaged_words_are_folded_and_well_written(name):
    known = re.compile(r"[a-z_]+[+\-!]?|[+\-0]")
    for tag, phrase in spell([TABLES[name]]):
        assert known.fullmatch(tag), tag
        assert fold(phrase) == phrase
        assert len(phrase) > 1 or not phrase.isascii(), f"{phrase!r} is too short to be looked for"
