"""Buckets as the windows that other people read."""

from __future__ import annotations

from math import sqrt
from typing import Literal

from pipeline.windows.bucket import Bucket
from pipeline.windows.times import BUCKET
from schemas.ids import stable_id
from schemas.instants import HOUR, to_wire
from schemas.kinds import WindowState
from schemas.window import Distinct, Estimate, Polarities, Slice, Top, Window

TOP = 10
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


def window_of(brand: str, size: Literal["5m", "1h"], bucket: Bucket, as_of: int) -> Window:
    """The published form of a bucket, complete up to log time `as_of`."""
    span = BUCKET if size == "5m" else HOUR
    start = bucket.number * span
    tags = sorted(bucket.hashtags.items(), key=lambda item: (-item[1], item[0]))
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
        distinct_texts=Distinct(len(bucket.texts), bucket.texts_saturated),
        targets=_slices(bucket, "target"),
        networks=_slices(bucket, "network"),
        languages=_slices(bucket, "language"),
        hashtags=[Top(tag, count) for tag, count in tags[:TOP]],
        hashtags_overflow=bucket.hashtags_overflow + sum(count for _, count in tags[TOP:]),
    )


def _slices(bucket: Bucket, dimension: str) -> list[Slice]:
    rows = bucket.slices.get(dimension, {})
    return [Slice(label, row[0], row[1], Polarities(*row[2:])) for label, row in sorted(rows.items())]
