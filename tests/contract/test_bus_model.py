"""Any sequence of calls leaves a bus as it leaves a dozen lines of lists and dictionaries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pipeline.record import Outgoing, Partition, Record, tick_to
from pipeline.runtime.bus import Bus, BusFull, Commit, partition_of
from schemas.headers import LEDGER
from schemas.topics import MENTIONS, RAW

PARTITIONS = 2
CAPACITY = 6
LOGS = [Partition(topic, number) for topic in (RAW, MENTIONS) for number in range(PARTITIONS)]
T = 1_764_000_000_000

small_bytes = st.binary(max_size=3)
headers = st.lists(st.one_of(st.just(LEDGER), st.tuples(st.sampled_from(["ce_id", "x"]), small_bytes)), max_size=3).map(
    tuple
)
times = st.integers(0, 30).map(lambda moved: T + moved)
numbers = st.integers(0, PARTITIONS - 1)
records = st.one_of(
    st.builds(
        Outgoing,
        st.sampled_from([RAW, MENTIONS]),
        st.none() | small_bytes,
        st.none() | small_bytes,
        headers,
        st.none() | numbers,
        times,
    ),
    st.builds(tick_to, st.sampled_from([RAW, MENTIONS]), numbers, times, st.integers(0, 3)),
)
batches = st.lists(records, max_size=6)
undeclared = st.just(Outgoing("social.nothing", b"k", b"v"))
broken_batches = st.tuples(batches, undeclared, batches).map(lambda parts: [*parts[0], parts[1], *parts[2]])
groups = st.sampled_from(["understand", "archive"])
states = st.dictionaries(st.sampled_from("abc"), st.none() | small_bytes, max_size=3)


class BusMachine(RuleBasedStateMachine):
    """`run` drives coroutines; `make` gives one more view of this example's store; `gaps` as in BusFactory."""

    run: Callable[[Coroutine[Any, Any, Any]], Any]
    make: Callable[[str], Bus]
    gaps: bool
    stores = count()

    def __init__(self) -> None:
        super().__init__()
        self.store = f"example-{next(self.stores)}"
        self.buses = [self._open(), self._open()]
        self.logs: dict[Partition, list[Outgoing]] = {partition: [] for partition in LOGS}
        self.events = {RAW: 0, MENTIONS: 0}
        self.state: dict[tuple[str, int], dict[str, bytes]] = {}
        self.committed: dict[str, dict[Partition, int]] = {}
        """By how many records a group is done with, which is no offset where the bus leaves gaps."""

    def _open(self) -> Bus:
        bus = self.make(self.store)
        self.run(bus.open())
        return bus

    def _expect(self, batch: list[Outgoing]) -> None:
        for record in batch:
            number = partition_of(record.key, PARTITIONS) if record.partition is None else record.partition
            log = self.logs[Partition(record.topic, number)]
            latest = log[-1].timestamp if log else 0
            log.append(record._replace(partition=number, timestamp=max(latest, record.timestamp)))
            tick = ("ce_type", b"social.tick") in record.headers
            self.events[record.topic] += LEDGER in record.headers if record.topic == MENTIONS else not tick

    def _read_all(self, bus: Bus, partition: Partition) -> list[Record]:
        found: list[Record] = []
        while batch := self.run(bus.read(partition, found[-1].offset + 1 if found else 0, 4)):
            found += batch
        return found

    def _offset(self, partition: Partition, done: int) -> int:
        found = self._read_all(self.buses[0], partition)
        return found[done].offset if done < len(found) else self.run(self.buses[0].end_offset(partition))

    def _lags(self) -> bool:
        return any(partition.topic == RAW for by in self.committed.values() for partition in by)

    def _full(self) -> bool:
        length = sum(len(self.logs[p]) for p in LOGS if p.topic == RAW)
        done = [{p: n for p, n in by.items() if p.topic == RAW} for by in self.committed.values()]
        return any(by and length - sum(by.values()) >= CAPACITY for by in done)

    @rule(which=st.integers(0, 1), batch=batches)
    def append(self, which: int, batch: list[Outgoing]) -> None:
        events = any(r.topic == RAW and ("ce_type", b"social.tick") not in r.headers for r in batch)
        if events and self._full():
            with pytest.raises(BusFull):
                self.run(self.buses[which].append(batch))
            return
        try:
            self.run(self.buses[which].append(batch))
        except BusFull:
            # A lag counted in offsets takes the markers of transactions for records: earlier than needed, never later.
            assert self.gaps, "refused with room left"
            assert self._lags()
            return
        self._expect(batch)

    @rule(which=st.integers(0, 1), batch=broken_batches)
    def append_with_a_fault(self, which: int, batch: list[Outgoing]) -> None:
        with pytest.raises((KeyError, BusFull)):
            self.run(self.buses[which].append(batch))

    @rule(which=st.integers(0, 1), group=groups, owner=st.sampled_from("no"), number=numbers, data=st.data())
    def commit(self, which: int, group: str, owner: str, number: int, data: st.DataObject) -> None:
        moved = {
            partition: data.draw(st.integers(0, len(self.logs[partition])))
            for partition in data.draw(st.sets(st.sampled_from(LOGS), max_size=2))
        }
        offsets = {partition: self._offset(partition, done) for partition, done in moved.items()}
        state, outputs = data.draw(states), data.draw(batches)
        if data.draw(st.booleans()):
            self.run(self.buses[which].commit(Commit(group, owner, number, offsets, outputs, state)))
            self._expect(outputs)
            if moved:
                self.committed.setdefault(group, {}).update(moved)
            kept = {**self.state.get((owner, number), {}), **state}
            self.state[owner, number] = {key: value for key, value in kept.items() if value is not None}
        else:
            broken = [*outputs, data.draw(undeclared)]
            with pytest.raises(KeyError):
                self.run(self.buses[which].commit(Commit(group, owner, number, offsets, broken, state)))

    @rule(which=st.integers(0, 1))
    def restart(self, which: int) -> None:
        self.run(self.buses[which].close())
        self.buses[which] = self._open()

    @rule(which=st.integers(0, 1), partition=st.sampled_from(LOGS), time=st.integers(-1, 31))
    def seek_by_time(self, which: int, partition: Partition, time: int) -> None:
        bus = self.buses[which]
        earlier = sum(record.timestamp < T + time for record in self.logs[partition])
        assert self.run(bus.offset_at(partition, T + time)) == self._offset(partition, earlier)

    @rule(which=st.integers(0, 1), partition=st.sampled_from(LOGS), data=st.data())
    def wait(self, which: int, partition: Partition, data: st.DataObject) -> None:
        done = data.draw(st.integers(0, len(self.logs[partition])))
        there = self.run(self.buses[which].wait({partition: self._offset(partition, done)}, 0))
        assert there == (done < len(self.logs[partition]))

    @invariant()
    def both_views_are_as_the_model_is(self) -> None:
        for bus in self.buses:
            for partition, expected in self.logs.items():
                found = self._read_all(bus, partition)
                assert [
                    Outgoing(r.topic, r.key, r.value, r.headers, r.partition, r.timestamp) for r in found
                ] == expected
                offsets = [record.offset for record in found]
                assert offsets == sorted(set(offsets))
            for topic, events in self.events.items():
                assert self.run(bus.events_appended(topic)) == events
            for (owner, number), state in self.state.items():
                assert self.run(bus.load_state(owner, number)) == state
            for group, done in self.committed.items():
                assert self.run(bus.committed(group)) == {p: self._offset(p, n) for p, n in done.items()}

    def teardown(self) -> None:
        for bus in self.buses:
            self.run(bus.close())


def test_any_sequence_of_calls_leaves_what_the_model_says(bus_factory: Callable[..., Bus]) -> None:
    with asyncio.Runner() as runner:

        class Machine(BusMachine):
            run = staticmethod(runner.run)
            gaps = bus_factory.gaps
            make = staticmethod(lambda store: bus_factory(store, partitions=PARTITIONS, capacity=CAPACITY))

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=bus_factory.examples,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
