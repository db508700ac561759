"""A mention as possible evidence of what a bucket counts."""

from __future__ import annotations

from pipeline.windows.bucket import UNBRANDED, Candidate
from pipeline.windows.contribution import Contribution, Role
from schemas.mention import Mention

CHARS = 280
"""Of a text are kept."""
SHOWN = (Role.OPINION, Role.CATEGORY)
"""What may be evidence."""


def candidate_of(mention: Mention, what: Contribution, observed_at: int) -> Candidate:
    """`what`: its contribution; `observed_at`: log time in ms."""
    text = (mention.text or mention.title or "")[:CHARS]
    handle = mention.author.handle if mention.author else None
    return Candidate(
        UNBRANDED if what.role is Role.CATEGORY else what.polarity,
        what.weight,
        observed_at,
        mention.uid,
        mention.network,
        text,
        mention.url,
        handle,
        what.text,
    )
