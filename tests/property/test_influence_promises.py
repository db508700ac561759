"""The properties of influence, through the whole stage, record by record; and what a bought audience and a pod earn.

The seventh, that a brand's own accounts have none, is held by tests/unit/understand/test_influence_of_own_accounts.py.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.influence import Influence, InfluenceTable, fixed, scale
from pipeline.influence.author import CAP
from pipeline.influence.fixed import EPOCH, HALF_LIFE, ONE
from pipeline.influence.publish import DELAY
from pipeline.record import Record, tick_to
from schemas.author import AuthorScore
from schemas.codec import decode, encode
from schemas.headers import get
from schemas.ids import hash64
from schemas.instants import DAY, to_wire
from schemas.interaction import Interaction
from schemas.kinds import InteractionKind
from schemas.mention import Origin
from schemas.topics import AUTHORS, INTERACTIONS, RAW

START = 1_790_000_000_000 // EPOCH * EPOCH
unhurried = settings(deadline=None)


class Deed(NamedTuple):
    """Somebody acts on an author. `age` of the account in days; `following` against 100 followers."""

    who: str
    target: str
    kind: InteractionKind
    minute: int
    age: int | None
    following: int


deeds = st.builds(
    Deed,
    st.integers(0, 20).map(lambda number: f"u{number}"),
    st.sampled_from(("ana", "bo", "eva")),
    st.sampled_from(InteractionKind),
    st.integers(0, 5 * 60),
    st.none() | st.integers(0, 4_000),
    st.integers(0, 20_000),
)


def scores(
    told: list[Deed], followers: int | None = None, at: int = 6 * EPOCH, batch: int = 10_000
) -> dict[str, AuthorScore]:
    """Each author's latest version at START + `at`, of deeds in any order within their minute."""
    stage = Influence(0, 1, 1)
    log = [
        Interaction(
            uid=f"demo:{hash64(repr((deed, number)))}",
            network="demo",
            kind=deed.kind,
            actor=deed.who,
            target=deed.target,
            at=to_wire(START + deed.minute * 60_000),
            actor_created_at=None if deed.age is None else to_wire(START - deed.age * DAY),
            actor_followers=100,
            actor_following=deed.following,
            target_followers=followers,
            origin=Origin(RAW, 0, number, 0, 1),
        )
        for number, deed in enumerate(sorted(told, key=lambda deed: deed.minute))
    ]
    records = [Record(INTERACTIONS, 0, n, 0, b"k", encode(said)) for n, said in enumerate(log)]
    end = tick_to(INTERACTIONS, 0, START + at, 0)
    records.append(Record(INTERACTIONS, 0, len(records), 0, None, end.value, end.headers))
    out = [made for n in range(0, len(records), batch) for made in stage.process(records[n : n + batch]).records]
    found = [decode(AuthorScore, r.value) for r in out if r.value and get(r.headers, "ce_type") != "social.tick"]
    return {score.author: score for score in found}


def both(found: AuthorScore) -> tuple[float, float]:
    return (-1.0 if found.score is None else found.score, -1.0 if found.peer_score is None else found.peer_score)


@unhurried
@given(st.lists(deeds, min_size=1, max_size=60), deeds, st.none() | st.integers(0, 10**7))
def test_1_more_engagement_never_lowers(told: list[Deed], more: Deed, followers: int | None) -> None:
    before, after = scores(told, followers), scores([*told, more], followers)
    for author, was in before.items():
        for old, new in zip(both(was), both(after[author]), strict=True):
            assert new >= old


@unhurried
@given(st.lists(deeds, min_size=1, max_size=60), st.integers(0, 10**6))
def test_2_ten_times_the_followers_at_equal_engagement_never_raise(told: list[Deed], followers: int) -> None:
    few, many = scores(told, followers), scores(told, 10 * followers)
    for author, score in few.items():
        assert many[author].score == score.score
        assert both(many[author])[1] <= both(score)[1]
        assert many[author].confidence <= score.confidence


@unhurried
@given(st.lists(deeds, min_size=1, max_size=30), st.integers(1, 300), st.sampled_from(InteractionKind))
def test_3_any_number_of_throw_away_engagers_raises_nothing(told: list[Deed], k: int, kind: InteractionKind) -> None:
    bots = [Deed(f"bot{number}", "ana", kind, number % 300, 1, 5_000) for number in range(k)]
    before, after = scores(told), scores([*told, *bots])
    for author, score in before.items():
        assert both(after[author]) == both(score)
    assert after.keys() == before.keys()


