"""Folding, over the code points of every alphabet, and of emoji."""

from __future__ import annotations

from itertools import chain

from pipeline.match.fold import fold, original_span, origins
from pipeline.match.tokens import camel_words

# All planes but the ideographs, the syllables of Hangul and private use, which fold to themselves.
POINTS = (
    range(0x3500),
    range(0xA000, 0xAD00),
    range(0xF900, 0x12000),
    range(0x1D000, 0x1FC00),
    range(0xE0000, 0xE0200),
)


def test_folding_twice_changes_nothing_for_any_code_point() -> None:
    changed = [hex(p) for p in chain(*POINTS) if fold(fold(chr(p))) != fold(chr(p))]
    assert changed == []


def test_a_text_folds_as_its_code_points_do() -> None:
    text = "".join(chr(p) for p in range(0x20, 0x3000)) + "ΣΑΣ ΟΔΟΣ İ ß 𝐀 👩‍👩‍👧"
    assert fold(text) == "".join(fold(char) for char in text)


def test_offsets_lead_back_to_the_original() -> None:
    text = "a\u0301 ß½ İx\u200b😀\ufe0fz"
    offsets = origins(text)
    assert offsets is not None
    assert len(offsets) == len(fold(text)) + 1
    for i, char in enumerate(fold(text)):
        start, end = original_span(i, i + 1, offsets)
        assert char in fold(text[start:end])


def test_plain_spanish_needs_no_offsets() -> None:
    assert origins("¡Qué peña más pingüina!") is None


def test_tags_are_cut_where_a_reader_sees_words() -> None:
    cases = {
        "IberluzFalla": ["Iberluz", "Falla"],
        "ABCNoticias": ["ABC", "Noticias"],
        "iberluz": ["iberluz"],
        "Covid19": ["Covid", "19"],
        "luz_gas": ["luz", "_", "gas"],
        "Cafe\u0301Luz": ["Cafe\u0301", "Luz"],
        "東京Power": ["東京", "Power"],
    }
    assert {tag: camel_words(tag) for tag in cases} == cases
    assert all("".join(camel_words(tag)) == tag for tag in cases)
