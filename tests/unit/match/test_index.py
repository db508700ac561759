"""Which plans a text may match: never too few, and seldom too many."""

from __future__ import annotations

import pytest

from pipeline.match import parse
from pipeline.match.fold import fold
from pipeline.match.index import LiteralIndex
from pipeline.match.literals import alternatives, clauses


def _index(*queries: str) -> LiteralIndex:
    index = LiteralIndex()
    for plan, query in enumerate(queries):
        for required in alternatives(parse(query).root):
            index.add(plan, required)
    index.seal()
    return index


@pytest.mark.parametrize(
    ("query", "text", "may"),
    [
        ("luz", "la luz", True),
        ("luz", "aluza", False),
        ("luz", "#MasLuzYa", True),
        ('"corte de luz"', "corte—de luz", True),
        ('"corte de luz"', "corte de la luz", False),
        ('"corte de luz"', "#CorteDeLuz", True),
        ('"corte de luz"', "#Corte de luz", True),
        ('"corte de luz"', "#Nada: corte luz", False),
        ('gas OR "corte de luz"', "corte y luz de noche", False),
        ("luz (cara OR caras)", "luz descarada", False),
        ("luz (cara OR caras)", "luz #MuyCara", True),
        ("luz NEAR/3 cara", "luz barata", False),
        ("@luz_verde", "hola @luz_verde", True),
        ("@luz_verde", "luz verde", False),
        ("#luz OR @luz", "la luz", False),
        ("factur*", "facturas", True),
        ("url:luz.es", "lee luz.es/x", True),
        ("свет", "свет", True),
        ("свет", "luz", False),
        ("😡 luz", "luz 😡", True),
        ("😡 luz", "luz", False),
        ("lang:es", "nada", True),
        ('raw:":-)"', "bien :-)", True),
        ('luz "de la" 電力', "luz 電力", False),
    ],
)
def test_a_text_is_a_candidate_where_it_holds_what_the_query_needs(query: str, text: str, may: bool) -> None:
    assert _index(query).candidates(fold(text)) == ({0} if may else set())


def test_the_plans_of_a_text_are_found_among_many() -> None:
    index = _index(*(f"marca{n}" for n in range(500)), '"marca7 falla"', "marca7 NOT falla", "marca7 OR marca8")
    assert index.candidates("la marca7 y la marca8 no falla") == {7, 8, 501, 502}


def test_a_query_is_looked_for_by_the_word_that_carries_a_meaning_and_not_by_the_longest() -> None:
    [[literal]] = clauses(parse("tambien sol").root)[:1]
    assert literal.text == "sol"
