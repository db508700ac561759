"""Incidents: one notification per turn, and none lost uncounted."""

from __future__ import annotations

import pytest

from pipeline.detect.baseline import BUCKET
from pipeline.detect.incidents import CALM_FOR, Incidents
from schemas.codec import decode, encode
from schemas.config import Detection
from schemas.instants import HOUR, MINUTE, SECOND, to_wire
from schemas.kinds import Edge, SignalKind
from schemas.signal import Signal

BALANCED = Detection()


@pytest.fixture
def incidents():
    return Incidents("iberluz", BALANCED, "Iberluz")


def decide(incidents, world, **how):
    view, readings = world.look(**how)
    return incidents.decide(view, readings, "v1")


def quiet_hours(incidents, world, hours):
    """Usual traffic, looked at once a bucket as listen does while something is open."""
    signals = []
    for _ in range(hours * 12):
        world.close()
        world.tell(*world.usual)
        view, readings = world.look()
        signals += incidents.decide(view, readings, "v1") + incidents.idle(view.at)
    return signals


def test_a_usual_hour_is_no_news(incidents, world_type):
    world = world_type()
    world.tell(*world.usual)
    assert decide(incidents, world) == []
    assert not incidents.active


def test_a_burst_of_criticism_is_a_crisis_and_is_told_once(incidents, world_type):
    world = world_type()
    world.tell(negative=40)
    first = decide(incidents, world)
    assert [(s.kind, s.edge, s.rule, s.severity) for s in first] == [
        (SignalKind.CRISIS, Edge.FIRING, "crisis-negative", "critical")
    ]
    assert decide(incidents, world) == []
    assert incidents.phases() == {"negative": "firing"}


def test_a_signal_carries_what_it_takes_to_believe_it(incidents, world_type):
    world = world_type()
    world.tell(negative=40)
    (signal,) = decide(incidents, world)
    assert decode(Signal, encode(signal)) == signal
    assert signal.value == 40 + 11 * 1
    assert signal.expected == pytest.approx(12, abs=0.2)
    assert signal.n == 40 + 11 * 10
    assert signal.negative_share == pytest.approx(51 / 150, abs=1e-4)
    assert signal.baseline_negative_share == pytest.approx(0.1)
    assert signal.threshold == 5.0
    assert signal.score == signal.reading.score > 5
    assert signal.window_end == to_wire((world.bucket + 1) * BUCKET)
    assert [sum(part.change for part in drivers.parts) for drivers in signal.drivers] == [51 - 12]
    assert signal.evidence
    assert signal.config == "v1"
    assert signal.simulated


def test_one_loud_account_is_no_crisis_until_others_join(incidents, world_type):
    world = world_type(usual=(0, 4, 4))
    world.tell(negative=40)
    assert [s for s in decide(incidents, world, authors=2) if s.kind is SignalKind.CRISIS] == []
    assert incidents.phases()["negative"] == "pending"
    assert decide(incidents, world, authors=3)[0].kind is SignalKind.CRISIS


def test_a_burst_with_the_usual_share_of_criticism_is_attention(incidents, world_type):
    world = world_type()
    world.tell(negative=6, neutral=40, positive=12)
    assert [(s.kind, s.key) for s in decide(incidents, world)] == [(SignalKind.ATTENTION, "total")]


def test_a_burst_of_praise_is_an_opportunity_and_mutes_mere_attention(incidents, world_type):
    world = world_type()
    world.tell(positive=60)
    assert [s.kind for s in decide(incidents, world)] == [SignalKind.OPPORTUNITY]
    assert incidents.suppressed == {"attention_by_opportunity": 1}


