"""An author's influence, as published on the compacted topic `social.authors`. Earned by engagement, never by followers."""

from __future__ import annotations

from typing import Annotated

import msgspec

from schemas.mention import Count, Instant, Share

Score = Annotated[float, msgspec.Meta(ge=0, le=100)]


class AuthorScore(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of one author's influence, valid for mentions observed at or after `effective_at`.

    `score` is against what its network's streams usually show, `peer_score` also against audiences of the same size; null
    below the minimum evidence. `n` counts engagements, `engagers` distinct people among them. `audience_suspect` warns of
    followers, or of a week's growth in them, far beyond what engagement explains; it never raises a score.

    A record without value ends the author's score an hour after its `ce_time`: the influence stage remembers the author no longer.
    """

    network: str
    author: str
    effective_at: Instant
    as_of: Instant
    score: Score | None
    n: Count
    engagers: Count
    confidence: Share
    components: dict[str, float] = {}
    audience_suspect: bool = False
    peer_score: Score | None = None
