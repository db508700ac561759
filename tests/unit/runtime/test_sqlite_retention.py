"""What the embedded log lets go, and what it never does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.record import Outgoing, Partition, tick_to
from pipeline.runtime.bus import BusFull, Commit
from pipeline.runtime.embedded import SqliteBus, retention
from schemas.instants import DAY
from schemas.topics import AUTHORS, DEADLETTERS, MENTIONS, RAW, SIGNALS

RAW_0 = Partition(RAW, 0)
AUTHORS_0 = Partition(AUTHORS, 0)
T = 1_764_000_000_000


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[SqliteBus]:
    bus = SqliteBus(tmp_path / "bus.db", clock=lambda: T, capacity=100, durable=False)
    await bus.open()
    yield bus
    await bus.close()


def at(day: float, value: str, topic: str = RAW, key: str = "k") -> Outgoing:
    return Outgoing(topic, key.encode(), value.encode() or None, timestamp=T + int(day * DAY))


async def left(bus: SqliteBus, partition: Partition) -> list[str]:
    return [(record.value or b"").decode() for record in await bus.read(partition, 0, 10_000)]


async def passed(bus: SqliteBus, group: str, **offsets: int) -> None:
    await bus.commit(Commit(group, group, 0, {Partition(f"social.{name}", 0): n for name, n in offsets.items()}))


async def test_records_past_their_topics_retention_go(bus: SqliteBus) -> None:
    await bus.append([at(day, str(day)) for day in range(10)])
    assert await bus.prune(T + 10 * DAY) == 3
    assert await left(bus, RAW_0) == ["3", "4", "5", "6", "7", "8", "9"]
    assert await bus.prune(T + 10 * DAY) == 0


async def test_each_topic_has_its_own_retention(bus: SqliteBus) -> None:
    topics = (RAW, MENTIONS, SIGNALS, DEADLETTERS, AUTHORS)
    await bus.append([at(0, "old", topic) for topic in topics])
    await bus.prune(T + 31 * DAY)
    kept = [topic for topic in topics if await left(bus, Partition(topic, 0))]
    assert kept == [SIGNALS, AUTHORS]


async def test_the_last_record_of_a_quiet_topic_goes_too(bus: SqliteBus) -> None:
    await bus.append([at(0, "personal", DEADLETTERS)])
    await bus.prune(T + 31 * DAY)
    assert await left(bus, Partition(DEADLETTERS, 0)) == []


async def test_nothing_goes_that_a_group_has_not_read(bus: SqliteBus) -> None:
    await bus.append([at(0, str(i)) for i in range(10)])
    await passed(bus, "understand", raw=6)
    await passed(bus, "archive", raw=2)
    await passed(bus, "listen", mentions=0)
    await bus.prune(T + 100 * DAY)
    assert await left(bus, RAW_0) == [str(i) for i in range(2, 10)]
    await bus.forget("archive")
    await bus.prune(T + 100 * DAY)
    assert await left(bus, RAW_0) == [str(i) for i in range(6, 10)]


async def test_a_group_forgotten_in_one_process_is_forgotten_in_all(bus: SqliteBus) -> None:
    other = SqliteBus(bus.path, clock=lambda: T)
    await other.open()
    await passed(bus, "gone", raw=1)
    assert await other.committed("gone") == {RAW_0: 1}
    await bus.forget("gone")
    assert (await bus.committed("gone"), await other.committed("gone")) == ({}, {})
    await other.close()


async def test_a_group_that_reads_the_topic_holds_also_the_partitions_it_has_not_come_to(tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "two.db", partitions=2, clock=lambda: T)
    await bus.open()
    await bus.append([at(0, "a")._replace(partition=0), at(0, "b")._replace(partition=1)])
    await passed(bus, "understand", raw=1)
    await bus.prune(T + 100 * DAY)
    assert [await left(bus, Partition(RAW, number)) for number in range(2)] == [[], ["b"]]
    await bus.close()


async def test_offsets_times_counts_and_waiting_outlive_the_records(bus: SqliteBus) -> None:
    await bus.append([at(0, str(i)) for i in range(5)])
    await bus.prune(T + 100 * DAY)
    assert (await bus.end_offset(RAW_0), await bus.events_appended(RAW)) == (5, 5)
    assert not await bus.wait({RAW_0: 2}, 0)
    assert await bus.offset_at(RAW_0, T) == 5
    await bus.append([at(-1, "after")])
    (record,) = await bus.read(RAW_0, 2, 10)
    assert (record.offset, record.timestamp) == (5, T)
    assert await bus.wait({RAW_0: 2}, 0)


async def test_a_time_is_found_after_the_first_records_went(bus: SqliteBus) -> None:
    await bus.append([at(day, str(day)) for day in range(20)])
    await bus.prune(T + 20 * DAY)
    assert await bus.offset_at(RAW_0, T + 15 * DAY) == 15
    assert await bus.offset_at(RAW_0, T) == 13


async def test_a_group_that_comes_late_has_only_what_is_left_to_read(bus: SqliteBus) -> None:
    await bus.append([at(0, str(i)) for i in range(99)])
    await bus.append([at(8, "new")])
    await bus.prune(T + 9 * DAY)
    await passed(bus, "late", raw=0)
    await bus.append([at(8, str(i)) for i in range(99)])
    with pytest.raises(BusFull, match="late has 100 records"):
        await bus.append([at(8, "refused")])


async def test_long_logs_go_in_many_short_transactions(bus: SqliteBus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 7)
    await bus.append([at(0, str(i)) for i in range(50)] + [at(9, "new")])
    await bus.append([at(0, str(i), AUTHORS, str(i % 10)) for i in range(50)])
    assert await bus.prune(T + 10 * DAY) == 50 + 40
    assert await left(bus, RAW_0) == ["new"]
    assert await left(bus, AUTHORS_0) == [str(i) for i in range(40, 50)]


async def test_ticks_are_kept_as_long_as_their_topic_and_cost_about_twenty_bytes(
    bus: SqliteBus, tmp_path: Path
) -> None:
    """A replay of the log needs every tick: timers and scores run on them."""
    ticks = [tick_to(RAW, 0, T + i * 1000, 0) for i in range(20_000)]
    await bus.append(ticks[:1])
    page_bytes = bus._file[0].execute("PRAGMA page_size").fetchone()[0]
    before = bus._file[0].execute("PRAGMA page_count").fetchone()[0]
    await bus.append(ticks[1:])
    grown = (bus._file[0].execute("PRAGMA page_count").fetchone()[0] - before) * page_bytes
    assert grown / len(ticks) < 22
    await bus.prune(T + 6 * DAY)
    assert [(r.value, r.timestamp) for r in await bus.read(RAW_0, 0, 20_000)] == [(t.value, t.timestamp) for t in ticks]
    await bus.prune(T + 8 * DAY)
    assert await bus.read(RAW_0, 0, 1) == []


async def test_a_compacted_topic_keeps_the_latest_of_each_key(bus: SqliteBus) -> None:
    await bus.append([at(0, "a1", AUTHORS, "a"), at(0, "b1", AUTHORS, "b"), at(0, "a2", AUTHORS, "a")])
    assert await bus.prune(T + 6 * DAY) == 0, "a backlog of a week must still find what held then"
    assert await bus.prune(T + 8 * DAY) == 1
    assert await left(bus, AUTHORS_0) == ["b1", "a2"]
    assert await bus.prune(T + 1000 * DAY) == 0


async def test_compaction_waits_for_the_groups_that_read_the_topic(bus: SqliteBus) -> None:
    await bus.append([at(0, f"a{i}", AUTHORS, "a") for i in range(5)])
    await passed(bus, "mirror", authors=2)
    await bus.prune(T + 10 * DAY)
    assert await left(bus, AUTHORS_0) == ["a2", "a3", "a4"]


async def test_a_tombstone_stands_with_its_versions_and_what_it_buries_never_comes_back(bus: SqliteBus) -> None:
    await bus.append([at(0, "a1", AUTHORS, "a"), at(0, "b1", AUTHORS, "b"), at(0, "", AUTHORS, "a")])
    await bus.prune(T + 7 * DAY)
    assert await left(bus, AUTHORS_0) == ["a1", "b1", ""]
    await bus.prune(T + 7 * DAY + 1)
    assert await left(bus, AUTHORS_0) == ["b1"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    writes=st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 3)), max_size=30),
    chunk=st.integers(1, 8),
    read=st.integers(0, 30),
)
async def test_compaction_never_changes_what_a_reader_from_the_start_ends_up_with(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, bool, int]], chunk: int, read: int
) -> None:
    bus = SqliteBus(tmp_path_factory.mktemp("compact") / "bus.db", clock=lambda: T, durable=False)
    await bus.open()
    latest: dict[bytes, bytes | None] = {}
    day = 0
    for i, (key, alive, days) in enumerate(writes):
        day += days
        record = at(day, f"{i}" if alive else "", AUTHORS, key)
        latest[key.encode()] = record.value
        await bus.append([record])
    await passed(bus, "mirror", authors=min(read, len(writes)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retention, "CHUNK", chunk)
        await bus.prune(T + (day + 8) * DAY)
    rows = await bus.read(AUTHORS_0, 0, 100)
    seen = {row.key: row.value for row in rows}
    alive = {key: value for key, value in latest.items() if value is not None}
    assert {key: value for key, value in seen.items() if value is not None} == alive
    assert sum(row.offset < read for row in rows) <= len({row.key for row in rows if row.offset < read})
    await bus.close()
