"""What stirs the brand's field: an opportunity, never a crisis, and no cover for news of the brand itself."""

from __future__ import annotations

import pytest

from pipeline.detect.baseline import Baseline
from pipeline.detect.incidents import Incidents
from pipeline.detect.rules import CATEGORY, RULES
from schemas.config import Detection
from schemas.instants import HOUR
from schemas.kinds import Edge, SignalKind
from schemas.signal import Reading


@pytest.fixture
def incidents():
    return Incidents("iberluz", Detection(), "Iberluz")


class Field:
    """The world of the other tests, and a calm field beside it in which so many speak up."""

    def __init__(self, world):
        self.world = world
        self.history = Baseline.of(CATEGORY)
        for number in range(world.bucket - 8 * 288, world.bucket):
            self.history.feed(number, 1)

    def look(self, said, authors=50):
        """`said`: negative, neutral, positive and unsure mentions of the field in the tested bucket."""
        view, readings = self.world.look()
        recent = [1] * 23 + [sum(said)]
        score, scales, warm = self.history.read(view.bucket, recent)
        state = self.history.dump() + recent[:-1]
        readings[CATEGORY] = Reading(CATEGORY, sum(said), score, scales, state, warm)
        hour = (said[0], said[1] + 11, said[2], said[3])
        return view._replace(category=hour, authors={**view.authors, CATEGORY: authors}), readings


@pytest.fixture
def field(world_type):
    world = world_type()
    world.tell(*world.usual)
    return Field(world)


def kinds(signals):
    return [(signal.kind, signal.key, signal.edge) for signal in signals]


def test_only_opportunities_are_made_of_the_field():
    assert {rule.kind for rule in RULES if rule.channel == CATEGORY} == {SignalKind.OPPORTUNITY}


@pytest.mark.parametrize("said", [(40, 0, 0, 0), (0, 40, 0, 0), (0, 0, 40, 0), (0, 0, 0, 40)])
def test_a_stir_in_the_field_is_an_opportunity_whatever_is_felt(incidents, field, said):
    (signal,) = incidents.decide(*field.look(said), "v1")
    assert kinds([signal]) == [(SignalKind.OPPORTUNITY, CATEGORY, Edge.FIRING)]
    assert (signal.value, signal.n) == (51, 51)
    assert signal.negative_share == pytest.approx(said[0] / 51, abs=1e-4)
    assert signal.baseline_negative_share is None


def test_one_account_stirs_no_field(incidents, field):
    assert incidents.decide(*field.look((40, 0, 0, 0), authors=1), "v1") == []


def test_a_stir_in_the_field_hides_no_news_of_the_brand(incidents, field):
    incidents.decide(*field.look((0, 40, 0, 0)), "v1")
    field.world.tell(neutral=80)
    view, readings = field.look((0, 40, 0, 0))
    found = incidents.decide(view._replace(at=view.at + 60_000), readings, "v1")
    assert (SignalKind.ATTENTION, "total", Edge.FIRING) in kinds(found)


def test_while_the_brand_has_a_crisis_the_field_can_wait(incidents, field):
    field.world.tell(negative=60)
    found = incidents.decide(*field.look((0, 40, 0, 0)), "v1")
    assert kinds(found) == [(SignalKind.CRISIS, "negative", Edge.FIRING)]
    assert incidents.suppressed["opportunity_by_crisis"] == 1


def test_a_stir_in_the_field_ends(incidents, field):
    incidents.decide(*field.look((0, 40, 0, 0)), "v1")
    view, readings = field.look((0, 1, 0, 0))
    incidents.decide(view._replace(at=view.at + 60_000), readings, "v1")
    ended = incidents.idle(view.at + 3 * HOUR)
    assert kinds(ended) == [(SignalKind.OPPORTUNITY, CATEGORY, Edge.RESOLVED)]