def test_attention_that_turns_out_to_be_a_crisis_stays_one_incident(incidents, world_type):
    world = world_type()
    world.tell(negative=5, neutral=60)
    (attention,) = decide(incidents, world)
    world.tell(negative=80)
    (crisis,) = decide(incidents, world)
    assert (attention.kind, attention.edge) == (SignalKind.ATTENTION, Edge.FIRING)
    assert (crisis.kind, crisis.edge, crisis.key) == (SignalKind.CRISIS, Edge.ESCALATED, "negative")
    assert crisis.incident == attention.incident
    assert crisis.id != attention.id


def test_a_crisis_mutes_the_brands_other_incidents_and_counts_them(incidents, world_type):
    world = world_type()
    world.tell(negative=60)
    decide(incidents, world)
    world.tell(neutral=200)
    for _ in range(3):
        assert decide(incidents, world) == []
    assert incidents.suppressed == {"attention_by_crisis": 1, "crisis_by_crisis": 1}


def test_it_escalates_at_one_and_a_half_times_the_last_notified_score(incidents, world_type):
    world = world_type()
    world.tell(negative=30)
    (first,) = decide(incidents, world)
    world.tell(negative=5)
    assert decide(incidents, world) == []
    world.tell(negative=25)
    at = (world.bucket + 1) * BUCKET
    assert decide(incidents, world, at=at + 10 * MINUTE - SECOND) == [], "a steep rise is one piece of news"
    (second,) = decide(incidents, world, at=at + 10 * MINUTE)
    assert second.edge is Edge.ESCALATED
    assert second.score >= 1.5 * first.score
    assert decide(incidents, world, at=at + 20 * MINUTE) == []
    assert incidents.phases() == {"negative": "escalated"}


def test_a_firing_incident_is_told_again_after_a_day(incidents, world_type):
    world = world_type()
    world.tell(negative=40)
    (first,) = decide(incidents, world)
    at = (world.bucket + 1) * BUCKET
    assert decide(incidents, world, at=at + 24 * HOUR - SECOND) == []
    (again,) = decide(incidents, world, at=at + 24 * HOUR)
    assert (again.edge, again.incident) == (Edge.RENOTIFIED, first.incident)
    assert decide(incidents, world, at=at + 24 * HOUR + SECOND) == []


def test_it_resolves_two_hours_after_the_calm_began(incidents, world_type):
    world = world_type()
    world.tell(negative=40)
    (first,) = decide(incidents, world)
    signals = quiet_hours(incidents, world, hours=6)
    assert [(s.edge, s.incident) for s in signals] == [(Edge.RESOLVED, first.incident)]
    assert signals[0].score < 2
    assert not incidents.active
    assert incidents.next_deadline() is None


def test_a_pause_shorter_than_two_hours_does_not_end_it(incidents, world_type):
    world = world_type()
    world.tell(negative=40)
    decide(incidents, world)
    while (deadline := incidents.next_deadline()) is None:
        world.close()
        decide(incidents, world)
    while (world.bucket + 2) * BUCKET < deadline:
        world.close()
        assert decide(incidents, world) == []
    world.tell(negative=20)
    assert decide(incidents, world) == []
    assert incidents.next_deadline() is None
    assert incidents.idle(deadline) == []
    assert incidents.active


def test_idle_called_often_or_once_gives_the_same_signals(world_type):
    def run(instants):
        world = world_type()
        incidents = Incidents("iberluz", BALANCED)
        world.tell(negative=40)
        decide(incidents, world)
        while incidents.next_deadline() is None:
            world.close()
            decide(incidents, world)
        begun = (world.bucket + 1) * BUCKET
        return [s for at in instants(begun) for s in incidents.idle(at)], begun

    often, begun = run(lambda at: range(at, at + 3 * HOUR, SECOND))
    once, _ = run(lambda at: [at + 1000 * HOUR])
    assert often == once
    assert [s.at for s in once] == [to_wire(begun + CALM_FOR)]


