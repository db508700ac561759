"""What one mention adds to its bucket, in integers, so that an edit or a delete can take exactly that away again."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from schemas.ids import hash64
from schemas.kinds import Intent, MentionKind, Polarity, TargetType
from schemas.mention import Mention

POLARITIES = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE, Polarity.UNSURE)
NEGATIVE, NEUTRAL, POSITIVE, UNSURE = range(4)
NOT_THE_BRAND = frozenset({TargetType.COMPETITOR, TargetType.CATEGORY})
WHOLE = 10_000
"""Fixed point: one unweighted mention."""


class Role(IntEnum):
    """How a mention counts."""

    OPINION = 0
    AMPLIFICATION = 1
    OWN = 2
    SET_ASIDE = 3
    ELSEWHERE = 4
    """About a competitor or the category only: in the target's slice, not in the brand's totals."""


class Contribution(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`author` and `text` are 64-bit hashes; `slices` are the labels under which it counts, as (dimension, label)."""

    role: Role
    polarity: int
    author: int
    question: bool
    weight: int
    engagement: int
    text: int
    slices: list[tuple[str, str]]
    hashtags: list[str]


def contribution_of(mention: Mention) -> Contribution:
    """The contribution of a matched mention. A text nobody could judge counts as `unsure`."""
    if mention.match is None:
        raise ValueError(f"mention {mention.uid} has no match block")
    understood = mention.understanding
    sentiment = understood.sentiment if understood else None
    polarity = POLARITIES.index(sentiment.label) if sentiment else UNSURE
    signature = understood.signature if understood else []
    targets = mention.match.targets
    slices = [("target", f"{target.type}:{target.id}") for target in targets]
    slices += [("network", mention.network), ("language", mention.lang.value if mention.lang else "und")]
    author = mention.author.id if mention.author else None
    return Contribution(
        role=_role(mention),
        polarity=polarity,
        author=hash64(f"{mention.network}:{author}") if author else hash64(mention.uid),
        question=bool(understood and Intent.QUESTION in understood.intents),
        weight=_weight(mention),
        engagement=engagement_of(mention),
        text=signature[0] if signature else hash64(mention.uid),
        slices=slices,
        hashtags=sorted({tag.casefold() for tag in mention.hashtags}),
    )


def _role(mention: Mention) -> Role:
    if mention.match is not None and mention.match.own:
        return Role.OWN
    if mention.flags.spam or mention.flags.boilerplate:
        return Role.SET_ASIDE
    targets = mention.match.targets if mention.match else []
    if targets and all(target.type in NOT_THE_BRAND for target in targets):
        return Role.ELSEWHERE
    return Role.AMPLIFICATION if mention.kind == MentionKind.REPOST else Role.OPINION


def _weight(mention: Mention) -> int:
    """1 for somebody unknown up to 5 for an influence of 100: clipped, so that one account cannot make a burst."""
    stamp = mention.understanding.influence if mention.understanding else None
    return WHOLE if stamp is None else WHOLE + round(stamp.score * 400)


def engagement_of(mention: Mention) -> int:
    """Likes, reposts, replies and quotes as the payload tells them."""
    counted = mention.engagement
    if counted is None:
        return 0
    return sum(value or 0 for value in (counted.likes, counted.reposts, counted.replies, counted.quotes))
