"""Tier 2 beside the stream, end to end on the embedded bus: what is read again corrects its window, once, in its place in the log."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from agents.enrich.agent import PICKS
from agents.enrich.frames import Begin
from agents.enrich.picking import Wanted, event_of, felt
from agents.enrich.pool import Pool
from pipeline.record import Outgoing, Partition
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.metrics import Metrics
from pipeline.runtime.replay.results import write_results
from pipeline.runtime.replay.run import Replay, replay
from pipeline.understand import Tier0
from schemas.config import Budget
from schemas.instants import HOUR, MINUTE
from schemas.topics import MENTIONS, RAW
from tests.integration.enrich.stand import (
    EVERYTHING,
    Stand,
    as_if_read_at_once,
    came_late,
    config,
    finals,
    judged,
    log_lines,
    scores,
    sentiment,
    told,
    world,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Running(NamedTuple):
    pool: Pool
    name: str
    lost: list[None]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(words: Path) -> AsyncIterator[Running]:
    lost: list[None] = []
    pool = Pool(Begin(str(words), {}), 2, lost=lambda: lost.append(None))
    ready = await pool.start()
    yield Running(pool, ready.name, lost)
    await pool.stop()


@asynccontextmanager
async def stand(
    folder: Path, words: Path, tier0: Tier0, running: Running, *, partitions: int = 1, budget: Budget = EVERYTHING
) -> AsyncIterator[Stand]:
    bus = SqliteBus(folder.with_suffix(".sqlite"), partitions=partitions, clock=lambda: 0, durable=False)
    await bus.open()
    made = Stand(bus, config(words, budget), tier0, running.pool, running.name, Metrics())
    await made.begin()
    yield made
    await bus.close()


async def read_all(made: Stand, minutes: int = 12) -> int:
    """Let a world be told with tier 2 at its side; how many events it was."""
    events = world(minutes)
    for start in range(0, len(events), 100):
        await made.append(events[start : start + 100])
        await made.read_again()
    return len(events)


async def test_scores_correct_their_windows_and_a_replay_of_the_log_gives_the_same(
    tmp_path: Path, words: Path, tier0: Tier0, running: Running
) -> None:
    async with stand(tmp_path, words, tier0, running, partitions=3) as live:
        events = await read_all(live)
        await live.close_windows()
        mentions, known = await told(live.bus)
        worth = {(m.uid, m.version) for m in mentions if judged(m)}
        read = {(m.uid, m.version) for m in known}
        assert len(worth) > 200
        assert len(read) == len(known) == len(await scores(live.bus)) == live.outcomes()["read"]
        assert all(came_late(m) for m in mentions if judged(m) and (m.uid, m.version) not in read)
        assert len(worth - read) <= live.outcomes().get("old", 0) < 10

        ledger = await live.engine.ledger()
        assert ledger.balanced
        assert ledger.in_flight == 0
        assert ledger.accepted == events + len(known)

        found = await finals(live)
        assert found == await as_if_read_at_once(live)
        different = [m for m in mentions if judged(m) and sentiment(m).label != "neutral"]
        assert len(different) > 100, "tier 0 and the small model never differed: nothing was shown"

        await write_results(live.bus, tmp_path, ledger)
        lines = tmp_path / "log.jsonl"
        lines.write_bytes(await log_lines(live.bus))
        again = tmp_path / "again"
        await replay(Replay([str(lines)], "log", live.config, again), tier0)
    for name in ("windows.jsonl", "signals.jsonl", "ledger.json"):
        assert (again / name).read_bytes() == (tmp_path / name).read_bytes(), name


async def test_a_process_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    tmp_path: Path, words: Path, tier0: Tier0, running: Running
) -> None:
    async with stand(tmp_path, words, tier0, running) as live:
        await live.append(world(8))
        before = len(running.lost)
        reading = asyncio.ensure_future(live.read_again())
        while not live.outcomes().get("read"):  # noqa: ASYNC110 (metrics set no event)
            await asyncio.sleep(0)
        for pid in running.pool.pids:
            os.kill(pid, signal.SIGKILL)
        await reading
        assert len(running.lost) > before, "the fault never fired"
        await live.close_windows()
        mentions, known = await told(live.bus)
        read = [(m.uid, m.version) for m in known]
        assert len(read) == len(set(read)) > 200
        assert {(m.uid, m.version) for m in mentions if judged(m) and not came_late(m)} <= set(read)
        assert await finals(live) == await as_if_read_at_once(live)
        ledger = await live.engine.ledger()
        assert (ledger.balanced, ledger.in_flight) == (True, 0)


async def test_what_was_in_hand_at_a_stop_is_done_by_the_next_start_and_the_budget_goes_on_where_it_was(
    tmp_path: Path, words: Path, tier0: Tier0, running: Running
) -> None:
    events = world(8)
    budget = Budget(share=0.3)
    picked = []
    for name, stops in (("whole", False), ("stopped", True)):
        async with stand(tmp_path / name, words, tier0, running, budget=budget) as live:
            await live.append(events)
            stopped = 0
            while True:
                if stops:
                    live.stop.set()
                    stopped += not await live.enricher.step(live.stop)
                    await live.second()
                if not await live.enricher.step(live.stop):
                    break
            await live.engine.drain()
            picked.append([record.value for record in await scores(live.bus)])
            assert not stops or stopped > 1, "never stopped in the middle"
    assert picked[0] == picked[1]
    assert len(picked[0]) > PICKS


async def test_a_score_told_again_and_one_of_an_earlier_version_are_harmless(
    tmp_path: Path, words: Path, tier0: Tier0, running: Running
) -> None:
    async with stand(tmp_path, words, tier0, running) as live:
        await read_all(live, minutes=4)
        said = await scores(live.bus)
        assert len(said) > 50
        repeats = [Outgoing(RAW, r.key, r.value, r.headers, r.partition, live.now) for r in said]
        mentions, _ = await told(live.bus)
        angry = felt((1.0, 0.0, 0.0), running.name)
        outdated = [
            event_of(Wanted(m.uid, "0", m.network, False, m.raw.partition, live.now, ""), angry, 1) for m in mentions
        ]
        await live.append([*repeats, *outdated])
        await live.read_again()
        await live.close_windows()
        assert await finals(live) == await as_if_read_at_once(live)
        ledger = await live.engine.ledger()
        assert (ledger.balanced, ledger.in_flight) == (True, 0)
        assert len(await scores(live.bus)) == len(said) + len(repeats) + len(outdated), "they led to requests"


async def test_a_backlog_whose_windows_are_final_is_passed_over_and_counted(
    tmp_path: Path, words: Path, tier0: Tier0, running: Running
) -> None:
    async with stand(tmp_path, words, tier0, running) as live:
        await live.append(world(4))
        live.now += HOUR
        await live.read_again()
        mentions, known = await told(live.bus)
        assert known == []
        assert live.outcomes() == {"old": len(mentions)}
        await live.enricher.keep()
        await live.second()
        await live.read_again()
        assert live.outcomes() == {"old": len(mentions)}, "what was passed over was not kept as such"


async def test_the_budget_goes_to_the_doubtful(tmp_path: Path, words: Path, tier0: Tier0, running: Running) -> None:
    async with stand(tmp_path, words, tier0, running, budget=Budget(share=0.2)) as live:
        await live.append(world(12))
        await live.read_again()
        mentions, known = await told(live.bus)
        read = {m.uid for m in known}
        assert 0.1 < len(read) / len(mentions) <= 0.2
        margins: dict[bool, list[float]] = {True: [], False: []}
        for mention in mentions:
            if judged(mention):
                one = sentiment(mention)
                _, second, first = sorted((one.negative, one.neutral, one.positive))
                margins[mention.uid in read].append(first - second)
        assert sum(margins[True]) / len(margins[True]) < 0.5 * sum(margins[False]) / len(margins[False])


async def test_a_start_long_after_the_first_mention_begins_where_windows_are_open(
    tmp_path: Path, words: Path, tier0: Tier0, running: Running
) -> None:
    async with stand(tmp_path, words, tier0, running) as live:
        await live.bus.forget("enrich")
        await live.append(world(4))
        live.now += 40 * MINUTE
        await live.second()
        await live.read_again()
        assert live.outcomes() == {}
        assert Partition(MENTIONS, 0) in await live.bus.committed("enrich")
