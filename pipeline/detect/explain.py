"""Recompute a signal from its own detector state and the mentions of the tested bucket, and say where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from pipeline.detect.baseline import BUCKET, LENGTH, PER_HOUR, SPAN
from pipeline.detect.compose import hour_of, rebuild
from pipeline.windows.contribution import NEGATIVE, POSITIVE, Contribution, Role, contribution_of
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
    differences = [
        f"{what}: the signal says {said}, recomputed {found}" for what, said, found in pairs if said != found
    ]
    return Recomputed(value, again.score, not differences, differences)


def count(brand: str, channel: str, bucket: int, before: int, mentions: Iterable[Mention]) -> int:
    """The channel's count in one bucket as listen had it at log time `before`, from the records of the log."""
    counted: dict[str, tuple[str, int, Contribution]] = {}
    deleted: set[str] = set()
    known = [mention for mention in mentions if mention.observed_at and from_wire(mention.observed_at) < before]
    for mention in sorted(known, key=_rank):
        if mention.match is None:
            _withdraw(counted, deleted, mention)
        elif mention.uid in deleted:
            continue
        elif mention.match.brand == brand and not mention.backfill and mention.op is Op.UPSERT:
            _take(counted, mention)
    return sum(_in_channel(what, channel) for _, number, what in counted.values() if number == bucket)


def _take(counted: dict[str, tuple[str, int, Contribution]], mention: Mention) -> None:
    """The first version says when, the highest what."""
    earlier = counted.get(mention.uid)
    if earlier is not None and mention.version <= earlier[0]:
        return
    at = mention.event_time or mention.observed_at
    number = earlier[1] if earlier is not None else from_wire(at or "") // BUCKET
    counted[mention.uid] = (mention.version, number, contribution_of(mention))


def _withdraw(counted: dict[str, tuple[str, int, Contribution]], deleted: set[str], change: Mention) -> None:
    """As listen does: a delete is for good, an edit that no longer matches only until one that does."""
    if change.op is Op.PURGE_AUTHOR and change.author is not None:
        author = hash64(f"{change.network}:{change.author.id}")
        gone = [uid for uid, (_, _, what) in counted.items() if what.author == author]
        deleted.update(gone)
        for uid in gone:
            del counted[uid]
    earlier = counted.get(change.uid)
    if earlier is None:
        return
    if change.op is Op.DELETE:
        deleted.add(change.uid)
    if change.op is Op.DELETE or (change.op is Op.UPSERT and change.version > earlier[0]):
        del counted[change.uid]


def _in_channel(what: Contribution, channel: str) -> int:
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
