"""Tier 1 killed, stopped, out of memory, overrun in a run: mentions flow at tier 0, counted, none lost, in order.

Every fault must have befallen the child, or the test fails.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from pipeline.runtime.scoring import BesideScorer, Missed, ScorerUnfit
from pipeline.runtime.scoring.frames import Answer, Ready, framed
from pipeline.runtime.scoring.life import Life
from tests.integration.scoring.conftest import ASKED, PARTITIONS, START, post, posts, until

ROOT = Path(__file__).resolve().parents[3]
LOT = 60
"""Posts between two faults: forty of them for tier 1."""
EACH = LOT * ASKED // 6


async def settled(scorer: BesideScorer):
    await until(lambda: scorer.why_not is None, "up again")


def same_but_for_sentiment(told, plain):
    """Nothing is lost, repeated or overtaken, and nothing but the sentiment differs from a run without tier 1."""
    assert told.without_sentiment() == plain.without_sentiment()
    assert told.ledger == plain.ledger
    assert told.ledger.balanced
    assert told.ledger.in_flight == 0
    known = {m.uid: m.understanding.sentiment for m in plain.mentions}
    for mention in told.mentions:
        if mention.uid not in told.by_tier1:
            assert mention.understanding.sentiment == known[mention.uid]


async def test_without_a_fault_all_that_the_gate_chooses_is_read(stream, beside):
    plain = await stream(posts(0, LOT))
    async with beside() as scorer:
        told = await stream(posts(0, LOT), scorer=scorer)
    same_but_for_sentiment(told, plain)
    assert len(told.by_tier1) == scorer.tally.read == EACH
    assert not scorer.tally.missed.total()
    labels = {m.text.split(" ")[1]: m.understanding.sentiment.label for m in told.mentions if m.uid in told.by_tier1}
    assert labels == {"love": "positive", "has": "negative", "for": "neutral", "I": "positive"}


async def test_killed_with_texts_in_its_hands(stream, beside):
    plain = await stream(posts(0, LOT), posts(LOT, LOT), posts(2 * LOT, LOT))
    async with beside() as scorer:
        first = scorer.pid

        async def stop():
            os.kill(first, signal.SIGSTOP)
            asyncio.get_running_loop().create_task(kill())

        async def kill():
            await until(lambda: scorer.waiting > 0, "waiting for the stopped child")
            os.kill(first, signal.SIGKILL)

        async def wait():
            await settled(scorer)

        told = await stream(posts(0, LOT), stop, posts(LOT, LOT), wait, posts(2 * LOT, LOT), scorer=scorer)
        assert scorer.pid != first
    same_but_for_sentiment(told, plain)
    assert scorer.tally.starts == 2
    assert scorer.tally.missed == {Missed.DOWN: EACH}
    assert len(told.by_tier1) == scorer.tally.read == 2 * EACH


async def test_stopped_it_costs_one_deadline_and_reads_on_when_it_wakes(stream, beside):
    plain = await stream(posts(0, LOT), posts(LOT, LOT), posts(2 * LOT, LOT))
    async with beside(deadline=0.3) as scorer:
        waits = []
        scorer.tally.waited = waits.append

        async def stop():
            os.kill(scorer.pid, signal.SIGSTOP)
            waits.clear()

        async def wake():
            # Both partitions waited together, and after that nobody did.
            assert len(waits) == PARTITIONS
            os.kill(scorer.pid, signal.SIGCONT)
            await settled(scorer)

        told = await stream(posts(0, LOT), stop, posts(LOT, LOT), wake, posts(2 * LOT, LOT), scorer=scorer)
    same_but_for_sentiment(told, plain)
    assert scorer.tally.starts == 1
    assert scorer.tally.missed[Missed.DEADLINE] == scorer.tally.missed.total() >= EACH
    assert scorer.tally.late > 0
    assert len(told.by_tier1) == scorer.tally.read == 3 * EACH - scorer.tally.missed.total()


async def test_one_that_never_wakes_is_ended_and_another_reads_on(stream, beside):
    plain = await stream(posts(0, LOT), posts(LOT, LOT))
    async with beside(deadline=1.0, stuck=1.5) as scorer:
        first = scorer.pid

        async def stop():
            os.kill(first, signal.SIGSTOP)

        async def wait():
            await until(lambda: scorer.pid not in (first, None), "another child")
            await settled(scorer)

        told = await stream(stop, posts(0, LOT), wait, posts(LOT, LOT), scorer=scorer)
    same_but_for_sentiment(told, plain)
    assert scorer.tally.starts == 2
    assert scorer.tally.missed[Missed.DEADLINE] >= EACH
    assert scorer.tally.read == len(told.by_tier1) > 0


async def test_out_of_memory_over_one_text(stream, beside):
    greedy = post(LOT, "a ravenous Iberluz")
    plain = await stream(posts(0, LOT), [greedy], posts(LOT + 1, LOT))
    async with beside() as scorer:
        why = []

        async def wait():
            why.append(scorer.why_not)
            await settled(scorer)

        told = await stream(posts(0, LOT), [greedy], wait, posts(LOT + 1, LOT), scorer=scorer)
    same_but_for_sentiment(told, plain)
    assert "Failed to allocate memory" in why[0]
    assert scorer.tally.starts == 2
    assert scorer.tally.missed == {Missed.DOWN: 1}
    assert len(told.by_tier1) == scorer.tally.read == 2 * EACH


async def test_a_model_that_is_damaged_behind_its_back_cannot_be_read_when_it_starts_again(stream, tiny):
    plain = await stream(posts(0, LOT), posts(LOT, LOT))
    files = dict(tiny)
    async with BesideScorer(lambda: [files], deadline=5, queue=1_000) as scorer:

        async def damage():
            files["model.onnx"] = b"no longer a network"
            os.kill(scorer.pid, signal.SIGKILL)
            await until(lambda: "exit code 2" in (scorer.why_not or ""), "found out")

        told = await stream(posts(0, LOT), damage, posts(LOT, LOT), scorer=scorer)
        assert "exit code 2" in scorer.why_not
    same_but_for_sentiment(told, plain)
    assert scorer.tally.missed == {Missed.DOWN: EACH}
    assert len(told.by_tier1) == scorer.tally.read == EACH


async def test_what_can_never_start_is_refused_at_the_start_with_a_remedy(tiny):
    with pytest.raises(ScorerUnfit, match=r"does not load.*make train-tier1"):
        async with BesideScorer(lambda: [tiny], deadline=5, queue=10, memory=300 * 1024**2):
            raise AssertionError("300 MiB of addresses are not enough")


async def test_more_than_may_wait(stream, beside):
    plain = await stream(posts(0, LOT))
    async with beside(queue=5) as scorer:
        told = await stream(posts(0, LOT), scorer=scorer)
    same_but_for_sentiment(told, plain)
    assert scorer.tally.missed[Missed.QUEUE] == scorer.tally.missed.total() > 0
    assert len(told.by_tier1) == scorer.tally.read == EACH - scorer.tally.missed.total()
    assert scorer.tally.read >= 5


async def test_a_stream_that_is_behind_waits_less_and_less_and_then_not_at_all(stream, beside):
    """Full batches one after the other: after ten of them five seconds of patience are gone."""
    lot = [posts(0, 6 * LOT), posts(6 * LOT, LOT // 10)]
    plain = await stream(*lot)
    async with beside() as scorer:
        waits = []
        scorer.tally.waited = waits.append
        told = await stream(*lot, scorer=scorer, batch=5)
    same_but_for_sentiment(told, plain)
    assert scorer.tally.missed[Missed.BEHIND] == scorer.tally.missed.total() > 3 * EACH
    assert len(waits) <= (10 + 2) * PARTITIONS
    assert len(told.by_tier1) == scorer.tally.read == 6 * EACH + EACH // 10 - scorer.tally.missed.total()
    last = [m for m in told.mentions if m.origin.offset > 6 * LOT // PARTITIONS]
    # With a batch that is not full it has caught up, and waits again.
    assert any(m.uid in told.by_tier1 for m in last)


ORPHANED = """
import asyncio, sys
from pipeline.runtime.scoring import BesideScorer
from tests.tiny_tier1 import tiny_tier1

