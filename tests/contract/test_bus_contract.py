"""What every bus promises, each promise a test. Offsets may have gaps: only their order and `offset + 1` are relied on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from pipeline.record import Outgoing, Partition, Record, read_tick, tick_to
from pipeline.runtime.bus import Bus, BusFull, Commit, partition_of
from schemas.headers import LEDGER
from schemas.topics import AUTHORS, CONFIG, INTERACTIONS, MENTIONS, RAW, SIGNALS, TOPICS, WINDOWS

OpenBus = Callable[..., Awaitable[Bus]]
RAW_0 = Partition(RAW, 0)
MENTIONS_0 = Partition(MENTIONS, 0)
T = 1_764_000_000_000


def event(value: str, key: str | None = "someone", **rest: object) -> Outgoing:
    return Outgoing(RAW, None if key is None else key.encode(), value.encode(), **rest)


async def read_all(bus: Bus, partition: Partition, batch: int = 3) -> list[Record]:
    """Everything from the start, a few at a time, as a consumer reads."""
    records: list[Record] = []
    while batch_read := await bus.read(partition, records[-1].offset + 1 if records else 0, batch):
        assert len(batch_read) <= batch
        records += batch_read
    return records


async def values(bus: Bus, partition: Partition) -> list[str]:
    return [record.value.decode() for record in await read_all(bus, partition)]


async def all_values(bus: Bus, topic: str) -> list[str]:
    return [text for number in range(bus.partitions(topic)) for text in await values(bus, Partition(topic, number))]


def step(bus_group: str = "listen", **parts: object) -> Commit:
    return Commit(**({"group": bus_group, "owner": bus_group, "partition": 0, "offsets": {}} | parts))


class TestTopics:
    async def test_every_declared_topic_is_there_and_empty(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        for topic in TOPICS:
            assert bus.partitions(topic) == 1
            assert await bus.end_offset(Partition(topic, 0)) == 0
            assert await bus.read(Partition(topic, 0), 0, 10) == []

    async def test_partition_counts_are_those_asked_for(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions={RAW: 3, MENTIONS: 5})
        assert (bus.partitions(RAW), bus.partitions(MENTIONS), bus.partitions(WINDOWS)) == (3, 5, 1)

    async def test_one_count_is_for_the_topics_that_may_have_several_partitions(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=4)
        assert (bus.partitions(RAW), bus.partitions(SIGNALS), bus.partitions(CONFIG)) == (4, 4, 1)

    async def test_whoever_opens_without_a_count_takes_what_is_there(self, open_bus: OpenBus) -> None:
        await open_bus(partitions=4)
        assert (await open_bus(partitions=None)).partitions(RAW) == 4

    async def test_another_count_than_the_one_there_is_refused_by_name(self, open_bus: OpenBus) -> None:
        await open_bus(partitions=4)
        with pytest.raises(Exception, match=r"4 partitions and 3 were asked for"):
            await open_bus(partitions=3)

    async def test_a_topic_or_partition_that_does_not_exist_is_a_key_error_everywhere(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=2)
        for absent in (Partition("social.nothing", 0), Partition(RAW, 2), Partition(RAW, -1)):
            with pytest.raises(KeyError):
                await bus.append([Outgoing(absent.topic, b"k", b"v", partition=absent.number)])
            with pytest.raises(KeyError):
                await bus.read(absent, 0, 1)
            with pytest.raises(KeyError):
                await bus.wait({absent: 0}, 0)
            with pytest.raises(KeyError):
                await bus.end_offset(absent)
            with pytest.raises(KeyError):
                await bus.offset_at(absent, T)
            with pytest.raises(KeyError):
                await bus.commit(step(offsets={absent: 1}))
        with pytest.raises(KeyError):
            await bus.events_appended("social.nothing")
        with pytest.raises(KeyError):
            bus.partitions("social.nothing")


class TestAppending:
    async def test_a_partition_keeps_the_order_of_its_appends(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a"), event("b")])
        await bus.append([event("c")])
        await bus.append([event("d"), event("e")])
        records = await read_all(bus, RAW_0, batch=2)
        assert [record.value for record in records] == [b"a", b"b", b"c", b"d", b"e"]
        offsets = [record.offset for record in records]
        assert offsets == sorted(set(offsets))
        assert all((record.topic, record.partition) == RAW_0 for record in records)

    async def test_equal_keys_share_a_partition_and_keep_their_order(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=4)
        batches = [[event(f"{person}:{turn}", f"did:plc:{person}") for person in range(40)] for turn in range(3)]
        for batch in batches:
            await bus.append(batch)
        found: dict[bytes, list[tuple[int, str]]] = {}
        for number in range(4):
            records = await read_all(bus, Partition(RAW, number), batch=50)
            assert records, "forty keys spread over four partitions"
            for record in records:
                found.setdefault(record.key, []).append((record.partition, record.value.decode()))
        for person in range(40):
            key = f"did:plc:{person}".encode()
            assert found[key] == [(partition_of(key, 4), f"{person}:{turn}") for turn in range(3)]

    async def test_a_record_may_name_its_partition(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=4)
        await bus.append([event("here", partition=number) for number in range(4)])
        assert [await values(bus, Partition(RAW, number)) for number in range(4)] == [["here"]] * 4

    async def test_records_without_a_key_share_the_first_partition(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=4)
        await bus.append([event("a", None), event("b", None)])
        assert await values(bus, RAW_0) == ["a", "b"]

    async def test_a_batch_goes_to_several_topics_and_partitions_at_once(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=2)
        batch = [event("a", partition=0), Outgoing(WINDOWS, b"brand", b"w", partition=1), event("b", partition=1)]
        await bus.append(batch)
        assert await values(bus, RAW_0) == ["a"]
        assert await values(bus, Partition(RAW, 1)) == ["b"]
        assert await values(bus, Partition(WINDOWS, 1)) == ["w"]

    async def test_a_batch_with_one_bad_record_leaves_nothing(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("before")])
        bad = [
            (KeyError, Outgoing("social.nothing", b"k", b"v")),
            (KeyError, event("x", partition=7)),
            (ValueError, Outgoing(AUTHORS, None, b"v")),
        ]
        for error, record in bad:
            with pytest.raises(error):
                await bus.append([event("lost"), record, event("lost too")])
        await bus.append([event("after")])
        assert await values(bus, RAW_0) == ["before", "after"]
        assert await bus.events_appended(RAW) == 2

    async def test_an_empty_batch_is_nothing(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([])
        assert await bus.end_offset(RAW_0) == 0

    async def test_many_tasks_may_append_at_once(self, open_bus: OpenBus) -> None:
        bus = await open_bus()

        async def write(who: int) -> None:
            for turn in range(20):
                await bus.append([event(f"{who}:{turn}")])

        await asyncio.gather(*(write(who) for who in range(5)))
        found = await values(bus, RAW_0)
        assert sorted(found) == sorted(f"{who}:{turn}" for who in range(5) for turn in range(20))
        for who in range(5):
            assert [text for text in found if text.startswith(f"{who}:")] == [f"{who}:{turn}" for turn in range(20)]

    async def test_two_processes_append_to_one_log(self, open_bus: OpenBus) -> None:
        one, two = await open_bus(), await open_bus()
        for turn in range(10):
            await one.append([event(f"one:{turn}")])
            await two.append([event(f"two:{turn}")])
        assert await values(one, RAW_0) == await values(two, RAW_0)
        assert len(await values(one, RAW_0)) == 20
        assert await one.events_appended(RAW) == await two.events_appended(RAW) == 20


class TestBytes:
    @pytest.mark.parametrize(
        ("key", "value"),
        [
            (b"", b""),
            (None, b""),
            (b"", None),
            (bytes(range(256)), bytes(range(256))),
            ("ñandú 🦤".encode(), b"\x00"),
            (b"k", b"x" * 900_000),
        ],
        ids=["both empty", "no key", "tombstone", "every byte", "unicode key", "large"],
    )
    async def test_keys_and_values_come_back_byte_for_byte(
        self, open_bus: OpenBus, key: bytes | None, value: bytes | None
    ) -> None:
        bus = await open_bus(partitions=3)
        await bus.append([Outgoing(RAW, key, value, partition=1)])
        (record,) = await bus.read(Partition(RAW, 1), 0, 10)
        assert (record.key, record.value, record.headers) == (key, value, ())

    async def test_headers_keep_their_order_repeats_and_bytes(self, open_bus: OpenBus) -> None:
        headers = (("ce_id", b"1"), ("x", b""), ("ce_id", bytes(range(256))), ("señal", b"crisis"))
        bus = await open_bus()
        await bus.append([event("a", headers=headers), event("b")])
        assert [record.headers for record in await bus.read(RAW_0, 0, 10)] == [headers, ()]

    async def test_a_tombstone_is_no_empty_value(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([Outgoing(AUTHORS, b"x:1", b""), Outgoing(AUTHORS, b"x:2", None)])
        assert [record.value for record in await bus.read(Partition(AUTHORS, 0), 0, 10)] == [b"", None]

    async def test_ticks_come_back_byte_for_byte_in_their_place(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=2)
        sent = [
            tick_to(RAW, 1, T, 1),
            event("between", partition=1, timestamp=T + 5),
            tick_to(RAW, 1, T + 1000, 3),
            # A tick that says less than the append time, and things that only look like ticks.
            tick_to(RAW, 1, T + 10, 0)._replace(timestamp=T + 2000),
            tick_to(RAW, 1, T + 3000, 0)._replace(value=b'{"origin":0, "at":5}'),
            tick_to(RAW, 1, T + 3000, 0)._replace(value=b"not a tick"),
            tick_to(RAW, 1, T + 3000, 0)._replace(value=None),
            tick_to(RAW, 1, T + 3000, 0)._replace(key=b"k"),
            tick_to(RAW, 1, -5, 0)._replace(timestamp=T + 3000),
        ]
        await bus.append(sent)
        read = await read_all(bus, Partition(RAW, 1), batch=4)
        assert [(r.key, r.value, r.headers) for r in read] == [(o.key, o.value, o.headers) for o in sent]
        assert [r.timestamp for r in read] == [o.timestamp for o in sent]
        assert [read_tick(r) for r in (read[0], read[2], read[3])] == [
            read_tick(o) for o in (sent[0], sent[2], sent[3])
        ]
        assert [r.is_tick for r in read] == [True, False] + [True] * 7


class TestAppendTime:
    async def test_the_bus_stamps_its_own_time(self, open_bus: OpenBus, bus_factory: Callable[..., Bus]) -> None:
        bus = await open_bus()
        before = bus_factory.now()
        await bus.append([event("a")])
        await bus_factory.pass_time(20)
        await bus.append([event("b")])
        a, b = await bus.read(RAW_0, 0, 10)
        assert before <= a.timestamp
        assert a.timestamp + 20 <= b.timestamp <= bus_factory.now()

    async def test_a_record_may_bring_its_append_time(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a", timestamp=0), event("b", timestamp=1_234_567_890_123)])
        assert [record.timestamp for record in await bus.read(RAW_0, 0, 10)] == [0, 1_234_567_890_123]

    async def test_append_time_never_goes_back_within_a_partition(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=2)
        await bus.append([event("a", timestamp=T, partition=0), event("b", timestamp=T - 5, partition=0)])
        await bus.append([event("c", timestamp=T - 9, partition=0), event("d", timestamp=T - 9, partition=1)])
        await bus.append([event("e", timestamp=T + 1, partition=0)])
        assert [record.timestamp for record in await read_all(bus, RAW_0)] == [T, T, T, T + 1]
        assert [record.timestamp for record in await read_all(bus, Partition(RAW, 1))] == [T - 9]

    async def test_append_time_does_not_go_back_after_a_restart_or_in_another_process(self, open_bus: OpenBus) -> None:
        bus, other = await open_bus(), await open_bus()
        await bus.append([event("a", timestamp=T)])
        await other.append([event("b", timestamp=T - 100)])
        await bus.close()
        again = await open_bus()
        await again.append([event("c", timestamp=T - 200)])
        assert [record.timestamp for record in await read_all(again, RAW_0)] == [T, T, T]


class TestReading:
    async def test_reading_starts_at_the_offset_and_stops_at_the_limit(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event(str(i)) for i in range(10)])
        offsets = [record.offset for record in await bus.read(RAW_0, 0, 100)]
        assert [r.value for r in await bus.read(RAW_0, offsets[4], 3)] == [b"4", b"5", b"6"]
        assert [r.value for r in await bus.read(RAW_0, offsets[8], 100)] == [b"8", b"9"]
        assert await bus.read(RAW_0, offsets[9] + 1, 100) == []

    async def test_reading_changes_nothing(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a"), event("b")])
        assert await bus.read(RAW_0, 0, 10) == await bus.read(RAW_0, 0, 10)
        assert await bus.committed("listen") == {}

    async def test_the_end_offset_is_where_the_next_record_will_be(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a"), event("b")])
        end = await bus.end_offset(RAW_0)
        assert await bus.read(RAW_0, end, 10) == []
        await bus.append([event("c")])
        assert [record.value for record in await bus.read(RAW_0, end, 10)] == [b"c"]

    async def test_a_time_leads_to_the_first_record_appended_then_or_later(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        times = [T, T, T + 10, T + 10, T + 10, T + 30]
        await bus.append([event(str(i), timestamp=time) for i, time in enumerate(times)])
        records = await bus.read(RAW_0, 0, 10)
        asked = {T - 1: 0, T: 0, T + 1: 2, T + 10: 2, T + 11: 5, T + 30: 5}
        for time, index in asked.items():
            assert await bus.offset_at(RAW_0, time) == records[index].offset, time
        assert await bus.offset_at(RAW_0, T + 31) == await bus.end_offset(RAW_0)

    async def test_in_an_empty_partition_any_time_leads_to_the_end(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        assert await bus.offset_at(RAW_0, T) == await bus.end_offset(RAW_0)


class TestWaiting:
    async def test_what_is_there_is_not_waited_for(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a")])
        assert await bus.wait({RAW_0: 0}, 0)

    async def test_waiting_ends_with_the_time_given(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a")])
        assert not await bus.wait({RAW_0: await bus.end_offset(RAW_0)}, 0.05)
        assert not await bus.wait({}, 0)

    @pytest.mark.parametrize("same", [True, False], ids=["same process", "another process"])
    async def test_an_append_ends_the_wait_on_any_of_the_partitions(self, open_bus: OpenBus, same: bool) -> None:
        bus = await open_bus(partitions=2)
        producer = bus if same else await open_bus(partitions=2)
        await bus.append([event("old", partition=1)])
        end = await bus.end_offset(Partition(RAW, 1))
        waiting = asyncio.create_task(bus.wait({MENTIONS_0: 0, Partition(RAW, 1): end}, 20))
        await producer.append([event("elsewhere", partition=0)])
        await asyncio.sleep(0.02)
        assert not waiting.done()
        await producer.append([event("new", partition=1)])
        assert await asyncio.wait_for(waiting, 10)
        assert [record.value for record in await bus.read(Partition(RAW, 1), end, 10)] == [b"new"]

    async def test_the_outputs_of_a_commit_end_the_wait(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        waiting = asyncio.create_task(bus.wait({MENTIONS_0: 0}, 20))
        await asyncio.sleep(0)
        await bus.commit(step("understand", outputs=[Outgoing(MENTIONS, b"brand", b"m")]))
        assert await asyncio.wait_for(waiting, 10)

    async def test_a_consumer_that_never_waits_lets_others_run(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a")])
        ran = asyncio.Event()
        asyncio.get_running_loop().call_soon(ran.set)
        for _ in range(1000):
            await bus.read(RAW_0, 0, 1)
            if ran.is_set():
                return
        pytest.fail("a loop of reads starved the event loop")


class TestCommitting:
    async def test_outputs_state_and_offsets_arrive_together(self, open_bus: OpenBus) -> None:
        bus, other = await open_bus(), await open_bus()
        outputs = [Outgoing(WINDOWS, b"brand", b"w"), Outgoing(SIGNALS, b"brand", b"s")]
        await bus.commit(step(outputs=outputs, state={"a": b"1", "b": b""}, offsets={MENTIONS_0: 7}))
        for seen in (bus, other):
            assert await values(seen, Partition(WINDOWS, 0)) == ["w"]
            assert await values(seen, Partition(SIGNALS, 0)) == ["s"]
            assert await seen.load_state("listen", 0) == {"a": b"1", "b": b""}
            assert await seen.committed("listen") == {MENTIONS_0: 7}

    @pytest.mark.parametrize(
        "bad",
        [
            {"outputs": [Outgoing(WINDOWS, b"brand", b"w"), Outgoing("social.nothing", b"k", b"v")]},
            {"outputs": [Outgoing(WINDOWS, b"brand", b"w"), Outgoing(AUTHORS, None, b"v")]},
            {"offsets": {MENTIONS_0: 9, Partition(MENTIONS, 5): 1}},
        ],
        ids=["an undeclared topic", "no key to compact by", "an undeclared partition"],
    )
    async def test_a_commit_that_fails_leaves_nothing(self, open_bus: OpenBus, bad: dict[str, object]) -> None:
        bus = await open_bus()
        await bus.commit(step(state={"a": b"1", "b": b"1"}, offsets={MENTIONS_0: 3}))
        whole = {"outputs": [Outgoing(WINDOWS, b"brand", b"w")], "state": {"a": b"2", "b": None, "c": b"3"}}
        with pytest.raises((KeyError, ValueError)):
            await bus.commit(step(**(whole | {"offsets": {MENTIONS_0: 9}} | bad)))
        for seen in (bus, await open_bus()):
            assert await values(seen, Partition(WINDOWS, 0)) == []
            assert await seen.load_state("listen", 0) == {"a": b"1", "b": b"1"}
            assert await seen.committed("listen") == {MENTIONS_0: 3}

    async def test_outputs_keep_their_order_after_what_was_there(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([Outgoing(WINDOWS, b"brand", b"1")])
        await bus.commit(step(outputs=[Outgoing(WINDOWS, b"brand", b"2"), Outgoing(WINDOWS, b"brand", b"3")]))
        assert await values(bus, Partition(WINDOWS, 0)) == ["1", "2", "3"]

    async def test_state_is_the_union_of_all_commits_less_what_was_removed(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.commit(step(state={"a": b"1", "b": b"1", "ñ/🦤": b"1"}))
        await bus.commit(step(state={"b": None, "c": b"2", "never there": None}))
        await bus.commit(step(state={"a": b"3"}))
        assert await bus.load_state("listen", 0) == {"a": b"3", "c": b"2", "ñ/🦤": b"1"}

    async def test_state_belongs_to_an_owner_and_a_partition(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.commit(step("listen", state={"k": b"listen 0"}))
        await bus.commit(step("listen", partition=1, state={"k": b"listen 1"}))
        await bus.commit(step("influence", state={"k": b"influence 0"}))
        await bus.commit(step("influence", state={"k": None}))
        assert await bus.load_state("listen", 0) == {"k": b"listen 0"}
        assert await bus.load_state("listen", 1) == {"k": b"listen 1"}
        assert await bus.load_state("influence", 0) == {}
        assert await bus.load_state("nobody", 0) == {}

    async def test_the_group_and_the_owner_of_state_may_differ(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.commit(Commit(group="g", owner="o", partition=2, offsets={RAW_0: 1}, state={"k": b"v"}))
        assert (await bus.committed("g"), await bus.committed("o")) == ({RAW_0: 1}, {})
        assert (await bus.load_state("o", 2), await bus.load_state("g", 2)) == ({"k": b"v"}, {})

    async def test_each_group_has_its_own_offsets(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=2)
        await bus.commit(step("one", offsets={RAW_0: 5, Partition(RAW, 1): 2}))
        await bus.commit(step("two", offsets={RAW_0: 1}))
        await bus.commit(step("one", offsets={Partition(RAW, 1): 9}))
        assert await bus.committed("one") == {RAW_0: 5, Partition(RAW, 1): 9}
        assert await bus.committed("two") == {RAW_0: 1}
        assert await bus.committed("three") == {}

    async def test_a_group_may_go_back(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a"), event("b")])
        await bus.commit(step(offsets={RAW_0: 2}))
        await bus.commit(step(offsets={RAW_0: 0}))
        assert await bus.committed("listen") == {RAW_0: 0}

    async def test_a_consumer_resumes_where_it_committed(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event(str(i)) for i in range(5)])
        two = await bus.read(RAW_0, 0, 2)
        await bus.commit(step("understand", offsets={RAW_0: two[-1].offset + 1}))
        await bus.close()
        again = await open_bus()
        start = (await again.committed("understand"))[RAW_0]
        assert [record.value for record in await again.read(RAW_0, start, 10)] == [b"2", b"3", b"4"]


class TestBackPressure:
    """Five unread records fill these buses."""

    async def fill(self, bus: Bus) -> None:
        await bus.commit(step("understand", offsets={RAW_0: 0}))
        await bus.append([event(str(i)) for i in range(5)])

    async def test_events_are_refused_while_the_slowest_group_lags_too_far(self, open_bus: OpenBus) -> None:
        bus = await open_bus(capacity=5)
        await self.fill(bus)
        await bus.commit(step("archive", offsets={RAW_0: await bus.end_offset(RAW_0)}))
        with pytest.raises(BusFull, match="understand"):
            await bus.append([event("refused")])
        assert await values(bus, RAW_0) == ["0", "1", "2", "3", "4"]
        assert await bus.events_appended(RAW) == 5

    async def test_a_refused_batch_is_accepted_once_the_consumer_has_caught_up(self, open_bus: OpenBus) -> None:
        bus = await open_bus(capacity=5)
        await self.fill(bus)
        with pytest.raises(BusFull):
            await bus.append([event("5")])
        first = (await bus.read(RAW_0, 0, 1))[0]
        await bus.commit(step("understand", offsets={RAW_0: first.offset + 1}))
        await bus.append([event("5")])
        assert await values(bus, RAW_0) == ["0", "1", "2", "3", "4", "5"]

    async def test_a_batch_larger_than_the_room_still_goes_in_whole(self, open_bus: OpenBus) -> None:
        bus = await open_bus(capacity=5)
        await bus.commit(step("understand", offsets={RAW_0: 0}))
        await bus.append([event(str(i)) for i in range(50)])
        assert len(await values(bus, RAW_0)) == 50

    async def test_the_lag_is_that_of_all_partitions_together(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=5, capacity=5)
        await bus.commit(step("understand", offsets={RAW_0: 0}))
        await bus.append([event("x", partition=number) for number in range(5)])
        with pytest.raises(BusFull):
            await bus.append([event("refused", partition=0)])

    async def test_without_consumers_the_log_is_only_stored(self, open_bus: OpenBus) -> None:
        bus = await open_bus(capacity=5)
        await bus.append([event(str(i)) for i in range(20)])
        await bus.append([event("more")])
        assert len(await values(bus, RAW_0)) == 21

    async def test_ticks_outputs_and_other_topics_are_never_refused(self, open_bus: OpenBus) -> None:
        bus = await open_bus(capacity=5)
        await self.fill(bus)
        await bus.append([tick_to(RAW, 0, T, 0)])
        await bus.append([Outgoing(INTERACTIONS, b"author", b"i")])
        await bus.commit(step("listen", outputs=[event("output"), Outgoing(SIGNALS, b"brand", b"s")]))
        assert (await read_all(bus, RAW_0))[5].is_tick
        assert (await values(bus, RAW_0))[6] == "output"

    async def test_a_producer_in_another_process_meets_the_same_pressure(self, open_bus: OpenBus) -> None:
        bus, producer = await open_bus(capacity=5), await open_bus(capacity=5)
        await self.fill(bus)
        with pytest.raises(BusFull):
            await producer.append([event("refused")])
        await bus.commit(step("understand", offsets={RAW_0: await bus.end_offset(RAW_0)}))
        await producer.append([event("accepted")])


class TestLedger:
    async def test_raw_events_count_and_ticks_do_not(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=2)
        await bus.append(
            [event("a", partition=0), tick_to(RAW, 0, T, 0), event("b", partition=1), event("c", partition=1)]
        )
        assert await bus.events_appended(RAW) == 3

    async def test_of_the_mentions_those_marked_for_the_ledger_count(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        marked = Outgoing(MENTIONS, b"brand", b"m", (("ce_type", b"social.mention"), LEDGER))
        other = Outgoing(MENTIONS, b"rival", b"m", (("ce_type", b"social.mention"),))
        await bus.append([marked, other])
        await bus.commit(step("understand", outputs=[marked, other, tick_to(MENTIONS, 0, T, 0)]))
        assert await bus.events_appended(MENTIONS) == 2

    async def test_the_count_is_kept_over_a_restart(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a"), event("b")])
        await bus.close()
        again = await open_bus()
        await again.append([event("c")])
        assert await again.events_appended(RAW) == 3


class TestReopening:
    async def test_reopening_keeps_everything(self, open_bus: OpenBus) -> None:
        bus = await open_bus(partitions=2)
        sent: Sequence[Outgoing] = [
            event("a", partition=0, headers=(("ce_id", b"1"),), timestamp=T),
            Outgoing(AUTHORS, b"x:1", None, partition=1),
            tick_to(RAW, 0, T + 1, 0),
        ]
        await bus.append(sent)
        await bus.commit(step(outputs=[event("b", partition=1)], state={"k": b"v"}, offsets={RAW_0: 1}))
        partitions = [Partition(topic, number) for topic in (RAW, AUTHORS) for number in range(2)]
        before = [await read_all(bus, partition) for partition in partitions]
        ends = [await bus.end_offset(partition) for partition in partitions]
        await bus.close()
        again = await open_bus(partitions=2)
        assert [await read_all(again, partition) for partition in partitions] == before
        assert [await again.end_offset(partition) for partition in partitions] == ends
        assert await again.load_state("listen", 0) == {"k": b"v"}
        assert await again.committed("listen") == {RAW_0: 1}

    async def test_opening_and_closing_twice_is_harmless(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        await bus.append([event("a")])
        await bus.open()
        assert await values(bus, RAW_0) == ["a"]
        await bus.close()
        await bus.close()
