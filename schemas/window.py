"""A window: what was said about one brand in one bucket of event time.

Opinions are counted apart from amplification: a repost repeats somebody's words and is no opinion of its own.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from schemas.kinds import WindowState
from schemas.mention import Instant, Uid


class Polarities(msgspec.Struct, frozen=True):
    """Opinions by sentiment; they add up to the opinions counted."""

    negative: int = 0
    neutral: int = 0
    positive: int = 0
    unsure: int = 0


class Slice(msgspec.Struct, frozen=True):
    """The part of a window under one label (a target, a network, a language)."""

    label: str
    mentions: int
    amplifications: int
    sentiment: Polarities


class Top(msgspec.Struct, frozen=True):
    label: str
    count: int


class Distinct(msgspec.Struct, frozen=True):
    """An exact distinct count, or a lower bound once `saturated`."""

    count: int
    saturated: bool = False


class Estimate(msgspec.Struct, frozen=True):
    """A figure with its n and its 95 % interval. `value` is null when n is too small to say: no data is not zero."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


class Cluster(msgspec.Struct, frozen=True, omit_defaults=True):
    """What many said in nearly the same words, and how it spread. It names its posts and repeats no words: they may be withdrawn
    while windows stay.

    `size`, `quotes` and `authors` are of the 48 hours before the window's `as_of`; null where nothing is remembered any more.
    """

    id: str
    opinions: int
    """Posts with these words in the window."""
    amplifications: int
    """Reposts of them in the window."""
    sentiment: Polarities
    """Of the opinions in the window."""
    size: int | None = None
    """Posts and reposts."""
    quotes: int | None = None
    """Posts that quote one of them, with words of their own."""
    authors: Distinct | None = None
    first_author: str | None = None
    """`<network>:<id>`"""
    first_uid: Uid | None = None
    first_seen: Instant | None = None
    example: Uid | None = None
    """One of the later posts, to be looked up on `social.mentions`."""
    example_url: str | None = None


class Window(msgspec.Struct, frozen=True):
    """`id` hashes (brand, size, start); an open window's record is replaced by later ones with a higher `revision`."""

    id: str
    brand: str
    size: Literal["5m", "1h"]
    start: Instant
    end: Instant
    state: WindowState
    revision: int
    as_of: Instant
    """The log time up to which everything is in it."""
    mentions: int
    """Opinions: posts, comments, replies, quotes, reviews, articles of people other than the brand."""
    amplifications: int
    """Reposts."""
    set_aside: int
    """Flagged as spam or boilerplate; in no other count."""
    own_actions: int
    """Posts and replies by the brand's own accounts; in no other count."""
    authors: Distinct
    sentiment: Polarities
    net_sentiment: Estimate
    """(positive - negative) / (positive + neutral + negative), Wald interval; null below 5 decided opinions."""
    questions: int
    engagement: int
    """Likes, reposts, replies and quotes that the payloads reported: highest report per post, summed."""
    weighted_negative_e4: int
    """Influence-weighted negative opinions, in 1/10,000; see `pipeline.windows`."""
    distinct_texts: Distinct
    """Clusters among the opinions: what is left when near-duplicates are counted once."""
    targets: list[Slice]
    networks: list[Slice]
    languages: list[Slice]
    hashtags: list[Top]
    hashtags_overflow: int
    """Uses of hashtags that fell outside the published top."""
    sentiment_distinct: Polarities = Polarities()
    """Each cluster once, by what most of its posts feel; `unsure` where as many feel otherwise. `sentiment` counts every post."""
    net_sentiment_distinct: Estimate = Estimate(None, 0)
    """Of `sentiment_distinct`, as `net_sentiment` is of `sentiment`."""
    clusters: list[Cluster] = []
    """The largest few with several posts in the window, reposts among them, the largest first."""
    roles: list[Slice] = []
    """By what the author was to the brand when speaking (`schemas.kinds.AuthorRole`): the opinions and amplifications add up to
    those of the window, but for `brand_owned`, which are its `own_actions`."""
