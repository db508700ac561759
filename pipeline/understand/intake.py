"""One raw record taken in: normalised, matched, given its place in the log and in event time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from pipeline.match.timeline import Timeline
from pipeline.normalize import normalize
from pipeline.record import Record
from pipeline.windows.times import clamp
from schemas.codec import UpstreamFault
from schemas.headers import first_of, text
from schemas.instants import from_wire, to_wire
from schemas.interaction import Interaction
from schemas.kinds import Op
from schemas.mention import Match, Mention
from schemas.raw import RawEvent
from schemas.topics import RAW


class Item(NamedTuple):
    record: Record
    mention: Mention | None
    interactions: Sequence[Interaction]
    matches: Sequence[Match]
    fault: UpstreamFault | None
    scored: bool = True
    """False: it left without waiting for its author's score."""


class Intake:
    """Reads records one by one; knows nothing of those before."""

    def __init__(self, timeline: Timeline, lateness: int) -> None:
        self._timeline = timeline
        self._lateness = lateness
        self.clamped = 0

    def read(self, record: Record) -> Item:
        """What a record of social.raw says, matched against the configuration that holds at its time."""
        event = raw_event(record)
        try:
            mention, interactions = normalize(event, record.timestamp)
        except UpstreamFault as fault:
            return Item(record, None, (), (), fault)
        if mention is None:
            return Item(record, None, interactions, (), None)
        matches = self._timeline.at(record.timestamp).match(mention) if mention.op is Op.UPSERT else []
        event_time = self._event_time(mention, event, record)
        if matches or is_change(mention):
            mention = self._placed(mention, event, record, event_time)
        return Item(record, mention, interactions, matches, None)

    def _event_time(self, mention: Mention, event: RawEvent, record: Record) -> int:
        claimed = from_wire(mention.created_at) if mention.created_at else None
        if event.backfill and claimed is not None:
            return min(claimed, record.timestamp)
        event_time, moved = clamp(claimed, record.timestamp, self._lateness)
        self.clamped += moved
        return event_time

    def _placed(self, mention: Mention, event: RawEvent, record: Record, event_time: int) -> Mention:
        """The mention with its place in the log and in event time."""
        raw = msgspec.structs.replace(mention.raw, topic=RAW, partition=record.partition, offset=record.offset)
        return msgspec.structs.replace(
            mention,
            event_time=to_wire(event_time),
            backfill=event.backfill,
            raw=raw,
            observed_at=to_wire(record.timestamp),
        )


def raw_event(record: Record) -> RawEvent:
    found = first_of(record.headers)
    return RawEvent(
        network=text(found.get("network")) or "",
        source=text(found.get("source")) or "",
        id=text(found.get("ce_id")) or "",
        payload=record.value or b"",
        backfill=found.get("backfill") == b"1",
        batch=text(found.get("batch")),
    )


def is_change(mention: Mention) -> bool:
    """Whether it concerns what was said before, which anybody may have matched."""
    return mention.edited or mention.op in (Op.DELETE, Op.PURGE_AUTHOR, Op.SCORE)
