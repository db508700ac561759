"""A complete signal from what was seen at one instant, kept in integers until it is needed."""

from __future__ import annotations

import msgspec

from pipeline.detect.baseline import BUCKET, LENGTH, PER_HOUR, UNITS, Baseline
from pipeline.detect.drivers import drivers_of
from pipeline.detect.gauge import Measured
from pipeline.detect.rules import Rule, severity_of
from pipeline.detect.sentence import sentence_of
from pipeline.detect.view import View, share, usual_share
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

    @classmethod
    def of(cls, view: View, reading: Measured, config: str) -> Look:
        channel = reading.channel
        return cls(
            channel,
            view.bucket,
            reading.value,
            reading.baseline,
            view.opinions,
            view.negatives,
            view.authors.get(channel, 0),
            view.history_opinions,
            view.history_negatives,
            config,
            view.simulated,
        )

    @property
    def window_start(self) -> int:
        return (self.bucket + 1 - PER_HOUR) * BUCKET

    def reading(self) -> Reading:
        return rebuild(self.channel, self.bucket, self.baseline, self.value)


def rebuild(channel: str, bucket: int, state: list[int], value: int) -> Reading:
    """A reading from its own state and the tested bucket's count.

    `state`: the baseline before the tested point (`Baseline.dump`), then the 23 earlier counts, oldest first.
    """
    earlier = state[LENGTH:]
    score, scales, warm = Baseline.load(state[:LENGTH]).read(bucket, [*earlier, value])
    return Reading(channel, value, score, scales, state, warm)


def hour_of(reading: Reading) -> tuple[int, float]:
    """The channel's count over the last hour and its expectation, both in the channel's own unit."""
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
        severity=severity_of(rule.kind, reading.score, threshold, look.authors),
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
        evidence=[] if view is None else list(view.evidence.get(rule.channel, ()))[:EVIDENCE],
        sentence=Sentence("", ""),
        observe=setting.observe,
        simulated=look.simulated,
    )
    return msgspec.structs.replace(signal, sentence=sentence_of(signal, setting.name))
