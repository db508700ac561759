"""Drivers add up, to the unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detect.drivers import OTHER, OVERLAP, apportion, drivers_of
from pipeline.detect.view import Slot

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)
slots = st.lists(
    st.builds(
        Slot,
        st.sampled_from(["network", "language", "target", "sentiment"]),
        st.text("abcdefgh", min_size=1, max_size=4),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
    ),
    max_size=20,
    unique_by=lambda slot: (slot.dimension, slot.label),
)


@given(st.integers(0, 10**9), weights)
def test_a_split_adds_up_and_is_within_one_of_exact_proportion(total, split):
    parts = apportion(total, split)
    assert sum(parts) == total
    whole = sum(split) or len(split)
    for part, weight in zip(parts, split if any(split) else [1] * len(split), strict=True):
        assert abs(part - total * weight / whole) <= 1


@given(slots, st.integers(0, 50_000), st.integers(0, 50_000))
def test_the_changes_add_up_to_observed_minus_expected_in_every_dimension(given_slots, observed, expected):
    for drivers in drivers_of(given_slots, observed, expected):
        assert drivers.total == observed - expected
        assert sum(part.change for part in drivers.parts) == drivers.total
        assert sum(part.observed for part in drivers.parts) == observed
        assert sum(part.expected for part in drivers.parts) == expected
        assert all(part.change == part.observed - part.expected for part in drivers.parts)


@given(slots, st.randoms(use_true_random=False))
def test_the_order_of_slots_does_not_matter(given_slots, random):
    shuffled = given_slots[:]
    random.shuffle(shuffled)
    assert drivers_of(shuffled, 500, 77) == drivers_of(given_slots, 500, 77)


def test_the_largest_change_comes_first():
    (drivers,) = drivers_of([Slot("network", "x", 5, 5), Slot("network", "reddit", 40, 5)], 45, 10)
    assert [(part.label, part.change) for part in drivers.parts] == [("reddit", 35), ("x", 0)]


def test_a_mention_of_two_targets_is_taken_off_once():
    (drivers,) = drivers_of([Slot("target", "brand:a", 10, 1), Slot("target", "product:b", 6, 1)], 12, 0)
    assert (OVERLAP, -4) in [(part.label, part.change) for part in drivers.parts]


def test_what_no_label_covers_is_other():
    (drivers,) = drivers_of([Slot("language", "es", 10, 1)], 12, 0)
    assert (OTHER, 2) in [(part.label, part.change) for part in drivers.parts]


def test_no_weights_cannot_be_split():
    with pytest.raises(ValueError, match="cannot split"):
        apportion(3, [])
