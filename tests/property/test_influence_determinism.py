"""Influence gives the same bytes however its input is batched, interleaved, split over partitions, repeated or restarted."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.influence import Influence
from pipeline.influence.fixed import EPOCH
from pipeline.record import Outgoing, Partition, Record, tick_to
from schemas.codec import encode
from schemas.headers import get
from schemas.ids import hash64
from schemas.instants import to_wire
from schemas.interaction import Interaction
from schemas.kinds import InteractionKind
from schemas.mention import Origin
from schemas.topics import INTERACTIONS, RAW

START = 1_790_000_000_000 // EPOCH * EPOCH
ORIGINS = 3
unhurried = settings(deadline=None)
Told = tuple[int, Interaction | int]
"""(origin, an interaction or a tick's time)."""


def world(rng: random.Random, hours: int) -> list[list[Told]]:
    """For each origin, its own stream in order: interactions, ticks, repeats, with one last tick that frees everything."""
    streams: list[list[Told]] = []
    for origin in range(ORIGINS):
        now = START
        stream: list[Told] = []
        for offset in range(rng.randint(0, 40)):
            now += rng.choice((0, 0, 1, 1_000, hours * EPOCH // 30))
            if rng.random() < 0.25:
                stream.append((origin, now))
                continue
            number = rng.randint(0, 60)
            said = Interaction(
                uid=f"demo:{number}",
                network="demo",
                kind=list(InteractionKind)[number % 5],
                actor=f"u{number % 11}",
                target=f"a{number % 4}",
                at=to_wire(now),
                actor_created_at=to_wire(START - number * 86_400_000) if number % 3 else None,
                actor_followers=number * 7 if number % 2 else None,
                actor_following=number * 50,
                actor_posts=number * 100,
                target_followers=number * 1_000,
                origin=Origin(RAW, origin, offset, 0, 1),
            )
            stream.append((origin, said))
            if rng.random() < 0.1:
                stream.append((origin, said))
        stream.append((origin, START + (hours + 3) * EPOCH))
        streams.append(stream)
    return streams


worlds = st.builds(world, st.builds(random.Random, st.integers(0, 2**32)), st.integers(1, 6))


def log_of(streams: list[list[Told]], rng: random.Random, partition: int = 0, partitions: int = 1) -> list[Record]:
    """One partition of social.interactions: the streams interleaved at random, each in its own order."""
    queues = [list(reversed(stream)) for stream in streams]
    records: list[Record] = []
    while any(queues):
        origin, told = rng.choice([queue for queue in queues if queue]).pop()
        if isinstance(told, int):
            out = tick_to(INTERACTIONS, partition, told, origin)
        else:
            key = f"{told.network}:{told.target}"
            if hash64(key) % partitions != partition:
                continue
            out = Outgoing(INTERACTIONS, key.encode(), encode(told))
        records.append(Record(INTERACTIONS, partition, len(records), 0, out.key, out.value, out.headers))
    return records


def batches(records: list[Record], rng: random.Random) -> list[list[Record]]:
    cut: list[list[Record]] = []
    while records:
        size = rng.randint(1, 9)
        cut.append(records[:size])
        records = records[size:]
    return cut


def scores(records: list[Outgoing]) -> list[Outgoing]:
    return [record for record in records if get(record.headers, "ce_type") == "social.author"]


def run(
    log: list[Record], partition: int = 0, cut: list[list[Record]] | None = None, capacity: int = 100
) -> list[Outgoing]:
    influence = Influence(partition, ORIGINS, 2, capacity=capacity)
    return [record for batch in cut or [log] for record in influence.process(batch).records]


def run_with_restarts(log: list[Record], rng: random.Random, capacity: int) -> list[Outgoing]:
    """As a runner would: outputs and state together, and now and then a crash with a step uncommitted."""
    disk: dict[str, bytes] = {}
    written: list[Outgoing] = []
    influence = Influence(0, ORIGINS, 2, capacity=capacity)
    position = 0
    while position < len(log):
        if rng.random() < 0.3:
            influence.process(log[position : position + 5])
            influence = Influence(0, ORIGINS, 2, capacity=capacity)
            influence.restore(disk)
            position = influence.resume().get(Partition(INTERACTIONS, 0), 0)
        batch = log[position : position + rng.randint(1, 7)]
        position += len(batch)
        written += influence.process(batch).records
        for key, value in influence.snapshot().items():
            if value is None:
                disk.pop(key, None)
            else:
                disk[key] = value
    return written


@unhurried
@given(worlds, st.builds(random.Random, st.integers(0, 2**32)))
def test_any_batches_give_the_same_bytes(streams: list[list[Told]], rng: random.Random) -> None:
    log = log_of(streams, rng)
    assert run(log) == run(log, cut=batches(log, rng)) == run(log, cut=[[record] for record in log])


@unhurried
@given(worlds, st.builds(random.Random, st.integers(0, 2**32)))
def test_any_interleaving_of_origins_gives_the_same_scores(streams: list[list[Told]], rng: random.Random) -> None:
    one, other = run(log_of(streams, rng)), run(log_of(streams, rng))
    assert scores(one) == scores(other)
    assert one[-1] == other[-1]


@unhurried
@given(worlds, st.builds(random.Random, st.integers(0, 2**32)))
def test_any_number_of_partitions_gives_the_same_scores(streams: list[list[Told]], rng: random.Random) -> None:
    whole = scores(run(log_of(streams, rng)))
    for partitions in (4, 8):
        parts = [
            record
            for partition in range(partitions)
            for record in scores(run(log_of(streams, rng, partition, partitions), partition))
        ]
        assert sorted(parts) == sorted(whole)


@unhurried
@given(worlds, st.builds(random.Random, st.integers(0, 2**32)), st.sampled_from((2, 100)))
def test_restarts_at_any_point_give_the_same_bytes(
    streams: list[list[Told]], rng: random.Random, capacity: int
) -> None:
    log = log_of(streams, rng)
    assert run_with_restarts(log, rng, capacity) == run(log, capacity=capacity)


@unhurried
@given(worlds, st.builds(random.Random, st.integers(0, 2**32)))
def test_a_score_never_follows_a_tick_that_passed_its_epoch(streams: list[list[Told]], rng: random.Random) -> None:
    passed = 0
    for record in run(log_of(streams, rng)):
        assert record.timestamp is not None
        assert record.timestamp >= passed
        if record.partition is not None:
            passed = record.timestamp
        else:
            assert record.timestamp > passed or passed == 0


def test_most_worlds_of_these_tests_do_have_scores() -> None:
    found = [scores(run(log_of(world(random.Random(seed), 3), random.Random(0)))) for seed in range(40)]
    assert sum(map(bool, found)) > 25


def test_restoring_a_state_of_other_origins_is_refused() -> None:
    influence = Influence(0, ORIGINS, 2)
    influence.process([])
    state = {key: value for key, value in influence.snapshot().items() if value is not None}
    with pytest.raises(ValueError, match="3 origins"):
        Influence(0, 4, 2).restore(state)
