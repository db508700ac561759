"""Dead letters: from the record that could not be used, and to the topic that keeps it."""

from __future__ import annotations

from pipeline.emit import outgoing
from pipeline.record import Outgoing, Record
from schemas.codec import UpstreamFault
from schemas.instants import to_wire
from schemas.kinds import Stage
from schemas.letter import DeadLetter
from schemas.topics import DEADLETTERS


def letter_of(
    stage: Stage,
    record: Record,
    fault: UpstreamFault,
    network: str | None = None,
    source: str | None = None,
    id: str | None = None,
) -> DeadLetter:
    """What the stage could not use, with its exact bytes and coordinates; of a raw event also who sent it."""
    return DeadLetter(
        stage=stage,
        reason=fault.reason,
        detail=fault.detail,
        payload=record.value or b"",
        observed_at=to_wire(record.timestamp),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        network=network or None,
        source=source or None,
        id=id or None,
    )


def letter_record(letter: DeadLetter) -> Outgoing:
    """A dead letter on its topic; the same input refused twice has one id."""
    id = f"{letter.topic}/{letter.partition}/{letter.offset}"
    return outgoing(DEADLETTERS, letter.stage, letter, id=id, time=letter.observed_at)
