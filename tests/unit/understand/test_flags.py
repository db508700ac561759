"""Flags: useful criticism apart from abuse, expectations named, and irony only where the wording gives it away."""

import pytest

from pipeline.understand.flags import with_constructive
from pipeline.understand.reading import read
from pipeline.understand.text import fold
from schemas.kinds import Flag, Intent

CASES = [
    ("La app no carga, deberían poner una versión ligera", {"constructive"}),
    ("The app keeps crashing, please add an offline mode", {"constructive"}),
    ("Pésimo servicio", set()),
    ("Ojalá pusieran más tiendas", set()),
    ("Manga de ladrones, hijos de puta", {"abuse"}),
    ("Bunch of lying clowns", {"abuse"}),
    ("Manga de inútiles, no funciona nada, deberían poner a alguien", {"abuse"}),
    ("Yo esperaba más por ese precio", {"expectation_gap"}),
    ("Pensé que iba a llegar hoy", {"expectation_gap"}),
    ("I expected better", {"expectation_gap"}),
    ("It was supposed to arrive on Monday", {"expectation_gap"}),
    ("Mejor de lo que esperaba", {"expectation_gap"}),
    ("sigo esperando mi pedido", set()),
    ("Gracias por nada", {"irony"}),
    ("Thanks for nothing", {"irony"}),
    ("Great, another outage", {"irony"}),
    ("Genial, otra vez sin luz", {"irony"}),
    ("Great service, thanks", set()),
    ("Genial la app", set()),
    ("", set()),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_flags_of(text, expected):
    assert {str(flag) for flag in read(fold(text)).flags} == expected


@pytest.mark.parametrize(
    "text", ["Gracias por nada", "Thanks for nothing", "Great, another outage", "Genial, otra vez sin luz"]
)
def test_mockery_is_a_complaint_and_neither_thanks_nor_praise(text):
    assert read(fold(text)).intents == (Intent.COMPLAINT,)


def test_a_learned_grievance_beside_a_wish_makes_it_constructive_and_an_insult_unmakes_it():
    both = (Intent.COMPLAINT, Intent.WISH)
    assert with_constructive((), both) == (Flag.CONSTRUCTIVE,)
    assert with_constructive((Flag.CONSTRUCTIVE, Flag.IRONY), both) == (Flag.CONSTRUCTIVE, Flag.IRONY)
    assert with_constructive((), (Intent.WISH,)) == ()
    assert with_constructive((Flag.CONSTRUCTIVE, Flag.ABUSE), both) == (Flag.ABUSE,)


def test_each_decision_names_its_reason_and_no_more_than_eight():
    reading = read(
        fold("Gracias por nada, manga de ladrones, yo esperaba más, no funciona, no compren aquí, me doy de baja. " * 3)
    )
    assert 4 <= len(reading.trace) <= 8
    assert len(set(reading.trace)) == len(reading.trace)
    decided = {*map(str, reading.intents), *map(str, reading.flags)}
    assert {reason.partition(":")[0] for reason in reading.trace} <= decided
