"""What is published of an author at the end of an epoch."""

from __future__ import annotations

from pipeline.emit import outgoing
from pipeline.influence import scale
from pipeline.influence.author import Author
from pipeline.influence.fixed import EPOCH, ONE
from pipeline.record import Outgoing, tick_to
from schemas.author import AuthorScore
from schemas.headers import TICK
from schemas.instants import HOUR, to_wire
from schemas.topics import AUTHORS

DELAY = HOUR
"""A score takes effect this long after the end of its epoch: the slack in which it must reach the understand stage."""


def version_of(key: str, author: Author, epoch: int) -> AuthorScore | None:
    """The version of a score that holds what was applied before the start of `epoch`.

    None where there is nothing to tell: too little evidence for a score, and none was told before. Most authors are of this
    kind, and an hour's end is one step: they should cost it little.

    Components: `engagement` E and `half_way`, the E that scores 50 on this network; `quality` mean q of the engagers;
    `repetition` engagements per engager; `overflow` engagers beyond the map; `followers` as last reported.
    """
    engagers = author.engagers.values()
    if not author.scored and not scale.enough(sum(engager.count for engager in engagers), len(engagers)):
        return None
    standing = author.standing(epoch)
    network, _, name = key.partition(":")
    audience = standing.engagers + standing.overflow
    suspect = scale.audience_suspect(author.followers, audience, epoch - author.since) or scale.growth_suspect(
        author.followers, author.mark, author.mark_count
    )
    half_way = scale.half_way_of(network)
    value = scale.score(standing.engagement, standing.n, standing.engagers, half_way)
    if value is None and not author.scored:
        return None
    author.scored = value is not None
    among_peers = scale.peer_score(standing.engagement, standing.n, standing.engagers, author.followers, half_way)
    components = {
        "engagement": standing.engagement / ONE,
        "half_way": half_way / ONE,
        "overflow": float(standing.overflow),
        "quality": standing.mean_quality / ONE,
        "repetition": (ONE * standing.n // standing.engagers if standing.engagers else 0) / ONE,
    }
    if author.followers is not None:
        components["followers"] = float(author.followers)
    return AuthorScore(
        network=network,
        author=name,
        effective_at=to_wire(epoch * EPOCH + DELAY),
        as_of=to_wire(epoch * EPOCH),
        score=None if value is None else value / ONE,
        peer_score=None if among_peers is None else among_peers / ONE,
        n=standing.n,
        engagers=standing.engagers,
        confidence=scale.confidence(standing.n, suspect=suspect) / ONE,
        components=components,
        audience_suspect=suspect,
    )


def record_of(score: AuthorScore) -> Outgoing:
    """The record of one version; its id repeats on a replay. Its time is `as_of`."""
    key = f"{score.network}:{score.author}"
    return outgoing(AUTHORS, key, score, id=f"{key}@{score.as_of}", time=score.as_of)


def tombstone(key: str, epoch: int) -> Outgoing:
    """The influence stage remembers this author no longer: no score from `epoch` on, and the compacted topic lets go of the key."""
    as_of = to_wire(epoch * EPOCH)
    score = outgoing(AUTHORS, key, None, id=f"{key}@{as_of}", time=as_of)
    return score._replace(value=None)


def authors_tick(partition: int, at: int, origin: int) -> Outgoing:
    """A tick for one partition of social.authors. It has a key, for a compacted topic takes no record without one."""
    return tick_to(AUTHORS, partition, at, origin)._replace(key=f"{TICK}:{origin}".encode())
