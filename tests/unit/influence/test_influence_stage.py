"""The influence stage: when scores come out, and what counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.influence import Influence, scale
from pipeline.influence.fixed import EPOCH, ONE
from pipeline.influence.publish import DELAY
from pipeline.record import Partition
from schemas.headers import get
from schemas.instants import DAY, to_wire
from schemas.kinds import InteractionKind, LetterReason, Stage
from schemas.mention import Origin
from schemas.topics import AUTHORS, INTERACTIONS, RAW

if TYPE_CHECKING:
    from collections.abc import Iterable

START = 1_790_000_000_000 // EPOCH * EPOCH


def crowd(teller: Any, size: int, **fields: Any) -> None:
    for number in range(size):
        teller.like(f"u{number}", **fields)


def the_score(teller: Any) -> Any:
    (score,) = teller.tick(START + EPOCH)
    return score


def test_a_score_comes_out_when_the_frontier_passes_the_end_of_its_epoch(teller: Any) -> None:
    crowd(teller, 10)
    assert teller.tick(START + EPOCH - 1) == []
    (score,) = teller.tick(START + EPOCH)
    assert (score.network, score.author, score.n, score.engagers) == ("demo", "ana", 10, 10)
    assert score.as_of == to_wire(START + EPOCH)
    assert score.effective_at == to_wire(START + EPOCH + DELAY)
    assert score.score == pytest.approx(100 * 3.4657 / 103.4657, abs=0.01)
    assert score.confidence == pytest.approx(10 / 30, abs=1e-4)


def test_an_author_untouched_in_an_epoch_gets_no_version(teller: Any) -> None:
    crowd(teller, 10)
    teller.tick(START + EPOCH)
    assert teller.tick(START + 900 * EPOCH) == []


def test_the_record_of_a_score_is_a_cloud_event_keyed_by_author(teller: Any) -> None:
    crowd(teller, 6)
    teller.tick(START + EPOCH)
    score, tick = teller.outputs.records
    assert (score.topic, score.key, score.partition) == (AUTHORS, b"demo:ana", None)
    assert get(score.headers, "ce_type") == "social.author"
    assert get(score.headers, "ce_time") == to_wire(START + EPOCH)
    assert tick.is_tick if hasattr(tick, "is_tick") else get(tick.headers, "ce_type") == "social.tick"


def test_a_tick_goes_to_every_partition_of_authors_with_a_key_of_its_own(tell_to: Callable[[Influence], Any]) -> None:
    teller = tell_to(Influence(5, 2, 3))
    teller.tick(START, origin=0)
    assert teller.outputs.records == []
    teller.tick(START + 7, origin=1)
    assert [(r.partition, r.key, r.timestamp) for r in teller.outputs.records] == [
        (number, b"social.tick:5", START) for number in range(3)
    ]


def test_below_five_engagements_or_three_people_there_is_no_score(teller: Any) -> None:
    for _ in range(20):
        teller.like("fan")
        teller.like("fan2")
    assert teller.tick(START + EPOCH) == []
    teller.like("fan3")
    (score,) = teller.tick(START + 2 * EPOCH)
    assert (score.score is not None, score.n, score.engagers) == (True, 41, 3)


def test_acting_on_ones_own_post_earns_nothing(teller: Any) -> None:
    for _ in range(20):
        teller.like("ana")
    assert teller.tick(START + EPOCH) == []
    assert teller.stage.tally.own == 20


def test_an_interaction_told_by_two_origins_counts_once(tell_to: Callable[[Influence], Any]) -> None:
    teller = tell_to(Influence(0, 2, 1))
    for origin in (0, 1):
        for number in range(6):
            teller.like(f"u{number}", uid=f"demo:x{number}", origin=Origin(RAW, origin, number, 0, 1))
    teller.tick(START + EPOCH, origin=0)
    (score,) = teller.tick(START + EPOCH, origin=1)
    assert score.n == 6
    assert teller.stage.tally.repeated == 6


def test_one_post_that_acts_on_two_authors_counts_for_both(teller: Any) -> None:
    for number in range(6):
        teller.like(f"u{number}", target="ana", uid=f"demo:x{number}")
        teller.like(f"u{number}", target="bo", uid=f"demo:x{number}")
    assert [(s.author, s.n) for s in teller.tick(START + EPOCH)] == [("ana", 6), ("bo", 6)]


def test_an_interaction_told_again_within_two_days_counts_once_and_much_later_twice(teller: Any) -> None:
    teller.like("u", uid="demo:x")
    teller.tick(START + 48 * EPOCH)
    teller.like("u", uid="demo:x")
    teller.tick(START + 50 * EPOCH)
    assert teller.stage.tally.counted == 1
    teller.like("u", uid="demo:x")
    teller.tick(START + 51 * EPOCH)
    assert teller.stage.tally.counted == 2


def test_a_redelivered_record_is_skipped_held_or_applied(teller: Any) -> None:
    place = Origin(RAW, 0, 100, 0, 2)
    for _ in range(2):
        teller.like("u0", uid="demo:x0", origin=place)
    assert teller.stage.held == 1
    teller.tick(START + 1)
    teller.like("u0", uid="demo:x0", origin=place)
    assert teller.stage.held == 0
    teller.like("u1", uid="demo:x1", origin=Origin(RAW, 0, 100, 1, 2))
    assert teller.stage.held == 1


def test_resume_is_the_first_held_record_else_the_next_one(teller: Any) -> None:
    here = Partition(INTERACTIONS, 0)
    assert teller.stage.resume() == {}
    teller.tick(START)
    assert teller.stage.resume() == {here: 1}
    teller.like("u0")
    teller.tick(START)
    teller.like("u1")
    assert teller.stage.resume() == {here: 1}
    teller.tick(START + 1)
    assert teller.stage.resume() == {here: 5}


def test_a_clock_that_stepped_back_loses_nothing(teller: Any) -> None:
    teller.tick(START + EPOCH)
    for number in range(6):
        teller.like(f"u{number}", at=to_wire(START - 5 * EPOCH))
    (score,) = teller.tick(START + 2 * EPOCH)
    assert (score.n, score.as_of) == (6, to_wire(START + 2 * EPOCH))


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"{",
        b"null",
        b'{"uid":"demo:1","network":"demo","kind":"wave","actor":"a","target":"b","at":"2026-01-01T00:00:00.000Z"}',
        b'{"uid":"demo:1","network":"demo","kind":"like","actor":"a","target":"b","at":"2026-01-01T00:00:00.000Z"}',
        b'{"uid":"demo:1","network":"demo","kind":"like","actor":"a","target":"b","at":"2026-99-01T00:00:00.000Z",'
        b'"origin":{"topic":"social.raw","partition":0,"offset":1,"ordinal":0,"of":1}}',
    ],
)
def test_a_record_that_is_no_interaction_becomes_one_dead_letter(teller: Any, value: bytes | None) -> None:
    crowd(teller, 6)
    record = teller.record(value)
    teller.send(record)
    (letter,) = teller.outputs.letters
    assert (letter.stage, letter.reason) == (Stage.INFLUENCE, LetterReason.BAD_RECORD)
    assert (letter.payload, letter.offset) == (value or b"", record.offset)
    state = {key: data for key, data in teller.stage.snapshot().items() if data is not None}
    again = Influence(0, 1, 1)
    again.restore(state)
    assert again.process([record]).letters == []
    assert the_score(teller).n == 6


def test_a_partition_that_was_not_there_at_the_start_stops_the_stage(teller: Any) -> None:
    with pytest.raises(ValueError, match="restart"):
        teller.tick(START, origin=1)


def test_an_evident_throw_away_adds_nothing_however_many_there_are(teller: Any) -> None:
    crowd(teller, 6)
    for number in range(500):
        teller.like(f"bot{number}", actor_created_at=to_wire(START), kind=InteractionKind.REPOST)
    score = the_score(teller)
    assert (score.n, score.engagers) == (6, 6)
    assert teller.stage.tally.worthless == 500


def scored_with_followers(tell_to: Callable[[Influence], Any], followers: Iterable[int | None]) -> list[Any]:
    found = []
    for count in followers:
        teller = tell_to(Influence(0, 1, 1))
        crowd(teller, 60, target_followers=count)
        teller.tick(START + 30 * EPOCH)
        teller.like("u0", target_followers=count)
        found += teller.tick(START + 31 * EPOCH)
    return found


def test_followers_never_raise_a_score_and_a_bought_audience_is_suspected(tell_to: Callable[[Influence], Any]) -> None:
    scores = scored_with_followers(tell_to, (None, 100, 1_000, 100_000, 1_000_000))
    assert len({score.score for score in scores}) == 1
    assert [score.audience_suspect for score in scores] == [False, False, False, False, True]
    assert scores[-1].confidence < scores[0].confidence


def test_an_audience_that_doubles_in_a_week_without_engagement_is_suspected_for_that_week(teller: Any) -> None:
    found = []
    for day, followers in ((0, 20_000), (1, 20_500), (3, 45_000), (5, 45_000), (12, 45_500), (20, 46_000)):
        teller.tick(START + day * DAY)
        for number in range(25):
            teller.like(f"u{number}", target_followers=followers)
        found += teller.tick(START + day * DAY + EPOCH)
    assert [score.audience_suspect for score in found] == [False, False, True, True, False, False]
    assert found[2].confidence < found[1].confidence
    assert found[2].score >= found[1].score


def test_an_audience_that_grows_with_its_engagement_is_not_suspected(teller: Any) -> None:
    crowd(teller, 20, target_followers=20_000)
    teller.tick(START + EPOCH)
    crowd(teller, 200, target_followers=45_000)
    (score,) = teller.tick(START + 2 * EPOCH)
    assert not score.audience_suspect


def test_growth_over_months_in_which_nobody_looked_is_not_suspected(teller: Any) -> None:
    crowd(teller, 20, target_followers=20_000)
    teller.tick(START + 60 * DAY)
    crowd(teller, 25, target_followers=45_000)
    (score,) = teller.tick(START + 60 * DAY + EPOCH)
    assert not score.audience_suspect


def test_where_likes_are_not_told_the_same_is_earned_by_less() -> None:
    assert scale.score(31 * ONE, 99, 99, scale.half_way_of("x")) == scale.score(100 * ONE, 99, 99) == 50 * ONE
    assert scale.half_way_of("bluesky") == scale.half_way_of("a network of tomorrow") == scale.HALF_WAY


def test_what_is_usual_for_its_size_scores_fifty_among_peers() -> None:
    usual = {100: 6.6, 1_000: 18.5, 30_000: 100.0, 1_000_000: 577.1}
    for followers, engagement in usual.items():
        assert scale.peer_score(round(engagement * ONE), 99, 99, followers) == pytest.approx(50 * ONE, abs=ONE / 4)
    assert scale.peer_score(0, 99, 99, 10) == 0
    assert scale.peer_score(100 * ONE, 4, 99, 10) is None


def test_an_hour_without_engagement_makes_nobody_suspect(teller: Any) -> None:
    crowd(teller, 6, target_followers=5_000_000)
    assert not the_score(teller).audience_suspect


def test_an_old_score_is_null_again_when_its_engagement_has_faded(teller: Any) -> None:
    crowd(teller, 100)
    assert the_score(teller).score is not None
    teller.now = START + 400 * DAY
    teller.tick(teller.now)
    teller.like("late")
    (score,) = teller.tick(START + 401 * DAY)
    assert (score.score, score.n) == (None, 1)
    teller.like("later")
    assert teller.tick(START + 402 * DAY) == []


def test_the_least_recently_touched_author_makes_room(tell_to: Callable[[Influence], Any]) -> None:
    stage = Influence(0, 1, 1, capacity=3)
    teller = tell_to(stage)
    for target in "abca":
        crowd(teller, 6, target=target)
        teller.tick(teller.now + 1)
    teller.tick(START + EPOCH)
    for target in "ac":
        teller.like("u9", target=target)
    teller.like("u", target="d")
    assert [score.author for score in teller.tick(START + 2 * EPOCH)] == ["a", "c"]
    assert [record.key for record in teller.outputs.records if record.value is None] == [b"demo:b"]
    assert stage.authors_known == 3
    assert stage.authors_evicted == 1
    for target in "efg":
        teller.like("u", target=target)
    teller.tick(START + 3 * EPOCH)
    assert [record.key for record in teller.outputs.records if record.value is None] == [
        b"demo:b",
        b"demo:a",
        b"demo:c",
    ]
    state = {key: data for key, data in stage.snapshot().items() if key.startswith("author:")}
    assert sorted(key[-1] for key, data in state.items() if data is None) == ["a", "b", "c", "d"]
    assert sorted(key[-1] for key, data in state.items() if data is not None) == ["e", "f", "g"]
