"""The incidents of one brand: pending, firing, escalated, resolved. Few signals, each once, nothing suppressed uncounted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from pipeline.detect.baseline import PER_HOUR
from pipeline.detect.compose import Look, Setting, compose
from pipeline.detect.coordination import COORDINATED
from pipeline.detect.gauge import Measured, Repetition, Unheard
from pipeline.detect.rules import CATEGORY, COUNTED, RULES, Rule, Verdict, calm, judge, may_hold, threshold_of
from pipeline.detect.view import View
from schemas.config import Detection
from schemas.ids import stable_id
from schemas.instants import HOUR, MINUTE, SECOND
from schemas.kinds import Edge, SignalKind
from schemas.signal import Signal

CALM_FOR = 2 * HOUR
"""An incident is over when its score has stayed below `rules.CALM` for so long."""
ESCALATION = (3, 2)
"""Notify again when the score reaches 1.5 times that of the last signal..."""
GROWTH = (3, 1)
"""A campaign is news again when three times the accounts take part: its score is bounded, its size is not."""
ESCALATION_GAP = 10 * MINUTE
"""...but no sooner than this after it: a steep rise is one piece of news."""
MUTES: Mapping[SignalKind, frozenset[SignalKind]] = {
    SignalKind.CRISIS: frozenset({SignalKind.CRISIS, SignalKind.OPPORTUNITY, SignalKind.ATTENTION}),
    SignalKind.OPPORTUNITY: frozenset({SignalKind.ATTENTION}),
}
"""While an incident of the first kind fires, the brand's other incidents of these kinds are mute. One crisis at a time."""

PENDING, FIRING, ESCALATED = "pending", "firing", "escalated"


class Incident(msgspec.Struct):
    """Times in ms, scores in 1/10,000 (of coordination: accounts, likewise). `since`: window start at the first signal; `calm`:
    since when it has been calm.
    """

    key: str
    rule: str
    phase: str = PENDING
    id: str = ""
    since: int = 0
    notified_at: int = 0
    notified_score: int = 0
    escalations: int = 0
    renotifications: int = 0
    calm: int | None = None
    look: Look | None = None


class _State(msgspec.Struct):
    incidents: list[Incident]
    muted: dict[str, str]
    suppressed: dict[str, int]


