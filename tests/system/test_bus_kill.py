"""kill -9 at any moment: no acknowledged append is lost, a commit is there whole or not at all.

This file is also the program that gets killed: `python test_bus_kill.py ROLE FILE` appends or consumes, and writes one
line to standard output for every call that the bus has acknowledged.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.record import Outgoing, Partition
from pipeline.runtime.bus import BusFull, Commit
from pipeline.runtime.crashpoints import VARIABLE
from pipeline.runtime.embedded import SqliteBus
from schemas.headers import LEDGER
from schemas.topics import MENTIONS, RAW, SIGNALS

PARTITIONS = 2
BATCH = 20
TOTAL = 8_000
CAPACITY = 200
SOURCES = [Partition(RAW, number) for number in range(PARTITIONS)]
TARGETS = [Partition(MENTIONS, number) for number in range(PARTITIONS)]


def bus_at(path: Path) -> SqliteBus:
    return SqliteBus(path, partitions=PARTITIONS, clock=lambda: time.time_ns() // 1_000_000, capacity=CAPACITY)


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


async def produce(bus: SqliteBus) -> None:
    """Append events 0 to TOTAL in batches, from the first batch that is not in the log."""
    while (first := await bus.events_appended(RAW)) < TOTAL:
        assert first % BATCH == 0, "a batch is in the log whole or not at all"
        batch = [Outgoing(RAW, b"%d" % (n // BATCH), b"%d" % n) for n in range(first, first + BATCH)]
        try:
            await bus.append(batch)
        except BusFull:
            await asyncio.sleep(0.002)
        else:
            say(f"appended {first + BATCH}")


async def consume(bus: SqliteBus) -> None:
    """Per partition: a mention for every event, a signal for every commit, and in the state how many of each."""
    done = 0
    while done < TOTAL:
        offsets = await bus.committed("understand")
        for number, source in enumerate(SOURCES):
            state = await bus.load_state("understand", number)
            events, commits = int(state.get("events", b"0")), int(state.get("commits", b"0"))
            records = await bus.read(source, offsets.get(source, 0), 3)
            if not records:
                done = sum(
                    [int((await bus.load_state("understand", p)).get("events", b"0")) for p in range(PARTITIONS)]
                )
                continue
            outputs = [Outgoing(MENTIONS, b"brand", r.value, (LEDGER,), number) for r in records]
            outputs.append(Outgoing(SIGNALS, b"brand", b"%d" % commits, partition=number))
            left = {"events": b"%d" % (events + len(records)), "commits": b"%d" % (commits + 1), f"odd{commits}": b"x"}
            left[f"odd{commits - 1}"] = None
            position = {source: records[-1].offset + 1}
            await bus.commit(Commit("understand", "understand", number, position, outputs, left))
            say(f"committed {number} {events + len(records)}")
        await bus.wait({source: offsets.get(source, 0) for source in SOURCES}, 0.2)


async def play(role: str, path: Path) -> None:
    bus = bus_at(path)
    await bus.open()
    await {"produce": produce, "consume": consume}[role](bus)
    await bus.close()
    say("done")


class Child:
    """One process of one role; `acks` are the lines it wrote."""

    def __init__(self, role: str, path: Path, crash: str | None = None) -> None:
        environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
        if crash:
            environment[VARIABLE] = crash
        self.acks: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, __file__, role, str(path)], stdout=subprocess.PIPE, text=True, env=environment
        )

    def follow(self, enough: Callable[[str], bool] = lambda ack: False) -> None:
        """Read acknowledgements until one is `enough`, or the process ends."""
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            self.acks.append(line.strip())
            if enough(self.acks[-1]):
                return

    def kill(self) -> None:
        """kill -9, then what it said before it died."""
        self.process.kill()
        self.follow()
        self.process.wait()

    @property
    def fired(self) -> bool:
        return self.process.wait() == -signal.SIGKILL and "done" not in self.acks


def finish(path: Path, *roles: str) -> None:
    """Let the roles run to the end."""
    children = [Child(role, path) for role in roles]
    for child in children:
        child.follow()
        assert (child.process.wait(), child.acks[-1]) == (0, "done")


async def contents(bus: SqliteBus, partitions: Sequence[Partition]) -> list[list[int]]:
    return [[int(record.value) for record in await bus.read(partition, 0, 10 * TOTAL)] for partition in partitions]


async def verify_appends(bus: SqliteBus, acks: Sequence[str]) -> None:
    """The log holds events 0 to n, each once, n a whole number of batches and no less than what was acknowledged."""
    await bus.check()
    logs = await contents(bus, SOURCES)
    assert all(log == sorted(log) for log in logs)
    found = sorted(n for log in logs for n in log)
    assert found == list(range(len(found)))
    assert len(found) % BATCH == 0
    assert len(found) == await bus.events_appended(RAW)
    assert len(found) >= max((int(ack.split()[1]) for ack in acks if ack.startswith("appended")), default=0)


async def verify_commits(bus: SqliteBus, acks: Sequence[str]) -> None:
    """In each partition outputs, state and offsets tell of the same commits, and of every acknowledged one."""
    await bus.check()
    sources = await contents(bus, SOURCES)
    committed = await bus.committed("understand")
    for number, mentions in enumerate(await contents(bus, TARGETS)):
        state = await bus.load_state("understand", number)
        events, commits = int(state.get("events", b"0")), int(state.get("commits", b"0"))
        assert mentions == sources[number][: len(mentions)]
        assert len(mentions) == events == committed.get(SOURCES[number], 0)
        (signals,) = await contents(bus, [Partition(SIGNALS, number)])
        assert signals == list(range(commits))
        assert {key for key in state if key.startswith("odd")} == ({f"odd{commits - 1}"} if commits else set())
        said = [int(ack.split()[2]) for ack in acks if ack.startswith(f"committed {number} ")]
        assert events >= max(said, default=0)
    assert await bus.events_appended(MENTIONS) == sum(committed.values())


async def verify(path: Path, appends: Sequence[str], commits: Sequence[str]) -> SqliteBus:
    bus = bus_at(path)
    await bus.open()
    await verify_appends(bus, appends)
    await verify_commits(bus, commits)
    return bus


async def prefill(path: Path, events: int) -> None:
    """A log with so many events, and a consumer group that has read none: back pressure holds from the start."""
    bus = bus_at(path)
    await bus.open()
    await bus.append([Outgoing(RAW, b"%d" % (n // BATCH), b"%d" % n) for n in range(events)])
    await bus.commit(Commit("understand", "understand", 0, dict.fromkeys(SOURCES, 0)))
    await bus.close()


async def test_a_producer_and_a_consumer_killed_again_and_again_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    """Both are killed at about 20, 40 and 60 % of the events, and soon after each restart once more."""
    path = tmp_path / "bus.db"
    await prefill(path, 0)
    appends: list[str] = []
    commits: list[str] = []
    done = dict.fromkeys(range(PARTITIONS), 0)
    for turn, share in enumerate((0.2, 0.2, 0.4, 0.4, 0.6, 0.6)):

        def enough(ack: str, share: float = share) -> bool:
            _, number, events = ack.split()
            done[int(number)] = int(events)
            return sum(done.values()) >= share * TOTAL

        producer, consumer = Child("produce", path), Child("consume", path)
        consumer.follow(enough)
        for child in (producer, consumer) if turn % 2 else (consumer, producer):
            child.kill()
            assert child.fired
        appends += producer.acks
        commits += consumer.acks
        await (await verify(path, appends, commits)).close()
    finish(path, "consume", "produce")
    bus = await verify(path, appends, commits)
    assert sorted(n for log in await contents(bus, TARGETS) for n in log) == list(range(TOTAL))
    await bus.close()


@pytest.mark.parametrize(
    ("point", "committed"),
    [("after_outputs", 2), ("mentions_produced", 2), ("signals_produced", 2), ("after_state", 2), ("before_ack", 3)],
)
async def test_a_commit_cut_short_is_there_whole_or_not_at_all(tmp_path: Path, point: str, committed: int) -> None:
    path = tmp_path / "bus.db"
    await prefill(path, TOTAL)
    child = Child("consume", path, crash=f"{point}:3")
    child.follow()
    assert child.fired
    assert len(child.acks) == 2
    bus = await verify(path, [], child.acks)
    commits = [int((await bus.load_state("understand", p)).get("commits", b"0")) for p in range(PARTITIONS)]
    assert sum(commits) == committed
    await bus.close()


@pytest.mark.parametrize(("point", "appended"), [("during_append", 2), ("after_append", 3)])
async def test_an_append_cut_short_is_there_whole_or_not_at_all(tmp_path: Path, point: str, appended: int) -> None:
    path = tmp_path / "bus.db"
    child = Child("produce", path, crash=f"{point}:3")
    child.follow()
    assert child.fired
    assert len(child.acks) == 2
    bus = await verify(path, child.acks, [])
    assert await bus.events_appended(RAW) == appended * BATCH
    await bus.close()
    finish(path, "consume", "produce")
    await (await verify(path, child.acks, [])).close()


async def test_a_consumer_killed_at_every_point_in_turn_still_counts_each_event_once(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    await prefill(path, TOTAL)
    acks: list[str] = []
    for point in ("after_outputs", "before_ack", "after_state", "before_ack", "mentions_produced", "signals_produced"):
        child = Child("consume", path, crash=f"{point}:5")
        child.follow()
        assert child.fired, point
        acks += child.acks
        await (await verify(path, [], acks)).close()
    finish(path, "consume")
    bus = await verify(path, [], acks)
    assert await bus.events_appended(MENTIONS) == TOTAL
    await bus.close()


async def test_a_producer_killed_in_the_middle_of_writing_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    bus = bus_at(path)
    await bus.open()
    child = Child("produce", path, crash="during_append:2")
    child.follow()
    assert child.fired
    await asyncio.wait_for(bus.append([Outgoing(RAW, b"k", b"%d" % n) for n in range(BATCH, 2 * BATCH)]), 5)
    await bus.close()
    await (await verify(path, child.acks, [])).close()


if __name__ == "__main__":
    asyncio.run(play(sys.argv[1], Path(sys.argv[2])))
