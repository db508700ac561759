"""The reader's side: a mention is stamped with what was in effect when it was observed, and only once that is sure."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.influence import Influence, InfluenceTable
from pipeline.influence.fixed import EPOCH, ONE
from pipeline.influence.publish import DELAY, record_of, tombstone
from pipeline.influence.scale import faded
from pipeline.influence.table import _SIZE, FLOOR, MARGIN
from pipeline.record import Outgoing, Record, tick_to
from schemas.author import AuthorScore
from schemas.codec import RecordFault
from schemas.instants import DAY, to_wire
from schemas.topics import AUTHORS

START = 1_790_000_000_000 // EPOCH * EPOCH
unhurried = settings(deadline=None)


_OFFSETS = count()


def read(out: Outgoing, partition: int = 0) -> Record:
    return Record(AUTHORS, partition, next(_OFFSETS), 0, out.key, out.value, out.headers)


def tick(at: int, origin: int = 0, partition: int = 0) -> Record:
    return read(tick_to(AUTHORS, partition, at, origin), partition)


def version(hours: int, score: float | None, author: str = "ana") -> Record:
    end = START + hours * EPOCH
    told = AuthorScore("demo", author, to_wire(end + DELAY), to_wire(end), score, 20, 9, 0.5)
    return read(record_of(told))


def test_the_version_in_effect_is_the_one_stamped() -> None:
    table = InfluenceTable(1, 1)
    for hours, score in ((0, 10.0), (1, 20.0), (3, 30.0)):
        table.apply(version(hours, score))
    at = START + DELAY
    assert table.stamp("demo", "ana", at - 1) is None
    stamps = [table.stamp("demo", "ana", at + hours * EPOCH + 5) for hours in range(4)]
    assert [stamp.score for stamp in stamps if stamp] == [
        10.0,
        20.0,
        pytest.approx(20 * 2 ** (-1 / 720), abs=1e-3),
        30.0,
    ]
    assert [stamp.as_of for stamp in stamps if stamp] == [to_wire(START + hours * EPOCH) for hours in (0, 1, 1, 3)]


def test_a_null_score_stamps_nothing_and_neither_does_a_stranger() -> None:
    table = InfluenceTable(1, 1)
    table.apply(version(0, 50.0))
    table.apply(version(2, None))
    assert table.stamp("demo", "ana", START + 2 * EPOCH + DELAY) is None
    assert table.stamp("demo", "ana", START + 2 * EPOCH + DELAY - 1) is not None
    assert table.stamp("demo", "bo", START + 9 * EPOCH) is None
    assert table.stamp("other", "ana", START + 9 * EPOCH) is None


def test_an_old_score_fades_for_its_reader_too() -> None:
    table = InfluenceTable(1, 1)
    table.apply(version(0, 80.0))
    stamp = table.stamp("demo", "ana", START + DELAY + 60 * DAY)
    assert stamp is not None
    assert stamp.score == pytest.approx(20.0, abs=0.01)


def test_the_frontier_waits_for_each_origin_in_each_partition() -> None:
    table = InfluenceTable(2, 2)
    table.apply(tick(START + 3, 0, 0))
    table.apply(tick(START + 4, 1, 0))
    table.apply(tick(START + 5, 0, 1))
    assert table.frontier == 0
    table.apply(tick(START + 6, 1, 1))
    assert table.frontier == START + 3
    table.apply(tick(START - 9, 0, 0))
    assert table.frontier == START + 3


@unhurried
@given(st.integers(0, 3 * EPOCH))
def test_ready_until_is_the_last_instant_before_an_unknown_score_may_take_effect(moved: int) -> None:
    table = InfluenceTable(1, 1)
    table.apply(tick(START + moved))
    first_unknown = (START + moved) // EPOCH * EPOCH + EPOCH
    assert table.ready_until == first_unknown + DELAY - 1
    assert table.ready_until >= table.frontier + DELAY


def test_a_stamp_given_at_ready_until_never_changes_afterwards(teller: Any) -> None:
    table = InfluenceTable(1, 1)
    final: dict[int, object] = {}
    for hour in range(60):
        for number in range(hour % 7):
            teller.like(f"u{hour}-{number}")
        teller.outputs.records.clear()
        teller.tick(START + hour * EPOCH + 1_700_000)
        for out in teller.outputs.records:
            table.apply(read(out))
        final[table.ready_until] = table.stamp("demo", "ana", table.ready_until)
    assert sum(stamp is not None for stamp in final.values()) > 40
    recent = {at: stamp for at, stamp in final.items() if at >= table.frontier - MARGIN}
    assert {at: table.stamp("demo", "ana", at) for at in recent} == recent


def test_superseded_versions_go_but_never_the_one_in_force() -> None:
    table = InfluenceTable(1, 1)
    for hours in range(200):
        table.apply(version(hours, float(hours % 100)))
        table.apply(tick(START + hours * EPOCH))
    assert len(table._versions["demo:ana"]) // _SIZE <= MARGIN // EPOCH + 4
    oldest = START + 199 * EPOCH - MARGIN
    assert table.stamp("demo", "ana", oldest) is not None
    table.apply(tick(START + 900 * EPOCH))
    table.apply(version(1_000, 3.0))
    assert table.stamp("demo", "ana", START + 950 * EPOCH) is not None


def test_a_tombstone_ends_a_score_as_a_version_would() -> None:
    table = InfluenceTable(1, 1)
    table.apply(version(0, 50.0))
    table.apply(read(tombstone("demo:ana", START // EPOCH + 5)))
    assert table.stamp("demo", "ana", START + 5 * EPOCH + DELAY - 1) is not None
    assert table.stamp("demo", "ana", START + 5 * EPOCH + DELAY) is None
    table.apply(version(9, 40.0))
    assert table.stamp("demo", "ana", START + 9 * EPOCH + DELAY) is not None


def test_the_table_lets_go_of_whoever_faded_or_was_forgotten() -> None:
    table = InfluenceTable(1, 1)
    for number in range(1_000):
        table.apply(version(0, 90.0 if number % 2 else None, f"a{number}"))
    table.apply(read(tombstone("demo:a1", START // EPOCH + 1)))
    table.apply(tick(START + 100 * DAY))
    for hour in range(500):
        table.apply(version(100 * 24 + hour, 80.0, "bo"))
    assert len(table) == 500
    assert table.stamp("demo", "a3", START + 100 * DAY) is not None
    table.apply(tick(START + 400 * DAY))
    for hour in range(500):
        table.apply(version(400 * 24 + hour, 80.0, "bo"))
    assert len(table) == 1


class Whole:
    """The oracle: every version kept for ever."""

    def __init__(self) -> None:
        self.versions: dict[str, dict[int, float | None]] = {}

    def stamp(self, author: str, at: int) -> float | None:
        known = {effective: score for effective, score in self.versions.get(author, {}).items() if effective <= at}
        if not known:
            return None
        effective = max(known)
        score = known[effective]
        value = -1 if score is None else faded(round(score * ONE), at - effective)
        return value / ONE if value >= FLOOR else None


@unhurried
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400), st.sampled_from((None, 0.05, 0.4, 70.0))), max_size=80)
)
def test_what_was_dropped_changes_no_stamp_within_the_margin(told: list[tuple[int, int, float | None]]) -> None:
    table, whole = InfluenceTable(1, 1), Whole()
    for who, hours, score in sorted(told, key=lambda entry: entry[1]):
        hours *= 24
        author = f"a{who}"
        table.apply(version(hours, score, author))
        whole.versions.setdefault(author, {})[START + hours * EPOCH + DELAY] = score
        table.apply(tick(START + hours * EPOCH))
        for at in (table.frontier - MARGIN, table.frontier, table.ready_until):
            for other in ("a0", "a1", "a2", "a3"):
                stamp = table.stamp("demo", other, at)
                assert (stamp.score if stamp else None) == whole.stamp(other, at)


@unhurried
@given(st.permutations(range(8)), st.lists(st.integers(0, 7), max_size=4))
def test_order_and_repeats_of_versions_do_not_matter(order: list[int], again: list[int]) -> None:
    table, straight = InfluenceTable(1, 1), InfluenceTable(1, 1)
    for hours in [*order, *again]:
        table.apply(version(hours, 10.0 + hours))
    for hours in range(8):
        straight.apply(version(hours, 10.0 + hours))
    at = [START + DELAY + half * EPOCH // 2 for half in range(20)]
    assert [table.stamp("demo", "ana", t) for t in at] == [straight.stamp("demo", "ana", t) for t in at]


def test_what_does_not_decode_is_an_upstream_fault_and_a_grown_topic_ours() -> None:
    table = InfluenceTable(1, 1)
    with pytest.raises(RecordFault):
        table.apply(Record(AUTHORS, 0, next(_OFFSETS), 0, b"k", b"{}"))
    with pytest.raises(ValueError, match="restart"):
        table.apply(tick(START, origin=1))
    with pytest.raises(ValueError, match="restart"):
        table.apply(tick(START, partition=1))


@unhurried
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), max_size=30), st.lists(st.booleans(), max_size=80))
def test_two_readers_of_one_table_see_what_each_would_see_alone(told: list[tuple[int, int]], turns: list[bool]) -> None:
    log = [version(hours, 10.0 + hours, f"a{who}") for who, hours in told]
    shared, alone = InfluenceTable(1, 1), InfluenceTable(1, 1)
    for record in log:
        alone.apply(record)
    first, second = iter(log), iter(log)
    for turn in [*turns, *[True] * len(log), *[False] * len(log)]:
        record = next(first if turn else second, None)
        if record is not None:
            shared.apply(record)
    at = [START + DELAY + hours * EPOCH for hours in range(0, 70, 7)]
    for who in range(6):
        assert [shared.stamp("demo", f"a{who}", t) for t in at] == [alone.stamp("demo", f"a{who}", t) for t in at]


def test_ticks_of_the_stage_move_the_table() -> None:
    stage, table = Influence(0, 1, 1), InfluenceTable(1, 1)
    told = tick_to("social.interactions", 0, START, 0)
    for out in stage.process([Record("social.interactions", 0, 0, 0, None, told.value, told.headers)]).records:
        table.apply(read(out))
    assert table.frontier == START
