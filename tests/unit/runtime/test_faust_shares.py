"""What a stage on Faust does with records that come twice, not at all, or from a partition that is no longer its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.record import Outgoing, Outputs, Partition, Record
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.faust.shares import Arrival, Shares
from schemas.topics import MENTIONS, SIGNALS

SOURCE = Partition(MENTIONS, 0)


class Bus(SqliteBus):
    released: list[tuple[str, int]]

    async def release(self, owner: str, partition: int) -> None:
        self.released.append((owner, partition))


class Copying:
    """Every record to social.signals; the last `keeps` stay held."""

    keeps = 0

    def __init__(self, partition: int) -> None:
        self.source = Partition(MENTIONS, partition)
        self.read = 0

    def process(self, batch: Sequence[Record]) -> Outputs:
        if any(record.value == b"bad" for record in batch):
            raise ValueError("bad")
        self.read = batch[-1].offset + 1
        return Outputs([Outgoing(SIGNALS, b"brand", record.value) for record in batch])

    def snapshot(self) -> Mapping[str, bytes | None]:
        return {"read": b"%d" % self.read}

    def restore(self, state: Mapping[str, bytes]) -> None:
        self.read = int(state.get("read", b"0"))

    @property
    def held(self) -> int:
        return 0

    def resume(self) -> Mapping[Partition, int]:
        return {self.source: max(0, self.read - self.keeps)}


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    bus = Bus(tmp_path / "bus.db", partitions=2, clock=lambda: 1, durable=False)
    bus.released = []
    await bus.open()
    await bus.append([Outgoing(MENTIONS, b"brand", b"%d" % i, partition=0) for i in range(10)])
    yield bus
    await bus.close()


async def arrivals(bus: Bus, *offsets: int, after: int | None = None) -> list[Arrival]:
    found = await bus.read(SOURCE, 0, 100)
    return [Arrival(found[offset], offset if after is None else after) for offset in offsets]


async def copied(bus: Bus) -> list[int]:
    return [int(record.value) for p in (0, 1) for record in await bus.read(Partition(SIGNALS, p), 0, 100)]


def shares(bus: Bus) -> Shares:
    return Shares(bus, "listen", MENTIONS, Copying)


async def test_taking_a_partition_for_the_first_time_commits_where_it_begins(bus: Bus) -> None:
    await shares(bus).take([0, 1])
    assert await bus.committed("listen") == {Partition(MENTIONS, 0): 0, Partition(MENTIONS, 1): 0}


async def test_a_step_moves_the_groups_offset_with_what_it_writes(bus: Bus) -> None:
    ours = shares(bus)
    await ours.take([0])
    await ours.apply(await arrivals(bus, 0, 1, 2))
    assert await copied(bus) == [0, 1, 2]
    assert (await bus.committed("listen"))[SOURCE] == 3
    assert ours.positions == {0: 3}


async def test_records_that_come_again_are_dropped(bus: Bus) -> None:
    ours = shares(bus)
    await ours.take([0])
    await ours.apply(await arrivals(bus, 0, 1, 2))
    await ours.apply(await arrivals(bus, 1, 2, 3, 2, 3))
    assert await copied(bus) == [0, 1, 2, 3]


async def test_records_that_were_skipped_are_read_again_in_their_place(bus: Bus) -> None:
    ours = shares(bus)
    await ours.take([0])
    await ours.apply(await arrivals(bus, 0))
    await ours.apply(await arrivals(bus, 5, 6))
    assert await copied(bus) == [0, 1, 2, 3, 4, 5, 6]


async def test_an_offset_that_nothing_stands_at_is_no_hole(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    ours = shares(bus)
    await ours.take([0])
    await ours.apply(await arrivals(bus, 5, after=0))
    assert await copied(bus) == [5]
    assert "skipped" not in caplog.text


async def test_records_of_a_partition_given_back_are_dropped(bus: Bus) -> None:
    ours = shares(bus)
    await ours.take([0])
    await ours.give_back([0, 1])
    await ours.apply(await arrivals(bus, 0, 1))
    assert await copied(bus) == []
    assert bus.released == [("listen", 0)]
    assert ours.partitions == frozenset()


async def test_a_partition_taken_again_goes_on_where_the_state_stands(bus: Bus) -> None:
    ours = shares(bus)
    await ours.take([0])
    await ours.apply(await arrivals(bus, 0, 1, 2))
    await ours.give_back()
    await ours.take([0])
    assert ours.positions == {0: 3}
    await ours.apply(await arrivals(bus, 2, 3))
    assert await copied(bus) == [0, 1, 2, 3]


async def test_what_is_held_is_read_again_after_a_restart(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Copying, "keeps", 2)
    ours = shares(bus)
    await ours.take([0])
    await ours.apply(await arrivals(bus, 0, 1, 2))
    assert ours.positions == {0: 3}
    await ours.give_back()
    await ours.take([0])
    assert ours.positions == {0: 1}


async def test_our_own_fault_is_raised_and_nothing_of_its_step_is_written(bus: Bus) -> None:
    await bus.append([Outgoing(MENTIONS, b"brand", b"bad", partition=0)])
    ours = shares(bus)
    await ours.take([0])
    await ours.apply(await arrivals(bus, 0))
    with pytest.raises(ValueError, match="bad"):
        await ours.apply(await arrivals(bus, *range(1, 11)))
    assert await copied(bus) == [0]
    assert (await bus.committed("listen"))[SOURCE] == 1


async def test_lag_is_what_has_not_been_read_yet(bus: Bus) -> None:
    ours = shares(bus)
    assert await ours.lag() == 0
    await ours.take([0])
    assert await ours.lag() == 10
    await ours.apply(await arrivals(bus, *range(9)))
    assert await ours.lag() == 1
    await ours.apply(await arrivals(bus, 9))
    assert await ours.lag() == 0