def test_the_end_is_not_told_before_its_instant(incidents, world_type):
    world = world_type()
    world.tell(negative=40)
    decide(incidents, world)
    while (deadline := incidents.next_deadline()) is None:
        world.close()
        decide(incidents, world)
    assert incidents.idle(deadline - 1) == []
    assert [s.edge for s in incidents.idle(deadline)] == [Edge.RESOLVED]


def test_a_new_crisis_after_the_end_is_a_new_incident(incidents, world_type):
    world = world_type()
    world.tell(negative=40)
    (first,) = decide(incidents, world)
    quiet_hours(incidents, world, hours=6)
    world.tell(negative=80)
    (second,) = decide(incidents, world)
    assert second.edge is Edge.FIRING
    assert second.incident != first.incident
    assert second.id != first.id


def test_ids_are_the_same_in_a_second_run_and_under_another_cadence(world_type):
    def run(looks):
        world = world_type()
        incidents = Incidents("iberluz", BALANCED)
        world.tell(negative=40)
        return [s.id for _ in range(looks) for s in decide(incidents, world)]

    assert run(1) == run(5)


def test_state_survives_a_restart_at_any_point(world_type):
    def run(restart):
        world = world_type()
        incidents = Incidents("iberluz", BALANCED)
        signals = []
        for step in range(60):
            world.tell(*((60, 5, 0) if 3 <= step < 6 else world.usual))
            view, readings = world.look()
            signals += incidents.decide(view, readings, "v1") + incidents.idle(view.at)
            if restart:
                incidents = Incidents.load("iberluz", BALANCED, incidents.dump())
            world.close()
        return signals, incidents.dump()

    assert run(restart=True) == run(restart=False)


def test_a_cold_brand_fires_on_counts_alone(incidents, world_type):
    world = world_type(days=1, usual=(0, 1, 0))
    world.tell(negative=20, neutral=2)
    crises = [s for s in decide(incidents, world) if s.kind is SignalKind.CRISIS]
    assert [(s.rule, s.reading.warm, s.threshold) for s in crises] == [("crisis-cold", False, 15.0)]


def test_a_cold_brand_with_mixed_voices_does_not(incidents, world_type):
    world = world_type(days=1, usual=(0, 1, 0))
    world.tell(negative=20, neutral=40)
    assert decide(incidents, world) == []


def test_a_tiny_brand_with_history_fires_on_a_handful(incidents, world_type):
    """One mention an hour is usual; eight complaints in five minutes are not."""
    world = world_type(days=1, usual=(0, 0, 0))
    for hour in range(6 * 24):
        for _ in range(12):
            if world.bucket % 12 == 0:
                world.tell(neutral=int(hour % 3 > 0), positive=int(hour % 3 == 0))
            world.close()
    world.tell(negative=8)
    assert [(s.kind, s.rule) for s in decide(incidents, world)] == [(SignalKind.CRISIS, "crisis-negative")]


@pytest.mark.parametrize(("sensitivity", "fires"), [("sensitive", True), ("balanced", False), ("strict", False)])
def test_the_dial_moves_the_threshold(world_type, sensitivity, fires):
    world = world_type(usual=(1, 1, 0))
    incidents = Incidents("iberluz", Detection(sensitivity=sensitivity))
    while world.look()[1]["negative"].score < 4:
        world.tell(negative=1)
    assert world.look()[1]["negative"].score < 5
    assert bool(decide(incidents, world)) is fires


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="sensitivity 'loud'"):
        Incidents("iberluz", Detection(sensitivity="loud"))


def test_nothing_is_wanted_of_a_quiet_brand(incidents, world_type):
    world = world_type()
    view, readings = world.look()
    assert not incidents.wants(readings, view.recent)
    world.tell(negative=40)
    view, readings = world.look()
    assert incidents.wants(readings, view.recent)


def test_observe_mode_computes_and_says_so(world_type):
    world = world_type()
    world.tell(negative=40)
    (signal,) = decide(Incidents("iberluz", BALANCED, observe=True), world)
    assert signal.observe
