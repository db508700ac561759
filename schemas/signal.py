"""A signal: one turn in an incident's life, with everything needed to believe it or to recompute it."""

from __future__ import annotations

from typing import Literal

import msgspec

from schemas.kinds import Edge, SignalKind
from schemas.mention import Instant, Uid

Severity = Literal["info", "warning", "critical"]


class Scale(msgspec.Struct, frozen=True):
    """One span of the multi-scale score: what was seen, what was expected, and the distance in standard deviations."""

    buckets: int
    """Length in five-minute buckets."""
    observed: float
    """Mean count per bucket over the scale."""
    expected: float
    deviation: float
    z: float


class Reading(msgspec.Struct, frozen=True):
    """A channel at one instant, and the detector's integer state before the tested point (`pipeline.detect.scales`)."""

    channel: str
    value: int
    """The channel's count in the tested bucket so far (weights in 1/10,000 for weighted channels)."""
    score: float
    scales: list[Scale]
    baseline: list[int]
    """Flat integer state: the only thing besides the window's mentions that `explain` needs. In the channel `coordinated`
    what was measured (`pipeline.detect.coordination.Coordination`)."""
    warm: bool
    """The baseline has the history it needs; before that only floors decide."""


class Contribution(msgspec.Struct, frozen=True):
    label: str
    observed: int
    expected: int
    change: int


class Drivers(msgspec.Struct, frozen=True):
    """An exact decomposition of the measured change by one dimension: the `change`s add up to `total`."""

    dimension: Literal["network", "language", "target", "sentiment"]
    total: int
    parts: list[Contribution]


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A mention that shows the change best. `text` disappears when its author deletes it."""

    uid: Uid
    network: str
    text: str | None = None
    url: str | None = None
    author: str | None = None


class Coordination(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far what was said looks arranged: the group of posts with the highest score (`pipeline.detect.coordination` has the
    formula), and how much of the signal's own channel is made of posts like these.
    """

    score: float
    """0..1; from 0.5 on posts count as coordinated."""
    share: float | None
    """Of the channel's opinions in the last hour; null where there are none."""
    trace: Literal["words", "link", "hashtags"]
    """What the accounts have in common: nearly the same words, a link, a sequence of hashtags."""
    group: str
    """The cluster of those words, as windows name it, or the mark."""
    posts: int
    accounts: int
    known_ages: int
    """Accounts whose age the network tells; the others are judged by the trace alone."""
    new_accounts: int
    """Of these, made in the 30 days before they spoke."""
    alike_handles: int
    """Accounts whose handle looks made by a machine."""
    span_seconds: int
    """From the first post to the last."""
    half_seconds: int
    """The shortest stretch with half of the posts."""
    usual: int
    """Posts that the most repeated words of an hour usually reach with this brand."""


class Sentence(msgspec.Struct, frozen=True):
    """The explanation made of the signal's own numbers, by template."""

    es: str
    en: str


class Signal(msgspec.Struct, frozen=True, omit_defaults=True):
    """`id` hashes (rule, version, brand, key, window start, edge): a replay gives the same ids, a repeat is harmless."""

    id: str
    incident: str
    kind: SignalKind
    edge: Edge
    severity: Severity
    brand: str
    key: str
    """What the incident is about within the brand: a channel and perhaps a target."""
    rule: str
    rule_version: int
    config: str
    """Version of the configuration in force."""
    at: Instant
    """Log time of the decision."""
    window_start: Instant
    window_end: Instant
    value: int
    expected: float
    score: float
    threshold: float
    n: int
    """Opinions the decision rests on."""
    authors: int
    """Distinct people among them."""
    negative_share: float | None
    baseline_negative_share: float | None
    reading: Reading
    drivers: list[Drivers]
    evidence: list[Evidence]
    sentence: Sentence
    observe: bool = False
    """Computed in observe mode: visible, not delivered."""
    simulated: bool = False
    coordination: Coordination | None = None
    """Where some of it looks coordinated, of whatever kind the signal is; a crisis is then less severe."""
