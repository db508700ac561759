"""One run: a world, what is planted into it, and the signals that the real stages make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from typing import NamedTuple

from deploy.coordination.background import Burst, Talk
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.processors import Plan, listen, understand
from pipeline.record import Record, tick_to
from pipeline.runtime.replay.run import raw_record
from pipeline.runtime.replay.source import Recorded
from pipeline.simulate import Simulated
from pipeline.simulate.campaign import Campaign, told
from pipeline.simulate.people import Crowd
from pipeline.understand import Tier0
from schemas.codec import decode
from schemas.config import Brand, Config, Target
from schemas.instants import HOUR, MINUTE, SECOND, from_wire
from schemas.kinds import Edge, SignalKind, TargetType
from schemas.signal import Signal
from schemas.topics import MENTIONS, RAW, SIGNALS

BATCH = 500
GRACE = 10 * MINUTE
"""A campaign is found if it is told of while it lasts or so much later."""


class Outcome(NamedTuple):
    """What became of one planted campaign or burst. `wait`: seconds from its start to the signal."""

    plan: Campaign
    found: bool
    wait: int | None
    score: float | None


class Trial(NamedTuple):
    posts: int
    outcomes: list[Outcome]
    strays: list[Signal]
    """Coordinated signals at times when nothing arranged was going on."""
    signals: list[Signal]


def brands(names: Sequence[str]) -> list[Brand]:
    return [Brand(name.lower(), name, [Target(TargetType.BRAND, name.lower(), name.lower())]) for name in names]


def run(
    config: Config,
    model: Tier0,
    texts: Sequence[str],
    start: int,
    until: int,
    *,
    rate: float,
    plans: Sequence[Campaign],
    bursts: Sequence[Burst] = (),
    warm: tuple[int, float] = (0, 0.0),
    seed: int = 7,
) -> Trial:
    """`texts`: what people say when nothing is arranged; `rate`: so many of them a minute and brand, after a time at another rate
    (`warm`: how long, in ms, and how many a minute). Signals are judged by brand and time alone, as a user would."""
    crowd = Crowd(seed, 20_000)
    talks = []
    for brand in config.brands:
        talk, mine = Talk(brand.id, brand.name, texts, crowd, seed), [one for one in bursts if one.brand == brand.id]
        early = talk.events(start, start + warm[0], warm[1])
        talks.append(chain(early, talk.events(start + warm[0], until, rate, mine)))
    counted = _Counted(merge(*talks, sorted(event for plan in plans for event in told(plan, seed))))
    signals = list(signals_of(config, model, counted, until))
    coordinated = [signal for signal in signals if signal.kind is SignalKind.COORDINATED]
    return Trial(counted.posts, [_outcome(plan, coordinated) for plan in plans], _strays(plans, coordinated), signals)


class _Counted:
    """Counts those that pass."""

    def __init__(self, events: Iterable[Simulated]) -> None:
        self._events = events
        self.posts = 0

    def __iter__(self) -> Iterator[Simulated]:
        for event in self._events:
            self.posts += 1
            yield event


def signals_of(config: Config, model: Tier0, events: Iterable[Simulated], until: int) -> Iterator[Signal]:
    """The signals that understand and listen make of events in order of time."""
    plan = Plan(1, 1, 1, 1)
    stage = understand(0, plan, Timeline(0, Matcher(config.brands, config_version(config))), model, config)
    ears = listen(0, plan, config)
    # Influence is not part of this: nobody waits for it.
    stage.let_go()
    offset = passed = 0
    for batch in _batches(events, until):
        made = []
        for record in stage.process(
            [record._replace(offset=offset + place) for place, record in enumerate(batch)]
        ).records:
            if record.topic == MENTIONS:
                made.append(Record(MENTIONS, 0, passed, 0, record.key, record.value, record.headers))
                passed += 1
        offset += len(batch)
        stage.let_go()
        for out in ears.process(made).records:
            if out.topic == SIGNALS:
                yield decode(Signal, out.value or b"")


def _batches(events: Iterable[Simulated], until: int) -> Iterator[list[Record]]:
    batch: list[Record] = []
    ticked = at = 0
    for event in events:
        at = max(at, event.observed_at)
        if at - ticked >= SECOND:
            batch.append(_tick(at))
            ticked = at
        raw = raw_record(Recorded(at, event.network, event.id, event.id, event.payload, None), at)
        batch.append(Record(RAW, 0, 0, at, raw.key, raw.value, raw.headers))
        if len(batch) >= BATCH:
            yield batch
            batch = []
    yield [*batch, _tick(until + HOUR)]


def _tick(at: int) -> Record:
    tick = tick_to(RAW, 0, at, 0)
    return Record(RAW, 0, 0, at, None, tick.value, tick.headers)


def _outcome(plan: Campaign, signals: Sequence[Signal]) -> Outcome:
    mine = [
        signal
        for signal in signals
        if signal.brand == plan.brand
        and signal.edge is not Edge.RESOLVED
        and plan.at <= from_wire(signal.at) <= plan.at + plan.duration + GRACE
    ]
    if not mine:
        return Outcome(plan, False, None, None)
    scores = [signal.coordination.score for signal in mine if signal.coordination is not None]
    return Outcome(plan, True, (from_wire(mine[0].at) - plan.at) // SECOND, max(scores, default=None))


def _strays(plans: Sequence[Campaign], signals: Sequence[Signal]) -> list[Signal]:
    spans = [(p.brand, p.at, p.at + p.duration + HOUR + GRACE) for p in plans if p.label()["arranged"]]
    return [
        signal
        for signal in signals
        if signal.edge is Edge.FIRING
        and not any(brand == signal.brand and at <= from_wire(signal.at) <= end for brand, at, end in spans)
    ]
