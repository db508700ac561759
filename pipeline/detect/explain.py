"""Recompute a signal from its own detector state and the mentions of the tested bucket, and say where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from pipeline.detect.baseline import BUCKET, LENGTH, PER_HOUR, SPAN
from pipeline.detect.compose import hour_of, rebuild
from pipeline.detect.coordination import COORDINATED, SCORES_A_TEN, Coordination, score_of
from pipeline.detect.recount import Said, weigh_again
from pipeline.detect.rules import CATEGORY
from pipeline.windows.contribution import NEGATIVE, POSITIVE, Contribution, Role, contribution_of, rescored
from schemas.ids import hash64
from schemas.instants import from_wire
from schemas.kinds import Op
from schemas.mention import Mention
from schemas.signal import Signal

LAYOUT = LENGTH + SPAN - 1
"""Integers of a reading's state: `Baseline.dump`, then the 23 counts before the tested bucket, oldest first."""


class Recomputed(msgspec.Struct, frozen=True):
    """`value`: the channel's count over the last hour; `differences` name what the signal says otherwise."""

    value: int
    score: float
    agrees: bool
    differences: list[str]


def recompute(signal: Signal, mentions: Sequence[Mention]) -> Recomputed:
    """Count the tested bucket again and score it again.

    `mentions`: at least the records of the log that concern the tested bucket (the last five minutes before `window_end`),
    in any order; others are left out. Raises ValueError where the signal's state is not of the layout that
    `compose.rebuild` describes.
    """
    reading = signal.reading
    if reading.channel == COORDINATED:
        return _recompute_coordination(signal, mentions)
    if len(reading.baseline) != LAYOUT:
        raise ValueError(f"signal {signal.id} carries {len(reading.baseline)} integers of state, not {LAYOUT}")
    bucket = from_wire(signal.window_end) // BUCKET - 1
    counted = count(signal.brand, reading.channel, bucket, from_wire(signal.at), mentions)
    again = rebuild(reading.channel, bucket, reading.baseline, counted)
    value, expected = hour_of(again)
    pairs = [
        ("count of the tested bucket", reading.value, again.value),
        ("value", signal.value, value),
        ("expected", signal.expected, expected),
        ("score", signal.score, again.score),
        ("score of the reading", reading.score, again.score),
        ("scales", reading.scales, again.scales),
        ("warm", reading.warm, again.warm),
        ("window start", from_wire(signal.window_start), (bucket + 1 - PER_HOUR) * BUCKET),
    ]
    pairs += [
        (f"sum of drivers by {d.dimension}", d.total, sum(part.change for part in d.parts)) for d in signal.drivers
    ]
    pairs += [(f"total of drivers by {d.dimension}", d.total, value - round(expected)) for d in signal.drivers]
    return _compared(value, again.score, pairs)


def _compared(value: int, score: float, pairs: Sequence[tuple[str, object, object]]) -> Recomputed:
    differences = [
        f"{what}: the signal says {said}, recomputed {found}" for what, said, found in pairs if said != found
    ]
    return Recomputed(value, score, not differences, differences)


def _recompute_coordination(signal: Signal, mentions: Sequence[Mention]) -> Recomputed:
    """Find again what the first piece of evidence hangs together with in that hour, and weigh it again.

    `mentions`: those of the last hour. A signal that tells of an end shows no evidence: there only the formula is checked.
    """
    reading = signal.reading
    if len(reading.baseline) not in (0, len(Coordination._fields)):
        raise ValueError(f"signal {signal.id} carries {len(reading.baseline)} integers of what was measured")
    if not reading.baseline:
        return _compared(0, 0.0, [("value", signal.value, 0), ("score", signal.score, 0.0)])
    said = Coordination(*reading.baseline)
    last = from_wire(signal.window_end) // BUCKET - 1
    found = said
    if signal.evidence:
        posts = [
            Said(one.said, one.written, one.what.author)
            for one in replayed(signal.brand, said.at, mentions).values()
            if one.what.role is Role.OPINION and last - PER_HOUR < one.number <= last
        ]
        found = weigh_again(posts, signal.evidence[0].uid, said)
    pairs: list[tuple[str, object, object]] = list(zip(Coordination._fields, said, found, strict=True))
    formula = score_of(found.points, found.accounts, found.usual, found.posts, found.opinions)
    pairs += [("the formula", said.score, formula), ("value", signal.value, found.accounts)]
    pairs += [("expected", signal.expected, float(found.usual)), ("score", signal.score, formula / SCORES_A_TEN)]
    return _compared(found.accounts, formula / SCORES_A_TEN, pairs)


