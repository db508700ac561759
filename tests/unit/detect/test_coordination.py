"""How far a repetition looks arranged: the formula, what the points go by, and what is told of it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detect.coordination import (
    FEWEST,
    NOT_KNOWN,
    SUSPECT,
    Row,
    TraceKind,
    born_of,
    handle_of,
    largest_part,
    may_be,
    measure,
    points_of,
    score_of,
    usual_repetition,
)
from pipeline.detect.rules import severity_of
from schemas.instants import DAY, to_wire
from schemas.kinds import Op, SignalKind
from schemas.mention import Author, Mention, RawRef

NOW = 1_767_571_200_000


def rows(count: int, born: int = 3, stem: int | None = None, digits: int = 2) -> list[Row]:
    """So many accounts of one age, a post every ten seconds; every handle of its own unless `stem` says otherwise."""
    return [Row(n, 10 * n, born, (n if stem is None else stem) << 8 | digits) for n in range(count)]


def weigh(posts: list[Row], plain: bool = True, usual: int = 2, opinions: int | None = None):
    return measure(posts, TraceKind.WORDS, plain, usual, len(posts) if opinions is None else opinions, NOW)


def by(handle: str | None, made: int | None = None) -> Mention:
    author = Author("1", handle=handle, created_at=None if made is None else to_wire(made))
    return Mention(1, Op.UPSERT, "x:1", "1", "x", to_wire(NOW), RawRef("x.v2"), author=author)


@given(st.integers(0, 100), st.integers(1, 5_000), st.integers(0, 500), st.integers(1, 9_000), st.integers(1, 90_000))
def test_the_score_is_the_published_formula(mean: int, accounts: int, usual: int, posts: int, opinions: int) -> None:
    suspicion = Fraction(mean * accounts, 100 * accounts)
    excess = Fraction(accounts, accounts + usual)
    weight = (7 + Fraction(min(posts, opinions), opinions)) / 8
    score = score_of(mean * accounts, accounts, usual, posts, opinions)
    assert score == int(10_000 * suspicion * excess * weight)
    assert 0 <= score <= 10_000


@pytest.mark.parametrize(
    ("days", "points"),
    [(0, 100), (6, 100), (7, 85), (29, 85), (30, 55), (89, 55), (90, 25), (364, 25), (365, 10), (5_000, 10)],
)
def test_the_younger_an_account_the_more_points(days: int, points: int) -> None:
    assert weigh(rows(10, days)).points == 10 * points == 10 * points_of(days, 2)


@pytest.mark.parametrize(("plain", "points"), [(True, 70), (False, 40)])
def test_where_no_age_is_known_the_trace_alone_speaks(plain: bool, points: int) -> None:
    found = weigh(rows(10, NOT_KNOWN), plain)
    assert (found.points, found.known, found.new) == (10 * points, 0, 0)


@pytest.mark.parametrize(
    ("handle", "digits", "machine"),
    [("ana", 0, False), ("ana1985", 4, True), ("ana85", 2, False), ("rosa_mar19283746@mastodon.social", 8, True),
     ("user12345.bsky.social", 5, True), ("2b", 0, False)],
)  # fmt: skip
def test_many_digits_at_the_end_of_a_handle_look_made(handle: str, digits: int, machine: bool) -> None:
    shape = handle_of(by(handle))
    assert shape & 0xFF == digits
    assert weigh([Row(1, 0, 400, shape)]).alike == machine
    assert points_of(400, shape) == 10 + 25 * machine


def test_three_handles_that_differ_by_their_digits_alone_look_made_and_two_do_not() -> None:
    shapes = [handle_of(by(name)) for name in ("luz7", "luz8", "luz9", "mar1", "mar2")]
    assert weigh([Row(n, 0, 400, shape) for n, shape in enumerate(shapes)]).alike == 3


def test_one_account_that_posts_often_is_one_account() -> None:
    found = weigh([Row(1, n, 3, 7 << 8) for n in range(50)])
    assert (found.accounts, found.posts, found.points, found.alike) == (1, 50, 100, 0)


def test_an_age_is_known_from_the_account_and_null_is_not_new() -> None:
    assert born_of(by("ana", NOW - 12 * DAY), NOW) == 12
    assert born_of(by("ana"), NOW) == NOT_KNOWN
    assert born_of(by("ana", NOW + DAY), NOW) == 0


def test_the_span_and_the_densest_half_are_told() -> None:
    posts = [Row(n, second, 3, n << 8) for n, second in enumerate([0, 1000, 1010, 1020, 1030, 3000])]
    assert (weigh(posts).span, weigh(posts).half) == (3000, 20)


@given(
    st.lists(
        st.builds(Row, st.integers(0, 6), st.integers(0, 99), st.integers(-1, 500), st.integers(-1, 3_000)), min_size=1
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_posts_changes_no_figure(posts: list[Row], shuffle) -> None:
    shuffled = list(posts)
    shuffle.shuffle(shuffled)
    assert weigh(shuffled) == weigh(posts)


@given(st.integers(FEWEST, 400), st.integers(0, 300), st.integers(1, 4))
def test_more_accounts_of_the_same_kind_never_look_less_coordinated(accounts: int, usual: int, times: int) -> None:
    assert weigh(rows(accounts * times), usual=usual).score >= weigh(rows(accounts), usual=usual).score


@pytest.mark.parametrize(
    ("what", "posts", "plain", "usual", "opinions", "coordinated"),
    [
        ("twenty new accounts in a stream of thousands", rows(20, 3), True, 2, 4_000, True),
        ("a hundred accounts of unknown age, word by word", rows(100, NOT_KNOWN), True, 2, 4_000, True),
        ("a headline shared by old accounts", rows(200, 2_000), False, 2, 400, False),
        ("a headline shared where no age is known", rows(500, NOT_KNOWN), False, 2, 600, False),
        ("a giveaway copied by accounts of all ages", rows(150, 2_000) + rows(10, 3), True, 2, 400, False),
        ("what this brand hears every hour anyway", rows(20, 3), True, 40, 400, False),
    ],
)  # fmt: skip
def test_who_repeats_it_decides(
    what: str, posts: list[Row], plain: bool, usual: int, opinions: int, coordinated: bool
) -> None:
    assert (weigh(posts, plain, usual, opinions).score >= SUSPECT) is coordinated, what


@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 8)), min_size=FEWEST, max_size=40), st.integers(2, 40))
def test_no_group_of_known_ages_is_passed_over_that_would_have_been_told(
    accounts: list[tuple[int, int]], usual: int
) -> None:
    posts = [Row(n, n, born, n << 8 | digits) for n, (born, digits) in enumerate(accounts)]
    known = sum(points_of(row.born, row.handle) for row in posts)
    if weigh(posts, usual=usual, opinions=10_000).score >= SUSPECT:
        assert may_be(len(posts), known, 0, TraceKind.WORDS, usual)


def test_what_is_usual_is_what_three_of_four_hours_stay_within() -> None:
    assert usual_repetition([]) == 5
    assert usual_repetition([1] * 23) == 5
    assert usual_repetition([1] * 168) == 2
    assert usual_repetition([1] * 130 + [500] * 38) == 2
    assert usual_repetition([1] * 100 + [30] * 68) == 30


def test_the_largest_part_hangs_together_by_shared_keys() -> None:
    assert largest_part([[1], [2, 3], [3, 4], [1, 9], [4]]) == [1, 2, 4]
    assert largest_part([[1], [2]]) == [0]


@pytest.mark.parametrize(
    ("authors", "share", "severity"), [(60, 0, "critical"), (60, 4_999, "critical"), (60, 5_000, "warning"), (5, 9_000, "info")]
)  # fmt: skip
def test_a_crisis_half_of_which_looks_coordinated_is_a_step_less_severe(
    authors: int, share: int, severity: str
) -> None:
    assert severity_of(SignalKind.CRISIS, 6.0, 5.0, authors, share) == severity
