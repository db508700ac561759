"""What must hold of every score: engagement raises, followers never do, nobodies add nothing, pods are bounded, time fades."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.influence import fixed, scale
from pipeline.influence.author import CAP, CROWD, ENGAGERS, Author, new_author, unpack
from pipeline.influence.fixed import HALF_LIFE_EPOCHS, ONE

NOW = 497_222
unhurried = settings(deadline=None)

engagements = st.tuples(
    st.integers(0, 30), st.sampled_from((ONE, 2 * ONE, 3 * ONE)), st.integers(1, ONE), st.integers(0, 2_000)
)
"""(who, weight, quality, epochs before NOW)."""
Engagements = list[tuple[int, int, int, int]]


def author_of(told: Engagements, *, now: int = NOW) -> Author:
    told = sorted(told, key=lambda entry: -entry[3])
    author = new_author(now - told[0][3] if told else now)
    for turn, (who, weight, quality, age) in enumerate(told):
        author.open(now - age, turn)
        author.add(who, weight, quality, now - age)
    return author


@unhurried
@given(st.lists(engagements, max_size=40), engagements)
def test_more_engagement_never_lowers(told: Engagements, more: tuple[int, int, int, int]) -> None:
    before, after = author_of(told).standing(NOW + 1), author_of([*told, more]).standing(NOW + 1)
    assert after.engagement >= before.engagement
    assert after.n >= before.n
    low, high = (scale.score(s.engagement, s.n, s.engagers) for s in (before, after))
    assert low is None or (high is not None and high >= low)


@unhurried
@given(st.lists(engagements, max_size=40), st.builds(random.Random, st.integers(0, 2**32)))
def test_order_inside_an_epoch_is_irrelevant(told: Engagements, rng: random.Random) -> None:
    now = [(who, weight, quality, 0) for who, weight, quality, _ in told]
    mixed = list(now)
    rng.shuffle(mixed)
    one, other = author_of(now), author_of(mixed)
    one.trim(NOW + 1)
    other.trim(NOW + 1)
    assert one.pack() == other.pack()


@unhurried
@given(st.lists(engagements, min_size=1, max_size=40), st.integers(1, 60), st.integers(0, 5_000))
def test_a_standing_only_falls_with_time_and_ends_at_zero(told: Engagements, later: int, start: int) -> None:
    author = author_of(told)
    first, second = author.standing(NOW + 1 + start), author.standing(NOW + 1 + start + later)
    assert second.engagement <= first.engagement
    end = author.standing(NOW + 20 * HALF_LIFE_EPOCHS)
    assert (end.engagement, end.n, end.engagers) == (0, 0, 0)


@unhurried
@given(st.integers(1, 100), st.integers(1, 400))
def test_a_pod_is_bounded_by_its_members_however_often_they_engage(members: int, rounds: int) -> None:
    author = new_author(NOW)
    for who in range(members):
        author.engagers.update(author_of([(who, 3 * ONE, ONE, 0)] * min(rounds, 30)).engagers)
    assert author.standing(NOW + 1).engagement <= members * fixed.log1p(CAP)


@unhurried
@given(st.integers(0, 40 * ONE), st.integers(0, 40 * ONE))
def test_the_logarithm_is_true_to_four_digits_and_never_falls(one: int, other: int) -> None:
    assert fixed.log1p(one) == pytest.approx(ONE * math.log1p(one / ONE), abs=2)
    if one <= other:
        assert fixed.log1p(one) <= fixed.log1p(other)


@unhurried
@given(st.integers(0, 3 * ONE), st.integers(0, 5_000), st.integers(0, 5_000))
def test_forward_weights_decay_as_the_formula_says(weight: int, age: int, base_age: int) -> None:
    base = fixed.block_of(NOW - age - base_age)
    worth = fixed.worth(fixed.forward(weight, NOW - age, base), NOW, base)
    assert worth == pytest.approx(weight * 2 ** (-age / HALF_LIFE_EPOCHS), abs=3)


@unhurried
@given(st.lists(engagements, max_size=40))
def test_an_author_comes_back_from_its_bytes(told: Engagements) -> None:
    author = author_of(told)
    assert unpack(author.pack()).pack() == author.pack()
    assert unpack(author.pack()).standing(NOW + 1) == author.standing(NOW + 1)


@unhurried
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 500), st.integers(0, 500))
def test_the_scale_rises_and_stays_below_a_hundred(one: int, other: int, n: int, engagers: int) -> None:
    low, high = (scale.score(e, n, engagers) for e in sorted((one, other)))
    assert (low is None) == (high is None) == (n < 5 or engagers < 3)
    if low is not None and high is not None:
        assert 0 <= low <= high < 100 * ONE


@unhurried
@given(st.integers(0, 100 * ONE), st.integers(0, 400))
def test_a_read_score_fades_by_half_in_thirty_days(score: int, days: int) -> None:
    faded = scale.faded(score, days * 24 * fixed.EPOCH)
    assert faded == pytest.approx(score * 2 ** (-days / 30), abs=16)
    assert faded <= score


def test_a_new_version_for_new_engagement_never_lowers_what_a_reader_sees() -> None:
    told = [(who, ONE, ONE // 2, 800) for who in range(200)]
    old = author_of(told)
    was = old.standing(NOW - 799)
    published = scale.score(was.engagement, was.n, was.engagers)
    now = author_of([*told, (999, ONE, ONE // 2, 0)]).standing(NOW + 1)
    fresh = scale.score(now.engagement, now.n, now.engagers)
    assert published is not None
    assert fresh is not None
    assert fresh >= scale.faded(published, 800 * fixed.EPOCH)


def test_an_author_remembers_the_engagers_that_add_most_and_counts_the_rest() -> None:
    author = author_of([(who, ONE * (1 + who % 3), ONE // 2 + who, 0) for who in range(700)])
    before = {who: engager.quality * engager.total for who, engager in author.engagers.items()}
    assert author.trim(NOW + 1) == 700 - ENGAGERS
    kept = {before[who] for who in author.engagers}
    assert author.standing(NOW + 1).overflow == pytest.approx(700 - ENGAGERS, abs=1)
    assert min(kept) > max(worth for who, worth in before.items() if who not in author.engagers) / 3


def test_a_crowd_within_one_epoch_does_not_grow_without_bound() -> None:
    author = author_of([(who, ONE, ONE, 0) for who in range(3 * CROWD)])
    assert len(author.engagers) <= CROWD
