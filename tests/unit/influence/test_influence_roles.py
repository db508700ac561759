"""Who is what to a brand: each rule at its threshold, what fades, what is taken back, who is forgotten."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.influence import roles as rules
from pipeline.influence.people import People
from pipeline.influence.roles import Deed, is_machine
from schemas.instants import DAY, HOUR, to_wire
from schemas.kinds import AuthorRole
from schemas.mention import Author

START = 1_790_000_000_000
ANA = 7
OPINION, REPOST = rules.OPINION, rules.REPOST
NEGATIVE, POSITIVE = OPINION | rules.NEGATIVE, OPINION | rules.POSITIVE
QUESTION, ANSWER = OPINION | rules.QUESTION, OPINION | rules.ANSWER
unhurried = settings(deadline=None)


def told(*deeds: Deed, people: People | None = None, at: int = START) -> People:
    people = people or People()
    for number, deed in enumerate(deeds):
        people.hear(ANA, deed, 1_000 + number, at + number)
    return people


@pytest.mark.parametrize(
    ("deeds", "roles"),
    [
        ([OPINION], [AuthorRole.NEWCOMER]),
        ([OPINION] * 2, [AuthorRole.NEWCOMER]),
        ([OPINION] * 3, []),
        ([NEGATIVE] * 3, [AuthorRole.CRITIC]),
        ([NEGATIVE] * 3 + [POSITIVE] * 2, [AuthorRole.CRITIC]),
        ([NEGATIVE] * 3 + [POSITIVE] * 3, []),
        ([POSITIVE] * 3 + [OPINION] * 9, [AuthorRole.ADVOCATE]),
        ([QUESTION] * 2 + [OPINION] * 3, [AuthorRole.ASKER]),
        ([QUESTION] * 2 + [OPINION] * 4, []),
        ([ANSWER] * 2 + [OPINION] * 40, [AuthorRole.HELPER]),
        ([ANSWER] * 2 + [POSITIVE] * 3, [AuthorRole.HELPER, AuthorRole.ADVOCATE]),
        ([REPOST] * 3, [AuthorRole.AMPLIFIER]),
        ([REPOST] * 3 + [OPINION] * 4, []),
        ([NEGATIVE | QUESTION] * 3, [AuthorRole.CRITIC, AuthorRole.ASKER]),
    ],
)
def test_each_rule_holds_from_its_threshold_on(deeds: list[Deed], roles: list[AuthorRole]) -> None:
    assert told(*deeds).roles(ANA, START + len(deeds)) == roles


def test_the_first_role_that_holds_is_the_one_a_mention_counts_under() -> None:
    people = told(ANSWER, ANSWER, NEGATIVE, NEGATIVE)
    assert people.hear(ANA, NEGATIVE, 1, START + DAY) == (NEGATIVE, AuthorRole.HELPER)
    assert People().hear(ANA, NEGATIVE, 1, START) == (NEGATIVE, AuthorRole.NEWCOMER)


def test_a_role_fades_when_nothing_more_is_done() -> None:
    people = told(*[NEGATIVE] * 3)
    held = [people.roles(ANA, START + day * DAY) for day in (1, 7, 9, 400)]
    assert held == [[AuthorRole.CRITIC], [AuthorRole.CRITIC], [], []]


def test_somebody_who_speaks_once_is_new_for_a_week_only() -> None:
    people = told(OPINION)
    assert people.roles(ANA, START + 6 * DAY) == [AuthorRole.NEWCOMER]
    assert people.roles(ANA, START + 8 * DAY) == []


def test_whoever_says_the_same_words_again_and_again_is_suspected_of_being_a_machine() -> None:
    people = People()
    held = [people.hear(ANA, OPINION, 42, START + turn * HOUR)[1] for turn in range(8)]
    assert held[:5] == [AuthorRole.NEWCOMER, AuthorRole.NEWCOMER, AuthorRole.NONE, AuthorRole.NONE, AuthorRole.NONE]
    assert held[6:] == [AuthorRole.AUTOMATION] * 2


def test_reposts_and_texts_too_short_to_compare_repeat_nothing() -> None:
    people = People()
    for turn in range(20):
        people.hear(ANA, OPINION, 0, START + turn)
        people.hear(ANA, REPOST, 42, START + turn)
    assert AuthorRole.AUTOMATION not in people.roles(ANA, START + 20)


@pytest.mark.parametrize(
    ("author", "machine"),
    [
        (Author("1"), False),
        (Author("1", bot=True), True),
        (Author("1", bot=False, posts=10, created_at=to_wire(START)), False),
        (Author("1", posts=5_101, created_at=to_wire(START - 100 * DAY)), True),
        (Author("1", posts=5_000, created_at=to_wire(START - 100 * DAY)), False),
        (Author("1", posts=5_101), False),
    ],
)
def test_a_machine_says_so_or_posts_more_than_a_hand_can(author: Author, machine: bool) -> None:
    assert is_machine(author, START) is machine


deeds = st.sampled_from([OPINION, NEGATIVE, POSITIVE, QUESTION, ANSWER, REPOST])
heard = st.lists(st.tuples(st.integers(0, 5), deeds, st.integers(0, 3), st.integers(0, 40 * 24)), max_size=60)


@unhurried
@given(heard, st.builds(random.Random, st.integers(0, 2**32)))
def test_a_restart_at_any_point_changes_nobodys_role(
    told: list[tuple[int, Deed, int, int]], rng: random.Random
) -> None:
    straight, people, disk = People(4), People(4), dict[int, bytes]()
    at = START
    for who, deed, text, hours in told:
        at += hours * HOUR
        assert straight.hear(who, deed, text, at) == people.hear(who, deed, text, at)
        if rng.random() < 0.4:
            for key, value in people.changed.items():
                if value is None:
                    disk.pop(key, None)
                else:
                    disk[key] = value
            people.changed.clear()
            people = People(4)
            people.load(disk.items())
    assert len(people) == len(straight) <= 4
    assert all(people.roles(who, at) == straight.roles(who, at) for who in range(6))


@unhurried
@given(heard, st.integers(0, 5), deeds, st.integers(0, 8 * 24))
def test_what_is_taken_back_within_eight_days_leaves_the_others_as_they_were(
    told: list[tuple[int, Deed, int, int]], who: int, deed: Deed, later: int
) -> None:
    with_it, without = People(), People()
    at = START
    for number, (other, what, _, hours) in enumerate(told):
        at += hours * HOUR
        for people in (with_it, without):
            people.hear(other, what, number + 1, at)
    with_it.hear(who, deed, 0, at)
    with_it.take_back(who, deed, at)
    then = at + later * HOUR
    known = {other for other, _, _, _ in told}
    for each in range(6):
        assert with_it.roles(each, then) == without.roles(each, then) or each not in known


def test_the_least_recently_heard_makes_room_and_a_purge_forgets() -> None:
    people = People(3)
    for who in (1, 2, 3, 1, 4):
        people.hear(who, OPINION, 0, START)
    assert (len(people), people.evicted) == (3, 1)
    assert people.changed[2] is None
    assert people.roles(2, START) == []
    people.forget(1)
    assert people.changed[1] is None
    assert people.roles(1, START) == []


def test_years_of_deeds_stay_small() -> None:
    people = People()
    for week in range(500):
        people.hear(ANA, NEGATIVE | QUESTION | ANSWER, 2**63 + week, START + week * 7 * DAY)
    packed = people.changed[ANA]
    assert packed is not None
    assert len(packed) <= 85
    assert people.roles(ANA, START + 500 * 7 * DAY) == [AuthorRole.HELPER, AuthorRole.CRITIC, AuthorRole.ASKER]