def count(brand: str, channel: str, bucket: int, before: int, mentions: Iterable[Mention]) -> int:
    """The channel's count in one bucket as listen had it at log time `before`, from the records of the log."""
    counted = replayed(brand, before, mentions).values()
    return sum(_in_channel(one.what, channel) for one in counted if one.number == bucket)


class Counted(NamedTuple):
    """A post as listen had it: of which version, in which bucket, what it added, what it says, written when (ms)."""

    version: str
    number: int
    what: Contribution
    said: Mention
    written: int


def replayed(brand: str, before: int, mentions: Iterable[Mention]) -> dict[str, Counted]:
    """The posts of a brand that count at log time `before`, by uid; history is not among them."""
    counted: dict[str, Counted] = {}
    deleted: set[str] = set()
    known = [mention for mention in mentions if mention.observed_at and from_wire(mention.observed_at) < before]
    for mention in sorted(known, key=_rank):
        if mention.match is None:
            _withdraw(counted, deleted, mention)
        elif mention.uid in deleted:
            continue
        elif mention.match.brand == brand and not mention.backfill and mention.op is Op.UPSERT:
            _take(counted, mention)
    return counted


def _take(counted: dict[str, Counted], mention: Mention) -> None:
    """The first version says when, the highest what."""
    earlier = counted.get(mention.uid)
    if earlier is not None and mention.version <= earlier.version:
        return
    at = mention.event_time or mention.observed_at
    written = earlier.written if earlier is not None else from_wire(at or "")
    counted[mention.uid] = Counted(mention.version, written // BUCKET, contribution_of(mention), mention, written)


def _withdraw(counted: dict[str, Counted], deleted: set[str], change: Mention) -> None:
    """As listen does: a delete is for good, an edit that no longer matches only until one that does; a score moves the polarity.

    No score came too late: the tested bucket is not final when its signal is decided.
    """
    if change.op is Op.PURGE_AUTHOR and change.author is not None:
        author = hash64(f"{change.network}:{change.author.id}")
        gone = [uid for uid, one in counted.items() if one.what.author == author]
        deleted.update(gone)
        for uid in gone:
            del counted[uid]
    earlier = counted.get(change.uid)
    if earlier is None:
        return
    if change.op is Op.SCORE:
        if change.version == earlier.version:
            counted[change.uid] = earlier._replace(what=rescored(earlier.what, change))
        return
    if change.op is Op.DELETE:
        deleted.add(change.uid)
    if change.op is Op.DELETE or (change.op is Op.UPSERT and change.version > earlier.version):
        del counted[change.uid]


def _in_channel(what: Contribution, channel: str) -> int:
    if channel == CATEGORY:
        return int(what.role is Role.CATEGORY)
    if what.role is not Role.OPINION:
        return 0
    match channel:
        case "total":
            return 1
        case "negative":
            return int(what.polarity == NEGATIVE)
        case "positive":
            return int(what.polarity == POSITIVE)
        case "weighted_negative":
            return what.weight if what.polarity == NEGATIVE else 0
        case "questions":
            return int(what.question)
        case _:
            raise ValueError(f"no such channel: {channel}")


def _rank(mention: Mention) -> tuple[str, str, int, int, int]:
    origin = mention.origin
    place = (origin.ordinal, origin.partition, origin.offset) if origin else (0, 0, 0)
    return (mention.observed_at or "", mention.uid, *place)
