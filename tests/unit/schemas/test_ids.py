"""Ids are the same in every process, and different for different things."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from schemas.ids import hash64, stable_id

parts = st.lists(st.text(st.characters(codec="utf-8")), max_size=4)


def test_an_id_is_its_prefix_and_26_hex_digits() -> None:
    assert re.fullmatch(r"sig_[0-9a-f]{26}", stable_id("sig", "a", 1))


def test_ids_do_not_change_between_versions() -> None:
    assert stable_id("sig", "rule", 1, "acme") == "sig_8b29ad6f3b8b6a0ff85c11c61f"
    assert hash64("acme") == 3469556990258029185


@given(parts, parts)
def test_where_one_part_ends_and_the_next_begins_is_part_of_the_id(one: list[str], other: list[str]) -> None:
    assume(one != other)
    assert stable_id("x", *one) != stable_id("x", *other)


@given(st.text())
def test_any_text_has_a_64_bit_hash_even_with_a_lone_surrogate(text: str) -> None:
    assert 0 <= hash64(text) < 2**64
    assert hash64(text) == hash64(str(text))
