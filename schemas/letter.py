"""A dead letter: an input that could not be used, kept with its exact bytes, its coordinates and the reason."""

from __future__ import annotations

import msgspec

from schemas.kinds import LetterReason, Stage


class DeadLetter(msgspec.Struct, frozen=True, omit_defaults=True):
    """`detail` says what, where and what to do, and never quotes a secret. `payload` is base64 on the wire: byte-identical."""

    stage: Stage
    reason: LetterReason
    detail: str
    payload: bytes
    observed_at: str
    topic: str
    partition: int
    offset: int
    network: str | None = None
    source: str | None = None
    id: str | None = None
    version: str | None = None
    """Version of the code that refused it: a redrive after a fix goes to a later one."""
