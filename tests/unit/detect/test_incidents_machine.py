"""The incident machine under arbitrary weather: every turn is told once, in order, whatever the restarts and the pace of idling."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pipeline.detect.baseline import BUCKET
from pipeline.detect.explain import LAYOUT
from pipeline.detect.incidents import CALM_FOR, Incidents
from schemas.config import Detection
from schemas.instants import HOUR, from_wire
from schemas.kinds import Edge, SignalKind

DETECTION = Detection(renotify_hours=2)


def test_every_turn_of_every_incident_is_told_once(world_type):
    seed = world_type(days=4)
    start = {channel: baseline.dump() for channel, baseline in seed.baselines.items()}

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.world = world_type(days=0)
            self.world.told = dict(seed.told)
            self.world.bucket = seed.bucket
            self.world.baselines = {
                channel: type(seed.baselines[channel]).load(flat) for channel, flat in start.items()
            }
            self.incidents = Incidents("iberluz", DETECTION)
            self.twin = Incidents("iberluz", DETECTION)
            self.signals = []

        def look(self, authors=None):
            view, readings = self.world.look(authors=authors)
            mine = self.incidents.decide(view, readings, "v1")
            assert self.twin.decide(view, readings, "v1") == mine
            self.signals += mine
            self.idle(view.at)

        def idle(self, at):
            """One lets time pass in one step, its twin in many."""
            mine = self.incidents.idle(at)
            often = [signal for instant in range(at - BUCKET, at + 1, 20_000) for signal in self.twin.idle(instant)]
            assert often == mine
            self.signals += mine

        @rule(negative=st.integers(0, 60), neutral=st.integers(0, 60), positive=st.integers(0, 60))
        def opinions_arrive(self, negative, neutral, positive):
            self.world.tell(negative, neutral, positive)
            self.look()

        @rule(negative=st.integers(5, 60))
        def one_account_shouts(self, negative):
            self.world.tell(negative=negative)
            self.look(authors=1)

        @rule(buckets=st.integers(1, 40), usual=st.booleans())
        def time_passes(self, buckets, usual):
            for _ in range(buckets):
                self.world.close()
                if usual:
                    self.world.tell(*self.world.usual)
                self.look()

        @rule()
        def the_process_restarts(self):
            self.incidents = Incidents.load("iberluz", DETECTION, self.incidents.dump())

        @invariant()
        def no_id_is_used_twice(self):
            ids = [signal.id for signal in self.signals]
            assert len(ids) == len(set(ids))

        @invariant()
        def each_incident_fires_first_and_resolves_last_and_once(self):
            by_incident = {}
            for signal in self.signals:
                by_incident.setdefault(signal.incident, []).append(signal.edge)
            for edges in by_incident.values():
                assert edges[0] is Edge.FIRING
                assert edges.count(Edge.FIRING) == 1
                assert Edge.RESOLVED not in edges[:-1]

        @invariant()
        def at_most_one_crisis_is_open(self):
            open_now = {}
            for signal in self.signals:
                if signal.edge is Edge.RESOLVED:
                    del open_now[signal.incident]
                else:
                    open_now[signal.incident] = signal.kind
                assert list(open_now.values()).count(SignalKind.CRISIS) <= 1

        @invariant()
        def nobody_is_told_again_too_soon_without_growth(self):
            last = {}
            for signal in self.signals:
                before = last.get(signal.incident)
                if signal.edge is Edge.ESCALATED and before.kind is signal.kind:
                    assert signal.score >= 1.5 * before.score - 1e-3
                if signal.edge is Edge.RENOTIFIED:
                    assert from_wire(signal.at) >= from_wire(before.at) + 2 * HOUR
                if signal.edge is Edge.RESOLVED:
                    assert from_wire(signal.at) >= from_wire(before.at) + CALM_FOR
                last[signal.incident] = signal

        @invariant()
        def firing_rests_on_the_threshold_and_the_floors(self):
            for signal in self.signals:
                if signal.edge in (Edge.FIRING, Edge.ESCALATED):
                    assert signal.score >= signal.threshold
                    assert signal.authors >= 3

        @invariant()
        def drivers_add_up_and_readings_are_whole(self):
            for signal in self.signals:
                assert len(signal.reading.baseline) == LAYOUT
                for drivers in signal.drivers:
                    assert sum(part.change for part in drivers.parts) == drivers.total

        @invariant()
        def the_twins_agree(self):
            assert self.incidents.dump() == self.twin.dump()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