@unhurried
@given(st.integers(1, 60), st.integers(1, 8))
def test_4_a_pod_is_bounded_by_its_members_whatever_they_repeat(members: int, rounds: int) -> None:
    pod = [
        Deed(f"u{member}", "ana", InteractionKind.REPOST, (member + 7 * turn) % 300, 4_000, 100)
        for member in range(members)
        for turn in range(rounds)
    ]
    found = scores(pod).get("ana")
    assert (found is not None) == (members >= 3 and members * rounds >= 5)
    assert found is None or found.components["engagement"] <= members * fixed.log1p(CAP) / ONE


@unhurried
@given(st.lists(deeds, min_size=1, max_size=60), st.builds(random.Random, st.integers(0, 2**32)))
def test_5_order_within_an_epoch_does_not_matter(told: list[Deed], rng: random.Random) -> None:
    hour = [deed._replace(minute=deed.minute % 60) for deed in told]
    mixed = [deed._replace(minute=rng.randrange(60)) for deed in hour]
    rng.shuffle(mixed)
    assert {a: both(s) for a, s in scores(hour).items()} == {a: both(s) for a, s in scores(mixed).items()}


@unhurried
@given(st.lists(deeds, min_size=1, max_size=60), st.lists(st.integers(0, 500), min_size=2, max_size=6))
def test_6_what_a_reader_sees_only_falls_without_new_engagement_and_ends_as_null(
    told: list[Deed], days: list[int]
) -> None:
    table = InfluenceTable(1, 1)
    for number, score in enumerate(scores(told).values()):
        table.apply(Record(AUTHORS, 0, number, 0, b"k", encode(score)))
    for author in ("ana", "bo", "eva"):
        seen = [table.stamp("demo", author, START + 6 * EPOCH + DELAY + day * DAY) for day in sorted(days)]
        values = [-1.0 if stamp is None else stamp.score for stamp in seen]
        assert values == sorted(values, reverse=True)
        assert table.stamp("demo", author, START + 10 * HALF_LIFE + 7 * EPOCH) is None


@unhurried
@given(st.lists(deeds, min_size=1, max_size=60), st.integers(1, 7))
def test_8_a_replay_gives_the_same_scores_and_so_the_same_order(told: list[Deed], batch: int) -> None:
    assert list(scores(told).items()) == list(scores(told, batch=batch).items())


def organic(people: int) -> list[Deed]:
    """People with accounts of years who each like or answer twice."""
    kinds = (InteractionKind.LIKE, InteractionKind.REPLY)
    return [Deed(f"p{n}", "ana", kinds[turn], n % 300, 1_500, 120) for n in range(people) for turn in range(2)]


def test_a_bought_audience_of_a_million_scores_what_its_engagement_earns() -> None:
    honest, bought = scores(organic(60), 1_500)["ana"], scores(organic(60), 1_000_000)["ana"]
    assert honest.score is not None
    assert bought.score == honest.score
    assert bought.peer_score is not None
    assert honest.peer_score is not None
    assert bought.peer_score < honest.peer_score
    watched = scores([*organic(60), *(deed._replace(minute=30 * 60) for deed in organic(1))], 1_000_000, 31 * EPOCH)
    assert watched["ana"].audience_suspect
    assert watched["ana"].confidence < honest.confidence


def test_a_pod_of_fifty_that_like_everything_stays_below_120_people_who_liked_once() -> None:
    pod = [
        Deed(f"m{n}", "ana", InteractionKind.LIKE, turn * 10 % 300, 1_500, 120) for n in range(50) for turn in range(30)
    ]
    earned = [Deed(f"p{n}", "bo", InteractionKind.LIKE, n % 300, 1_500, 120) for n in range(120)]
    found = scores([*pod, *earned])
    ana, bo = found["ana"].score, found["bo"].score
    assert ana is not None
    assert bo is not None
    assert ana < bo
    assert ana < 100 * 50 * fixed.log1p(CAP) / (50 * fixed.log1p(CAP) + scale.HALF_WAY)


def test_followers_alone_are_no_influence() -> None:
    assert scores([Deed("u1", "ana", InteractionKind.LIKE, 0, 4_000, 100)], 10**7) == {}
