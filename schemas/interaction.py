"""An interaction: what one author did to another's post. The only thing influence is made of."""

from __future__ import annotations

import msgspec

from schemas.kinds import InteractionKind
from schemas.mention import Instant, Origin, Uid


class Interaction(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Key of the record: `<network>:<target>`, the author acted upon."""

    uid: Uid
    """Of the acting post (or like); the same interaction told twice has one uid."""
    network: str
    kind: InteractionKind
    actor: str
    target: str
    at: Instant
    """When the log observed it: a like cannot be back-dated."""
    post: str | None = None
    """Uid of the post acted upon."""
    actor_created_at: Instant | None = None
    actor_followers: int | None = None
    actor_following: int | None = None
    actor_posts: int | None = None
    target_followers: int | None = None
    origin: Origin | None = None
