"""The tier 1 of the package, in its process: there, of a sane mind, and the same as in this one."""

from __future__ import annotations

from agents.tier1 import tier1_files
from pipeline.record import ScoringRequest
from pipeline.runtime.scoring import BesideScorer, PatientScorer

SAID = (
    ("Three days without power and nobody answers the phone, awful service", 0),
    ("The shop opens at nine on Monday", 1),
    ("I love the new app, well done!", 2),
    ("", None),
    ("😡" * 50, None),
    ("word " * 2_000, None),
)


async def test_it_reads_the_same_there_as_here() -> None:
    patient = PatientScorer(tier1_files())
    for model in patient.models:
        requests = [ScoringRequest(model.version, text) for text, _ in SAID]
        here = await patient.score(requests)
        async with BesideScorer(tier1_files, deadline=30, queue=100) as scorer:
            assert [one.version for one in scorer.models] == [one.version for one in patient.models]
            assert await scorer.score(requests) == here
        for row, (text, felt) in zip(here, SAID, strict=True):
            assert row is not None
            assert abs(sum(row) - 1) < 1e-5, text
            if felt is not None and "en" in model.languages:
                assert row.index(max(row)) == felt, text
