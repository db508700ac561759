"""What is read again depends on the log and the budget alone: not on batches, restarts, or how the models are run."""

from __future__ import annotations

import pytest

from pipeline.runtime.scoring import PatientScorer
from schemas.config import Budget
from tests.integration.scoring.conftest import ASKED, posts

COUNT = 180
READABLE = COUNT * ASKED // 6
LOTS = [posts(first, 30) for first in range(0, COUNT, 30)]


@pytest.fixture
def patient(tiny):
    return PatientScorer([tiny])


@pytest.mark.parametrize("budget", [Budget(share=0.3, rate=5), Budget(rate=0.2)])
async def test_batches_and_restarts_change_nothing(stream, patient, budget):
    whole = await stream(*LOTS, scorer=patient, budget=budget)
    small = await stream(*LOTS, scorer=patient, budget=budget, batch=3)
    fresh = await stream(*LOTS, scorer=patient, budget=budget, again=True)
    assert 0 < len(whole.by_tier1) < READABLE
    assert small == fresh == whole


async def test_a_model_in_a_process_of_its_own_reads_the_same(stream, patient, beside):
    here = await stream(*LOTS, scorer=patient, budget=Budget(share=0.3))
    async with beside() as scorer:
        there = await stream(*LOTS, scorer=scorer, budget=Budget(share=0.3))
    assert scorer.tally.read == len(here.by_tier1)
    assert there == here


async def test_a_share_is_not_exceeded_in_the_stream(stream, patient):
    told = await stream(*LOTS, scorer=patient, budget=Budget(share=0.3))
    assert len(told.by_tier1) == pytest.approx(0.3 * len(told.mentions), abs=21)
    assert len(told.by_tier1) <= 0.3 * len(told.mentions)


async def test_without_tier_1_nothing_differs_from_a_stream_that_never_had_it(stream, tiny):
    """Configured but without anybody to ask: the very bytes of tier 0, and no gate in the state."""
    never = await stream(*LOTS)
    none = await stream(*LOTS, budget=Budget(share=0.0))
    assert never == none
    assert not never.by_tier1