async def main():
    async with BesideScorer(lambda: [tiny_tier1("en")], deadline=5, queue=10) as scorer:
        print(scorer.pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def alive(pid):
    """Running, or stopped; not one that only waits to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_it_does_not_outlive_a_stream_that_was_killed():
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", ORPHANED, cwd=ROOT, stdout=PIPE)
    child = int(await asyncio.wait_for(parent.stdout.readline(), 60))
    assert alive(child)
    parent.kill()
    await parent.wait()
    await until(lambda: not alive(child), "gone")


async def test_a_stream_that_reads_what_is_old_does_not_wait_either(stream, beside):
    """Batches that are not full, of hours ago: it catches up."""
    lots = [posts(first, 12) for first in range(0, 20 * 12, 12)]
    plain = await stream(*lots)
    async with beside() as scorer:
        told = await stream(*lots, scorer=scorer, clock=lambda: START + 3_600_000)
    same_but_for_sentiment(told, plain)
    assert scorer.tally.missed[Missed.BEHIND] == scorer.tally.missed.total() >= 8 * ASKED
    assert scorer.tally.read == len(told.by_tier1) > 0


async def test_a_folder_of_the_same_name_where_it_is_started_is_not_taken_for_ours(beside, tmp_path, monkeypatch):
    strange = tmp_path / "pipeline"
    strange.mkdir()
    (strange / "__init__.py").write_text("raise SystemExit('a stranger')")
    monkeypatch.chdir(tmp_path)
    async with beside() as scorer:
        assert scorer.why_not is None


async def test_what_a_dead_child_had_still_said_is_passed_over():
    """The event loop may tell of an end before the last bytes of the pipe."""
    heard, ended = [], []
    life = Life(heard.append, ended.append)
    life.pipe_data_received(1, framed(Ready(["one"])))
    life.process_exited()
    life.pipe_data_received(1, framed(Answer(1, [None])))
    assert heard == [Ready(["one"])]
    assert len(ended) == 1
