"""Aspects with a sentiment of their own: the clause they stand in decides, not the text."""

import pytest

from pipeline.understand.reading import read
from pipeline.understand.text import fold

CASES = [
    ("La app genial, pero la entrega un desastre", {"app": 1, "delivery": -1}, True),
    ("La app genial pero la entrega un desastre", {"app": 1, "delivery": -1}, True),
    ("The app is great but delivery was a disaster", {"app": 1, "delivery": -1}, True),
    ("Buen precio, sin embargo la atención pésima", {"price": 1, "service": -1}, True),
    ("Lovely staff. Dirty bathrooms.", {"staff": 1, "cleanliness": -1}, False),
    ("Me cobraron dos veces este mes", {"billing": -1}, False),
    ("no contestan el teléfono", {"communication": -1}, False),
    ("llegó tarde", {"delivery": -1}, False),
    ("El pedido llegó a tiempo", {"delivery": 1}, False),
    ("el sabor no es bueno", {"taste": -1}, False),
    ("The coffee is delicious", {"taste": 1}, False),
    ("no es caro", {"price": 0}, False),
    ("el precio y la app", {}, False),
    ("Subió el precio del dólar", {}, False),
    ("Hoy hace sol en Madrid", {}, False),
    ("", {}, False),
]


@pytest.mark.parametrize(("text", "expected", "mixed"), CASES)
def test_the_aspects_of(text, expected, mixed):
    reading = read(fold(text))
    assert {found.aspect: found.sign for found in reading.aspects} == expected
    assert reading.mixed is mixed


def test_what_no_word_judges_is_felt_as_the_whole_text():
    text = fold("Otra vez la app")
    assert read(text).aspects == ()
    [found] = read(text, -1).aspects
    assert (found.aspect, found.sign, found.term) == ("app", -1, "app")


def test_words_decide_before_the_whole_text_does():
    found = {one.aspect: one.sign for one in read(fold("La app genial, pero la entrega un desastre"), -1).aspects}
    assert found == {"app": 1, "delivery": -1}


def test_the_term_is_what_the_text_says():
    text = fold("Pésima calidad, la tela destiñe")
    assert all(found.term in text for found in read(text).aspects)


def test_a_catalogue_is_cut():
    names = ["precio", "calidad", "entrega", "app", "web", "personal", "factura", "stock", "seguridad", "sabor"]
    assert len(read(fold(" ".join(f"{name} genial." for name in names))).aspects) == 8


@pytest.mark.parametrize(
    "text",
    [
        "servicio excelente",
        "excelente servicio, nada que objetar",
        "no está nada mal",
        "not bad at all",
        "cero quejas, pero cero",
    ],
)
def test_praise_alone_is_not_mixed(text):
    reading = read(fold(text))
    assert reading.feeling > 0
    assert not reading.mixed
