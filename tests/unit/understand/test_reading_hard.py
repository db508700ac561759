"""Texts that break readers: mixed, negated, ironic, wordless, endless, broken, foreign. Where nothing can be known, nothing is said."""

import pytest

from pipeline.understand.reading import HITS, NOTHING, read, spotter
from pipeline.understand.text import SCORED_CHARS, fold

SILENT = [
    "",
    " ",
    "\n\t\r",
    "....",
    "12345 67890",
    "https://example.org/mal?q=pesimo",
    "@genial_app",
    "サービスが最悪です",
    "خدمة سيئة للغاية",
    "बहुत खराब सेवा",
    "служба ужасная",
    "\x00\x01\x02\u200b\u202e",
    "\ud800\udfff",
    "asdf qwer zxcv",
]


@pytest.mark.parametrize("text", SILENT, ids=range(len(SILENT)))
def test_nothing_is_said_of(text):
    assert read(fold(text[:SCORED_CHARS])) == NOTHING


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("no está nada mal", 1),
        ("nada mal la app nueva", 1),
        ("not bad at all", 1),
        ("it isn't bad", 1),
        ("no me gusta", -1),
        ("no es bueno", -1),
        ("nunca funciona bien", -1),
        ("not good", -1),
        ("I don't love it", -1),
        ("it never fails", 1),
        ("nunca falla", 1),
        ("sin problemas", 1),
        ("no está mal, la verdad", 1),
        ("buenas tardes", 0),
        ("good morning everyone", 0),
        ("😍😍😍", 1),
        ("👎👎", -1),
        ("pésimo😡", -1),
        ("PÉSIMO SERVICIO", -1),
        ("pésimooooo", -1),
        ("m\u0061\u0301s malo", -1),
        ("ma\u200blo", -1),
    ],
)
def test_negation_emoji_and_spelling(text, feeling):
    assert read(fold(text)).feeling == feeling


@pytest.mark.parametrize(
    "unit",
    ["mal ", "no ", "la app no carga, pero ", "? ", "¿en serio? ", "precio ", "😡", "a", "llevo ", "pongan otra. "],
)
def test_ten_thousand_characters_are_read_like_any_other(unit):
    text = fold(unit * (10_000 // len(unit)))
    reading = read(text)
    assert len(reading.aspects) <= 8
    assert len(reading.trace) <= 8
    assert read(text + "x") == reading
    assert len(spotter().find(text)[:HITS]) <= HITS


def test_a_control_character_between_words_hides_nothing():
    assert read(fold("no\x07 funciona\x00")).intents == read(fold("no funciona")).intents != ()


@pytest.mark.parametrize(
    "text",
    [
        "La app no funciona, ¿alguien sabe qué pasa?",
        "Gracias por nada",
        "great app but slow delivery",
        "no está nada mal",
    ],
)
def test_one_text_read_twice_is_read_the_same(text):
    assert read(fold(text)) == read(fold(text))


def test_curly_apostrophes_are_apostrophes():
    assert read(fold("the app doesn’t work")).intents == read(fold("the app doesn't work")).intents != ()