class Incidents:
    """The state machine of one brand. Pure: driven by `decide` and `idle` with log times that never go back.

    While `active`, the caller decides at least once a bucket, records or none, so that an end is seen; when
    `next_deadline` comes it calls `idle`, after any `decide` of the same instant. `name` is what sentences call the brand.
    """

    def __init__(self, brand: str, detection: Detection, name: str = "", observe: bool = False) -> None:
        self._threshold = threshold_of(detection)
        self._renotify = detection.renotify_hours * HOUR
        self._setting = Setting(brand, name or brand, "", self._threshold, observe)
        self._incidents: dict[str, Incident] = {}
        self._muted: dict[str, str] = {}
        self.suppressed: dict[str, int] = {}
        """How often something was held back, by `<kind held back>_by_<kind of the firing incident>`."""

    @property
    def active(self) -> bool:
        """Whether anything is pending or firing: silence matters too."""
        return bool(self._incidents)

    def phases(self) -> dict[str, str]:
        """The phase of each incident by its key."""
        return {key: incident.phase for key, incident in sorted(self._incidents.items())}

    def wants(self, readings: Mapping[str, Measured], recent: Mapping[str, Sequence[int]]) -> bool:
        """Whether `decide` could change anything: a cheap look before the view is made."""
        if self._incidents or self._muted:
            return True
        hour = {channel: sum(recent[channel][-PER_HOUR:]) for channel in COUNTED}
        return may_hold(readings, hour, self._threshold)

    def decide(self, view: View, readings: Mapping[str, Measured], config: str = "") -> list[Signal]:
        """Evaluate every rule at one instant. `config`: version in force. Signals are complete, in order of precedence."""
        if self._setting.config != config:
            self._setting = msgspec.structs.replace(self._setting, config=config)
        signals = self.idle(view.at - 1)
        readings = {COORDINATED: _NOTHING, CATEGORY: _UNHEARD, **readings}
        self._look(view, readings)
        verdicts = {rule.id: judge(rule, view, readings[rule.channel], self._threshold) for rule in RULES}
        for rule in RULES:
            if verdicts[rule.id] is Verdict.HOLDS:
                signals += self._hold(rule, view, readings[rule.channel])
        self._settle(verdicts)
        signals += self._renew(view)
        return signals

    def idle(self, at: int) -> list[Signal]:
        """Let time pass up to and including `at`: resolves what has been calm for two hours, at the instant it became so.

        Called once for a long time or often for short ones, the signals are the same.
        """
        if not self._incidents:
            return []
        due = sorted(
            (incident.calm + CALM_FOR, key)
            for key, incident in self._incidents.items()
            if incident.calm is not None and incident.calm + CALM_FOR <= at
        )
        signals = []
        for moment, key in due:
            incident = self._incidents.pop(key)
            signals.append(self._signal(incident, Edge.RESOLVED, 0, moment, None))
        return signals

    def next_deadline(self) -> int | None:
        """When `idle` has something to do; None while nothing is calm."""
        if not self._incidents:
            return None
        moments = [incident.calm + CALM_FOR for incident in self._incidents.values() if incident.calm is not None]
        return min(moments, default=None)

    def dump(self) -> bytes:
        """The state, the same bytes for the same state."""
        incidents = [self._incidents[key] for key in sorted(self._incidents)]
        return msgspec.json.encode(
            _State(incidents, dict(sorted(self._muted.items())), dict(sorted(self.suppressed.items())))
        )

    @classmethod
    def load(cls, brand: str, detection: Detection, state: bytes, name: str = "", observe: bool = False) -> Incidents:
        """The incidents that `dump` described, under the settings given. Raises msgspec.DecodeError for anything else."""
        kept = msgspec.json.decode(state, type=_State)
        made = cls(brand, detection, name, observe)
        made._incidents = {incident.key: incident for incident in kept.incidents}
        made._muted, made.suppressed = kept.muted, kept.suppressed
        return made

    def _look(self, view: View, readings: Mapping[str, Measured]) -> None:
        """Each open incident remembers how it stands now, and whether that is calm."""
        for incident in self._incidents.values():
            if incident.phase == PENDING:
                continue
            rule = _RULE[incident.rule]
            reading = readings[rule.channel]
            incident.look = Look.of(view, reading, self._setting.config)
            if not calm(rule, view, reading):
                incident.calm = None
            elif incident.calm is None:
                incident.calm = _on_grid(view.at)

    def _hold(self, rule: Rule, view: View, reading: Measured) -> list[Signal]:
        known = self._incidents.get(rule.channel)
        if known is not None and known.phase != PENDING:
            return self._escalate(known, rule, view, reading)
        if self._mute(rule):
            return []
        if rule.kind is SignalKind.CRISIS and (attention := self._firing(SignalKind.ATTENTION)) is not None:
            return [self._turn_into(attention, rule, view, reading)]
        incident = self._incidents[rule.channel] = Incident(rule.channel, rule.id)
        incident.phase = FIRING
        incident.look = Look.of(view, reading, self._setting.config)
        incident.since = incident.look.window_start
        incident.id = stable_id("inc", rule.id, rule.version, view.brand, rule.channel, incident.since)
        return [self._notify(incident, Edge.FIRING, 0, view)]

    def _escalate(self, incident: Incident, rule: Rule, view: View, reading: Measured) -> list[Signal]:
        if incident.rule != rule.id:
            # What counts alone had found is now found by score: the same incident, and no news.
            incident.rule, incident.notified_score = rule.id, _size(reading)
            return []
        times, parts = GROWTH if rule.channel == COORDINATED else ESCALATION
        if not rule.warm or _size(reading) * parts < incident.notified_score * times:
            return []
        if view.at < incident.notified_at + ESCALATION_GAP or self._mute(rule):
            return []
        incident.phase = ESCALATED
        incident.escalations += 1
        return [self._notify(incident, Edge.ESCALATED, incident.escalations, view)]

    def _turn_into(self, incident: Incident, rule: Rule, view: View, reading: Measured) -> Signal:
        """Attention that proves to be a crisis stays one incident, and people hear of the change."""
        del self._incidents[incident.key]
        self._incidents.pop(rule.channel, None)
        self._incidents[rule.channel] = incident
        incident.key, incident.rule, incident.phase = rule.channel, rule.id, ESCALATED
        incident.look, incident.calm = Look.of(view, reading, self._setting.config), None
        incident.escalations += 1
        return self._notify(incident, Edge.ESCALATED, incident.escalations, view)

    def _settle(self, verdicts: Mapping[str, Verdict]) -> None:
        """Pending is what bursts without support; it and muting end with the burst."""
        bursting = {rule.channel: rule.id for rule in reversed(RULES) if verdicts[rule.id] is not Verdict.QUIET}
        for key in [key for key, incident in self._incidents.items() if incident.phase == PENDING]:
            if key not in bursting:
                del self._incidents[key]
        for channel, rule in sorted(bursting.items()):
            if verdicts[rule] is Verdict.UNSUPPORTED and channel not in self._incidents:
                self._incidents[channel] = Incident(channel, rule)
        for rule in [rule for rule in self._muted if verdicts[rule] is not Verdict.HOLDS]:
            del self._muted[rule]

    def _renew(self, view: View) -> list[Signal]:
        signals = []
        for key in sorted(self._incidents):
            incident = self._incidents[key]
            due = incident.phase != PENDING and view.at >= incident.notified_at + self._renotify
            if not due or incident.calm is not None:
                continue
            muted_by = self._muted_by(_RULE[incident.rule].kind, key)
            if muted_by is not None:
                incident.notified_at = view.at
                self._count(_RULE[incident.rule].kind, muted_by)
                continue
            incident.renotifications += 1
            signals.append(self._notify(incident, Edge.RENOTIFIED, incident.renotifications, view))
        return signals

    def _open(self) -> list[tuple[SignalKind, Incident]]:
        """What fires, in the rules' order of precedence: never in an order that a restart could change."""
        firing = [incident for incident in self._incidents.values() if incident.phase != PENDING]
        return [(rule.kind, incident) for rule in RULES for incident in firing if incident.rule == rule.id]

    def _firing(self, kind: SignalKind) -> Incident | None:
        return next((incident for found, incident in self._open() if found is kind), None)

    def _muted_by(self, kind: SignalKind, key: str) -> SignalKind | None:
        # What stirs the field is no news of the brand, and hides none.
        others = [(source, other) for source, other in self._open() if other.key not in (key, CATEGORY)]
        sources = (source for source, _ in others if kind in MUTES.get(source, ()))
        return next(sources, None)

    def _mute(self, rule: Rule) -> bool:
        source = self._muted_by(rule.kind, rule.channel)
        if source is None:
            return False
        if rule.id not in self._muted:
            self._muted[rule.id] = source
            self._count(rule.kind, source)
        return True

    def _count(self, kind: SignalKind, source: SignalKind) -> None:
        reason = f"{kind}_by_{source}"
        self.suppressed[reason] = self.suppressed.get(reason, 0) + 1

    def _notify(self, incident: Incident, edge: Edge, ordinal: int, view: View) -> Signal:
        signal = self._signal(incident, edge, ordinal, view.at, view)
        incident.notified_at = view.at
        incident.notified_score = _size(signal.reading)
        self._muted.pop(incident.rule, None)
        return signal

    def _signal(self, incident: Incident, edge: Edge, ordinal: int, at: int, view: View | None) -> Signal:
        rule = _RULE[incident.rule]
        if incident.look is None:
            raise ValueError(f"incident {incident.id} of {self._setting.brand} has never been looked at")
        id = stable_id("sig", rule.id, rule.version, self._setting.brand, incident.key, incident.since, edge, ordinal)
        return compose(id, incident.id, edge, at, rule, incident.look, self._setting, view)


_RULE = {rule.id: rule for rule in RULES}
_NOTHING = Repetition(None)
_UNHEARD = Unheard(CATEGORY)


def _size(reading: Measured) -> int:
    """What an incident grows by: its score, a campaign the accounts that take part."""
    return round((reading.value if reading.channel == COORDINATED else reading.score) * 10_000)


def _on_grid(at: int) -> int:
    return -(-at // SECOND) * SECOND
