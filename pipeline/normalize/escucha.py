"""Our own events: scores that a model beside the stream has found (`schemas.score`). Their payload is `{"score": {...}}`."""

from __future__ import annotations

from typing import Any

import msgspec

from pipeline.normalize.result import SCHEMA_VERSION, Context, Normalized, Peek, unsupported
from schemas.codec import UpstreamFault
from schemas.kinds import LetterReason, Op
from schemas.mention import Mention, Understanding
from schemas.score import Score, score_id


def normalize(value: Any, ctx: Context) -> Normalized:
    """A score as the change that it is to an earlier mention; it interacts with nobody. Raises UpstreamFault."""
    if not isinstance(value, dict) or not isinstance(value.get("score"), dict):
        raise unsupported("an event of our own has an object `score`")
    try:
        score = msgspec.convert(value["score"], Score)
    except msgspec.ValidationError as fault:
        raise UpstreamFault(LetterReason.BAD_FIELD, f"not a score: {fault}") from None
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.SCORE,
        uid=score.uid,
        version=score.version,
        network=score.network,
        received_at=ctx.received,
        raw=ctx.raw("score"),
        understanding=Understanding(sentiment=score.sentiment),
    )
    return Normalized(mention, [])


def peek(value: Any) -> Peek | None:
    try:
        score = msgspec.convert(value.get("score"), Score) if isinstance(value, dict) else None
    except msgspec.ValidationError:
        return None
    return None if score is None else Peek(score.uid, None, score_id(score))


def cut(value: Any) -> list[Any] | None:
    return None
