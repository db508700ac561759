"""Campaigns in a stream of many brands are told of, and what goes round by itself is not; a catastrophe's shape is no campaign."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from deploy.coordination.background import Burst, corpus
from deploy.coordination.trial import Trial, brands, run
from pipeline.simulate.campaign import ARRANGED, Campaign, organic
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Config
from schemas.instants import HOUR, MINUTE, from_wire
from schemas.kinds import SignalKind

START = from_wire("2026-01-05T06:00:00.000Z")
WARM = (25 * HOUR, 0.3)
NAMES = ("Iberluz", "Zampaya", "Nubiair", "Telmovil", "Riberama", "Calafell", "Dorsania")


@pytest.fixture(scope="module")
def model() -> Tier0:
    return Tier0(packaged_model())


@pytest.fixture(scope="module")
def trial(model: Tier0) -> Trial:
    """One thing planted with each brand, in a stream as thick as 30,000 posts a day."""
    config, at = Config(brands(NAMES)), START + WARM[0] + 20 * MINUTE
    plans = [
        Campaign("small", "words", "iberluz", "Iberluz", at, 20 * MINUTE, 20),
        Campaign("hidden", "words", "zampaya", "Zampaya", at, 20 * MINUTE, 100, "en", known=0.0),
        Campaign("link", "link", "nubiair", "Nubiair", at, 30 * MINUTE, 100, "en"),
        Campaign("tags", "hashtags", "telmovil", "Telmovil", at, 10 * MINUTE, 100),
        organic("news", "news", "riberama", "Riberama", at, 40 * MINUTE, 150),
        organic("draw", "copied", "calafell", "Calafell", at, 40 * MINUTE, 150),
        organic("viral", "viral", "dorsania", "Dorsania", at, 40 * MINUTE, 150),
    ]
    return run(config, model, corpus(), START, at + 90 * MINUTE, rate=3.0, plans=plans, warm=WARM)


@pytest.mark.parametrize("name", ["small", "hidden", "link", "tags"])
def test_a_campaign_is_told_of_while_it_lasts(trial: Trial, name: str) -> None:
    (outcome,) = (one for one in trial.outcomes if one.plan.id == name)
    assert outcome.found
    assert outcome.score is not None
    assert outcome.score >= 0.5


@pytest.mark.parametrize("name", ["news", "draw", "viral"])
def test_what_goes_round_by_itself_is_not_called_coordinated(trial: Trial, name: str) -> None:
    (outcome,) = (one for one in trial.outcomes if one.plan.id == name)
    assert outcome.plan.kind not in ARRANGED
    assert not outcome.found
    assert not [
        signal for signal in trial.signals if signal.brand == outcome.plan.brand and signal.coordination is not None
    ]


def test_nothing_else_is_called_coordinated(trial: Trial) -> None:
    assert trial.strays == []


def shapes(shared: Path) -> list[tuple[str, list[int]]]:
    """The busiest three hours of each real crisis, in posts by five minutes, none above 80."""
    found = []
    for path in sorted((shared / "nab" / "crisislex_t26_5min").glob("*.csv")):
        with path.open() as file:
            counts = [int(float(row["value"])) for row in csv.DictReader(file)]
        begin = max(range(max(1, len(counts) - 36)), key=lambda at: sum(counts[at : at + 36]))
        part = counts[begin : begin + 36]
        found.append((path.stem, [min(80, count * 80 // max(1, *part)) for count in part]))
    return found


def test_a_catastrophe_is_not_called_coordinated(model: Tier0, shared: Path) -> None:
    """Five real shapes, told in different words by a crowd in which every fifth is new: crises, and no campaign."""
    chosen = shapes(shared)[::3]
    assert len(chosen) == 5
    config, at = Config(brands(NAMES[:5])), START + WARM[0]
    bursts = [Burst(brand.id, at, counts) for brand, (_, counts) in zip(config.brands, chosen, strict=True)]
    found = run(config, model, corpus(), START, at + 4 * HOUR, rate=0.3, plans=[], bursts=bursts, warm=WARM)
    assert found.posts > sum(sum(burst.counts) for burst in bursts)
    assert {signal.kind for signal in found.signals} - {SignalKind.COORDINATED}, "the shapes are bursts"
    assert [signal.sentence.en for signal in found.signals if signal.coordination is not None] == []
