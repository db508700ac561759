"""A case: one question, criticism or thanks that deserves an answer, followed from open to resolved."""

from __future__ import annotations

from typing import Literal

import msgspec

from schemas.kinds import Intent
from schemas.mention import Instant, Uid


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """Identified by brand and the uid that opened it; closed by the brand's own reply seen in the stream."""

    id: str
    brand: str
    uid: Uid
    author: str | None
    intent: Intent
    state: Literal["open", "acknowledged", "resolved", "expired"]
    opened_at: Instant
    changed_at: Instant
    reply_uid: Uid | None = None
