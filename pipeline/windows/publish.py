"""Buckets as the windows that other people read."""

from __future__ import annotations

from math import sqrt
from typing import Literal

from pipeline.windows.bucket import Bucket
from pipeline.windows.clusters import Clusters
from pipeline.windows.contribution import UNSURE
from pipeline.windows.times import BUCKET
from pipeline.windows.voices import ROLE
from schemas.ids import stable_id
from schemas.instants import HOUR, to_wire
from schemas.kinds import AuthorRole, WindowState
from schemas.window import Cluster, Distinct, Estimate, Polarities, Slice, Top, Window

TOP = 10
TOP_CLUSTERS = 5
ENOUGH = 5
"""Below this many decided opinions a share says nothing."""


def net_sentiment(negative: int, neutral: int, positive: int) -> Estimate:
    """(positive - negative) / n with a 95 % Wald interval for the difference of two multinomial shares.

    Var = (p + q - (p - q)^2) / n: Agresti, Categorical Data Analysis (2002), section 1.5.
    """
    n = negative + neutral + positive
    if n < ENOUGH:
        return Estimate(None, n)
    p, q = positive / n, negative / n
    spread = 1.96 * sqrt(max(p + q - (p - q) ** 2, 0.0) / n)
    value = p - q
    return Estimate(round(value, 4), n, round(max(value - spread, -1.0), 4), round(min(value + spread, 1.0), 4))


def window_of(
    brand: str, size: Literal["5m", "1h"], bucket: Bucket, as_of: int, clusters: Clusters | None = None
) -> Window:
    """The published form of a bucket, complete up to log time `as_of`. `clusters`: those of the brand, as they are then."""
    span = BUCKET if size == "5m" else HOUR
    start = bucket.number * span
    tags = sorted(bucket.hashtags.items(), key=lambda item: (-item[1], item[0]))
    words = bucket.clusters()
    distinct = [0, 0, 0, 0]
    for row in words.values():
        distinct[_prevailing(row)] += 1
    return Window(
        id=stable_id("win", brand, size, start),
        brand=brand,
        size=size,
        start=to_wire(start),
        end=to_wire(start + span),
        state=WindowState.FINAL if bucket.final else WindowState.OPEN,
        revision=bucket.revision,
        as_of=to_wire(as_of),
        mentions=bucket.mentions,
        amplifications=bucket.amplifications,
        set_aside=bucket.set_aside,
        own_actions=bucket.own_actions,
        authors=Distinct(len(bucket.authors), bucket.authors_saturated),
        sentiment=Polarities(*bucket.polarity),
        net_sentiment=net_sentiment(*bucket.polarity[:3]),
        questions=bucket.questions,
        engagement=bucket.engagement,
        weighted_negative_e4=bucket.weighted_negative,
        distinct_texts=Distinct(len(words), bucket.texts_saturated),
        targets=_slices(bucket, "target"),
        networks=_slices(bucket, "network"),
        languages=_slices(bucket, "language"),
        hashtags=[Top(tag, count) for tag, count in tags[:TOP]],
        hashtags_overflow=bucket.hashtags_overflow + sum(count for _, count in tags[TOP:]),
        sentiment_distinct=Polarities(*distinct),
        net_sentiment_distinct=net_sentiment(*distinct[:3]),
        clusters=_clusters(bucket, words, clusters),
        roles=_roles(bucket),
    )


def _prevailing(row: list[int]) -> int:
    most = max(row)
    return row.index(most) if row.count(most) == 1 else UNSURE


def _clusters(bucket: Bucket, words: dict[int, list[int]], known: Clusters | None) -> list[Cluster]:
    spread = bucket.spread
    counts = (
        {id: sum(row) + spread.get(id, 0) for id, row in words.items()}
        if spread or bucket.mentions > len(words)
        else {}
    )
    counts |= {id: count for id, count in spread.items() if id not in counts}
    several = sorted((-count, id) for id, count in counts.items() if count > 1)
    return [_cluster(id, words.get(id, [0, 0, 0, 0]), spread.get(id, 0), known) for _, id in several[:TOP_CLUSTERS]]


def cluster_name(id: int) -> str:
    """A cluster's id as it is published."""
    return f"clu_{id:016x}"


def _cluster(id: int, row: list[int], reposts: int, known: Clusters | None) -> Cluster:
    name, opinions, felt = cluster_name(id), sum(row), Polarities(*row)
    told = known.told(id) if known is not None else None
    if told is None:
        return Cluster(name, opinions, reposts, felt)
    first, example = told.first, told.example
    return Cluster(
        name,
        opinions,
        reposts,
        felt,
        size=told.size,
        quotes=told.quotes,
        authors=Distinct(told.authors),
        first_author=first.author if first else None,
        first_uid=first.uid if first else None,
        first_seen=to_wire(first.seen) if first else None,
        example=example.uid if example else None,
        example_url=example.url if example else None,
    )


def _roles(bucket: Bucket) -> list[Slice]:
    own = Slice(AuthorRole.BRAND_OWNED.value, bucket.own_actions, 0, Polarities())
    return [*([own] if bucket.own_actions else []), *_slices(bucket, ROLE)]


def _slices(bucket: Bucket, dimension: str) -> list[Slice]:
    rows = bucket.slices.get(dimension, {})
    return [Slice(label, row[0], row[1], Polarities(*row[2:])) for label, row in sorted(rows.items())]
