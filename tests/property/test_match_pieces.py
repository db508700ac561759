"""Plain texts are read without cutting them up: what is told of a word or a phrase there is what the tokens tell."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.match.fold import fold
from pipeline.match.piece import Piece, place_of

BITS = [
    "luz", "Luz", "aluz", "a", "5g", "café", "peña", "luz_a", "_luz", "info@luz.es", "@luz", "#LuzMala", "# luz", "$5", "$luz", "x#luz",
    "l’luz", "“luz”", "¿luz?", "—", "€5", "電力luz", "luzя", "😡", "™", ".", "luz.a", "lu\u200bz", "cafe\u0301",
]  # fmt: skip
texts = st.lists(st.sampled_from(BITS), max_size=12).flatmap(
    lambda bits: st.sampled_from([" ", "", ", ", "\n"]).map(lambda glue: glue.join(bits))
)
KEYS = ("luz", "a", "5g", "cafe", "pena", "aluz", "@luz", "#luzmala", "$luz", "es", "電力", "luzя")


@given(texts)
@example("luz aluz luz")
@example("luz luz")
@example("x#luz $5 a@luz")
def test_a_piece_tells_of_every_word_what_its_tokens_tell(text: str) -> None:
    piece = Piece(7, fold(text), text)
    for key in {*KEYS, *(token[0] for token in piece.tokens)}:
        told = [place_of(token) for token in piece.tokens if token[0] == key and not token[5]]
        assert piece.places(key) == told
        assert [place[2:] for place in piece.spans(key)] == [place[2:] for place in told]
        assert (key in piece.keys_with(key)) == bool(told)


@given(texts)
@example("a a a")
@example("luz, aluz: luz — a")
def test_a_plain_piece_tells_of_every_two_words_side_by_side_what_its_tokens_tell(text: str) -> None:
    piece = Piece(7, fold(text), text)
    if piece.rows(["luz"]) is None:
        return
    tokens = piece.tokens
    for before, after in {(a[0], b[0]) for a, b in pairwise(tokens)} | {("luz", "a"), ("a", "a")}:
        sides = [(a, b) for a, b in pairwise(tokens) if (a[0], b[0]) == (before, after)]
        assert piece.rows([before, after]) == [(a[1], b[2], a[3], b[4]) for a, b in sides]


def test_texts_with_sigils_or_other_scripts_are_not_plain_and_texts_with_signs_are() -> None:
    def is_plain(text: str) -> bool:
        return Piece(0, fold(text), text).rows(["luz"]) is not None

    assert all(map(is_plain, ["luz", "¡Qué café! “sí” — 5€", "# título", "a@b.es", "100$", "$5", ""]))
    assert not any(map(is_plain, ["#luz", "hola @luz", "$luz", "電力", "😡", "свет"]))
