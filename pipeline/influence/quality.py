"""How much an engager's attention is worth, from what the network says of the account: 0 for an evident throw-away."""

from __future__ import annotations

from pipeline.influence.fixed import ONE
from schemas.instants import DAY, from_wire
from schemas.interaction import Interaction

GROWN_UP_DAYS = 30
"""An account counts fully from this age on; younger ones in proportion."""
RATIO = 10
"""Following more than ten accounts for each follower is what follow-back robots do (TwitterAudit, BotRuler)."""
SMALL = 10
"""Added to both counts, so that a newcomer with few of either is not judged by a ratio of noise."""
POSTS_A_DAY = 50
"""More than this over an account's whole life is not a person's hand."""
NEGLIGIBLE = ONE // 20
"""Below this an engager is taken for nobody: any number of them adds nothing."""
UNKNOWN = ONE // 2


def quality(interaction: Interaction, observed_at: int) -> int:
    """q(u) in 1/10,000: the product of what is known, times 1/2 + known/6, so that what is unknown is never taken for good.

    The known are age, follow ratio and posts a day: the signs that SparkToro, HypeAuditor and BotRuler use, each weak
    alone. Nothing known gives 1/2. Raises ValueError for an `actor_created_at` that is not an instant.
    """
    if interaction.actor_created_at is None and interaction.actor_followers is None:
        return UNKNOWN
    worth, known = ONE, 0
    days: int | None = None
    if interaction.actor_created_at is not None:
        days = max(0, observed_at - from_wire(interaction.actor_created_at)) // DAY
        worth = worth * min(days, GROWN_UP_DAYS) // GROWN_UP_DAYS
        known += 1
    followers, following = interaction.actor_followers, interaction.actor_following
    if followers is not None and following is not None:
        allowed = RATIO * (max(0, followers) + SMALL)
        worth = worth * min(allowed, max(0, following) + SMALL) // (max(0, following) + SMALL)
        known += 1
    if days is not None and interaction.actor_posts is not None:
        allowed = POSTS_A_DAY * (days + 1)
        worth = worth * min(allowed, max(1, interaction.actor_posts)) // max(1, interaction.actor_posts)
        known += 1
    worth = worth * (3 + known) // 6
    return worth if worth >= NEGLIGIBLE else 0
