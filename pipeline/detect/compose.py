"""A complete signal from what was seen at one instant, kept in integers until it is needed."""

from __future__ import annotations

import msgspec

from pipeline.detect.baseline import BUCKET, LENGTH, PER_HOUR, UNITS, Baseline
from pipeline.detect.coordination import COORDINATED, SCORES_A_TEN, TRACES, Coordination
from pipeline.detect.drivers import drivers_of
from pipeline.detect.gauge import Measured
from pipeline.detect.rules import CATEGORY, Rule, count_of, severity_of
from pipeline.detect.sentence import sentence_of
from pipeline.detect.view import View, share, usual_share
from schemas import signal as wire
from schemas.instants import to_wire
from schemas.kinds import Edge
from schemas.limits import EVIDENCE
from schemas.signal import Reading, Sentence, Signal


class Setting(msgspec.Struct, frozen=True):
    """What a signal says of the brand and the configuration it was made under."""

    brand: str
    name: str
    config: str
    threshold: int
    observe: bool


class Look(msgspec.Struct, frozen=True):
    """One channel at one instant. `baseline`: see `take_reading`; counts are of the last hour."""

    channel: str
    bucket: int
    value: int
    baseline: list[int]
    opinions: int
    negatives: int
    authors: int
    history_opinions: int
    history_negatives: int
    config: str
    simulated: bool
    coordination: list[int] = []
    """`Coordination`, where anything looks coordinated; `group` names it, `coordinated` is how many of the `whole` of the
    channel's opinions do."""
    group: str = ""
    coordinated: int = 0
    whole: int = 0

    @classmethod
    def of(cls, view: View, reading: Measured, config: str) -> Look:
        channel = reading.channel
        weighed = None if channel == CATEGORY else view.weighed
        return cls(
            channel,
            view.bucket,
            reading.value,
            reading.baseline,
            count_of(channel, view) if channel == CATEGORY else view.opinions,
            view.category[0] if channel == CATEGORY else view.negatives,
            view.voices(channel),
            0 if channel == CATEGORY else view.history_opinions,
            0 if channel == CATEGORY else view.history_negatives,
            config,
            view.simulated,
            list(weighed.best) if weighed else [],
            weighed.group if weighed else "",
            weighed.of(channel) if weighed else 0,
            view.opinions if channel == COORDINATED else count_of(channel, view),
        )

    @property
    def window_start(self) -> int:
        return (self.bucket + 1 - PER_HOUR) * BUCKET

    @property
    def coordinated_share(self) -> int | None:
        """In 1/10,000 of the channel's opinions in the last hour."""
        return share(min(self.coordinated, self.whole), self.whole)

    def reading(self) -> Reading:
        return rebuild(self.channel, self.bucket, self.baseline, self.value)


def rebuild(channel: str, bucket: int, state: list[int], value: int) -> Reading:
    """A reading from its own state and the tested bucket's count.

    `state`: the baseline before the tested point (`Baseline.dump`), then the 23 earlier counts, oldest first. Of coordination,
    what was measured.
    """
    if channel == COORDINATED:
        return Reading(channel, value, state[0] / SCORES_A_TEN if state else 0.0, [], state, True)
    earlier = state[LENGTH:]
    score, scales, warm = Baseline.load(state[:LENGTH]).read(bucket, [*earlier, value])
    return Reading(channel, value, score, scales, state, warm)


def hour_of(reading: Reading) -> tuple[int, float]:
    """The channel's count over the last hour and its expectation, both in the channel's own unit: of coordination, accounts."""
    if reading.channel == COORDINATED:
        return reading.value, float(Coordination(*reading.baseline).usual) if reading.baseline else 0.0
    value = sum(reading.baseline[LENGTH + PER_HOUR :]) + reading.value
    expected = next(scale.expected for scale in reading.scales if scale.buckets == PER_HOUR)
    return value, round(expected * PER_HOUR * UNITS.get(reading.channel, 1), 4)


def compose(
    id: str, incident: str, edge: Edge, at: int, rule: Rule, look: Look, setting: Setting, view: View | None
) -> Signal:
    """The signal. Without a view (an incident that ends in silence) it has no drivers and no evidence: nothing drives it."""
    reading = look.reading()
    value, expected = hour_of(reading)
    threshold = float(setting.threshold if rule.warm else rule.mentions)
    usual = usual_share(look.history_negatives, look.history_opinions)
    now = share(look.negatives, look.opinions)
    signal = Signal(
        id=id,
        incident=incident,
        kind=rule.kind,
        edge=edge,
        severity=severity_of(rule.kind, reading.score, threshold, look.authors, look.coordinated_share or 0),
        brand=setting.brand,
        key=rule.channel,
        rule=rule.id,
        rule_version=rule.version,
        config=look.config,
        at=to_wire(at),
        window_start=to_wire(look.window_start),
        window_end=to_wire((look.bucket + 1) * BUCKET),
        value=value,
        expected=expected,
        score=reading.score,
        threshold=threshold,
        n=look.opinions,
        authors=look.authors,
        negative_share=None if now is None else now / 10_000,
        baseline_negative_share=None if usual is None else usual / 10_000,
        reading=reading,
        drivers=[] if view is None else drivers_of(view.slots.get(rule.channel, ()), value, round(expected)),
        evidence=[] if view is None else list(view.shown(rule.channel))[:EVIDENCE],
        sentence=Sentence("", ""),
        observe=setting.observe,
        simulated=look.simulated,
        coordination=_coordination(look),
    )
    return msgspec.structs.replace(signal, sentence=sentence_of(signal, setting.name))


def _coordination(look: Look) -> wire.Coordination | None:
    if not look.coordination:
        return None
    found, part = Coordination(*look.coordination), look.coordinated_share
    return wire.Coordination(
        score=found.score / 10_000,
        share=None if part is None else part / 10_000,
        trace=TRACES[found.kind],
        group=look.group,
        posts=found.posts,
        accounts=found.accounts,
        known_ages=found.known,
        new_accounts=found.new,
        alike_handles=found.alike,
        span_seconds=found.span,
        half_seconds=found.half,
        usual=found.usual,
    )
