"""What one mention adds to its bucket, in integers, so that an edit or a delete can take exactly that away again."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from schemas.ids import hash64
from schemas.kinds import Intent, MentionKind, Polarity, TargetType
from schemas.mention import Mention, Understanding

POLARITIES = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE, Polarity.UNSURE)
NEGATIVE, NEUTRAL, POSITIVE, UNSURE = range(4)
NOT_THE_BRAND = frozenset({TargetType.COMPETITOR, TargetType.CATEGORY})
BRANDS_OWN = ("brand:negative:", "brand:neutral:", "brand:positive:")
"""How the trace of a rule begins by which a brand's own words decided what is felt."""
WHOLE = 10_000
"""Fixed point: one unweighted mention."""


class Role(IntEnum):
    """How a mention counts."""

    OPINION = 0
    AMPLIFICATION = 1
    OWN = 2
    SET_ASIDE = 3
    ELSEWHERE = 4
    """About a competitor, or a repost about the category: in the target's slice, not in the brand's totals."""
    CATEGORY = 5
    """About the category only: counted apart, where it may make an opportunity and never a crisis."""


class Contribution(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`author` is a 64-bit hash, `text` the id of the cluster (61 bits); `slices` are the labels under which it counts, as
    (dimension, label).

    `firm`: the brand's own words decided the polarity, and no model changes it afterwards.
    """

    role: Role
    polarity: int
    author: int
    question: bool
    weight: int
    engagement: int
    text: int
    slices: list[tuple[str, str]]
    hashtags: list[str]
    firm: bool = False
    deed: int = 0
    """What it was of its author (`pipeline.influence.roles.Deed`), to be taken back with it."""


def contribution_of(mention: Mention, cluster: int | None = None, role: Role | None = None) -> Contribution:
    """The contribution of a matched mention. A text nobody could judge counts as `unsure`.

    `cluster`: that of `Clusters`; without one, texts of the same first key are the same. `role`: where it is known already.
    """
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
        role=role_of(mention) if role is None else role,
        polarity=polarity,
        author=hash64(f"{mention.network}:{author}") if author else hash64(mention.uid),
        question=bool(understood and Intent.QUESTION in understood.intents),
        weight=_weight(mention),
        engagement=engagement_of(mention),
        text=cluster if cluster is not None else signature[0] >> 2 if signature else hash64(mention.uid) >> 3,
        slices=slices,
        hashtags=sorted({tag.casefold() for tag in mention.hashtags}) if mention.hashtags else [],
        firm=is_firm(understood),
    )


def is_firm(understood: Understanding | None) -> bool:
    """Whether a brand's own words decided what is felt."""
    if understood is None or not understood.trace:
        return False
    return any(rule.startswith(BRANDS_OWN) for rule in understood.trace)


def rescored(what: Contribution, score: Mention) -> Contribution:
    """The contribution with the polarity that a score gives it; the same one where it gives none or may not."""
    sentiment = score.understanding.sentiment if score.understanding else None
    if sentiment is None or what.firm:
        return what
    return msgspec.structs.replace(what, polarity=POLARITIES.index(sentiment.label))


def role_of(mention: Mention) -> Role:
    if mention.match is not None and mention.match.own:
        return Role.OWN
    if mention.flags.spam or mention.flags.boilerplate:
        return Role.SET_ASIDE
    targets = mention.match.targets if mention.match else []
    if targets and targets[0].type in NOT_THE_BRAND and all(target.type in NOT_THE_BRAND for target in targets):
        unbranded = all(target.type is TargetType.CATEGORY for target in targets)
        return Role.CATEGORY if unbranded and mention.kind != MentionKind.REPOST else Role.ELSEWHERE
    return Role.AMPLIFICATION if mention.kind == MentionKind.REPOST else Role.OPINION


def _weight(mention: Mention) -> int:
    """1 for somebody unknown up to 5 for an influence of 100: clipped, so that one account cannot make a burst."""
    stamp = mention.understanding.influence if mention.understanding else None
    return WHOLE if stamp is None else WHOLE + round(stamp.score * 400)


def author_of(mention: Mention) -> str | None:
    """`<network>:<id>`: ids are a network's own, the same number is somebody else elsewhere."""
    id = mention.author.id if mention.author else None
    return None if id is None else f"{mention.network}:{id}"


def engagement_of(mention: Mention) -> int:
    """Likes, reposts, replies and quotes as the payload tells them."""
    counted = mention.engagement
    if counted is None:
        return 0
    return (counted.likes or 0) + (counted.reposts or 0) + (counted.replies or 0) + (counted.quotes or 0)
