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


def score_of(key: str, author: Author, epoch: int) -> AuthorScore:
    """The version of a score that holds what was applied before the start of `epoch`.

    Components: `engagement` E; `quality` mean q of the engagers; `repetition` engagements per engager; `overflow`
    engagers beyond the map; `followers` as last reported, for the reader's eyes alone.
    """
    standing = author.standing(epoch)
    network, _, name = key.partition(":")
    suspect = scale.audience_suspect(author.followers, standing.engagers + standing.overflow, epoch - author.since)
    value = scale.score(standing.engagement, standing.n, standing.engagers)
    components = {
        "engagement": standing.engagement / ONE,
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


def authors_tick(partition: int, at: int, origin: int) -> Outgoing:
    """A tick for one partition of social.authors. It has a key, for a compacted topic takes no record without one."""
    return tick_to(AUTHORS, partition, at, origin)._replace(key=f"{TICK}:{origin}".encode())
