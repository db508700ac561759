"""The canonical mention: one thing somebody said, in one shape for every network.

Null means "the network does not say"; 0 means that it says zero. Instants are wire strings (`schemas.instants`).
On `social.mentions` a record is one mention for one brand (`match` set), or, without `match`, a change to a post
that may have been matched before (delete, edit marker, engagement, score): those go to every partition.

A score (op `score`) is the new version of a mention that a dearer model gives, some time after the mention itself: `uid` and
`version` name what it read, `understanding.sentiment` is what it found, its `model` the model's. For every brand of the post
it takes the place of that version's sentiment, except where a brand's own words decided (`brand:` in its `trace`);
everything else of the version stands. A version that is no longer the latest, a deleted post, a score told again: nothing
changes. An edit afterwards brings a sentiment of its own.

`gc=False`: a mention is a tree and never part of a cycle, and the collector would look at every one of them again and
again (measured: a tenth of the pipeline's time).
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from schemas.kinds import Aspect, Emotion, Flag, Intent, MentionKind, Op, Polarity, TargetType
from schemas.limits import FIELD_CHARS, LIST_ITEMS, TEXT_CHARS, UID_CHARS

Instant = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$", max_length=24)
]
Count = Annotated[int, msgspec.Meta(ge=0)]
Field = Annotated[str, msgspec.Meta(max_length=FIELD_CHARS)]
Text = Annotated[str, msgspec.Meta(max_length=TEXT_CHARS)]
Uid = Annotated[str, msgspec.Meta(min_length=3, max_length=UID_CHARS)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Lang(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """BCP 47 language and who said so: `declared` by the author, `platform`, or `detected` here."""

    value: str
    source: str


class Verified(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A platform's badge, and of which sort where it says."""

    value: bool
    type: str | None = None


class Author(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who spoke. `id` never changes on its network; a handle may. `id` has passed `author_key()` where pseudonyms are on."""

    id: str | None
    handle: Field | None = None
    display_name: Field | None = None
    url: Field | None = None
    bio: Field | None = None
    followers: Count | None = None
    following: Count | None = None
    posts: Count | None = None
    created_at: Instant | None = None
    verified: Verified | None = None
    bot: bool | None = None
    as_of: Instant | None = None


class Engagement(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Counters of the post as the payload gave them."""

    likes: Count | None = None
    dislikes: Count | None = None
    reposts: Count | None = None
    replies: Count | None = None
    quotes: Count | None = None
    views: Count | None = None
    bookmarks: Count | None = None
    score: int | None = None
    upvote_ratio: float | None = None
    rating: float | None = None
    as_of: Instant | None = None


class Link(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    url: Field
    expanded: Field | None = None
    title: Field | None = None


class Media(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    type: str
    url: Field | None = None
    alt: Field | None = None


class Named(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Somebody mentioned in the text."""

    id: str | None = None
    handle: Field | None = None


class Poll(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """ActivityStreams `Question`: the options and their votes."""

    options: list[str]
    votes: list[int | None]
    closes_at: Instant | None = None


class Flags(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What stands against counting a text as opinion."""

    spam: bool = False
    boilerplate: bool = False
    truncated: bool = False
    redacted: bool = False
    """An e-mail address or a telephone number was masked."""


class TargetMatch(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One target that matched: its type and id, and the half-open code point spans in `text` (title matches have none)."""

    type: TargetType
    id: str
    spans: list[tuple[int, int]] = []


class Match(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Which brand this record is for, and why. `own`: written by an account of the brand, an action, never counted."""

    brand: str
    config: str
    """Version of the configuration whose queries matched."""
    targets: list[TargetMatch] = []
    own: bool = False


class Sentiment(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Calibrated probabilities rounded to 1e-4, the decision, and the model that made it.

    `label` is `unsure` when the highest probability is below the model's stated confidence.
    """

    label: Polarity
    negative: Share
    neutral: Share
    positive: Share
    model: str
    mixed: bool = False
    """Praise and blame stand side by side, each with weight: the label says which prevails, and neither is to be lost."""


class Feeling(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The emotion that shows, with its calibrated probability (rounded to 1e-4) and the model that read it."""

    label: Emotion
    probability: Share
    model: str


class Judged(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One aspect and what is felt about it; `unsure` where it is praised and blamed. `term`: the words that name it, folded."""

    aspect: Aspect
    sentiment: Polarity
    term: str


class InfluenceStamp(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The author's influence as known when the mention was understood: 0..100, from n engagements; see `schemas.author`."""

    score: float
    n: Count
    confidence: Share
    as_of: Instant


class Understanding(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What was understood. A null sentiment or influence means there was too little to go on."""

    sentiment: Sentiment | None = None
    intents: list[Intent] = []
    influence: InfluenceStamp | None = None
    signature: list[int] = []
    """MinHash band keys of the masked text; two near-duplicates share at least one. Empty for texts too short to tell."""
    emotion: Feeling | None = None
    aspects: Annotated[list[Judged], msgspec.Meta(max_length=8)] = []
    flags: list[Flag] = []
    trace: Annotated[list[str], msgspec.Meta(max_length=8)] = []
    """Rules that decided, as `what:phrase`; a rule of the brand's own is `brand:what:phrase` and comes first."""


class Origin(msgspec.Struct, frozen=True, omit_defaults=False, gc=False):
    """The input record this one was derived from, and which of its `of` derived records this is."""

    topic: str
    partition: int
    offset: int
    ordinal: int
    of: int


class RawRef(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where the exact payload is, and its hash."""

    format: str
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    sha256: str | None = None


class Mention(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """See the module's docstring. Field names follow ActivityStreams where it has a word."""

    schema_version: int
    op: Op
    uid: Uid
    version: str
    """Orderable within a uid; the last writer wins."""
    network: str
    received_at: Instant
    raw: RawRef
    observed_at: Instant | None = None
    """Append time of the raw record: the log's own time."""
    event_time: Instant | None = None
    """`created_at` clamped to what the log can believe; the time of windows."""
    kind: MentionKind | None = None
    author: Author | None = None
    text: Text | None = None
    title: Field | None = None
    quoted_text: Text | None = None
    """For a repost or quote: the original's words, which are not this author's."""
    content_warning: Field | None = None
    lang: Lang | None = None
    created_at: Instant | None = None
    edited_at: Instant | None = None
    deleted_at: Instant | None = None
    edited: bool = False
    """This version corrects an earlier one of the same uid."""
    url: Field | None = None
    instance: Field | None = None
    conversation_id: str | None = None
    parent_id: str | None = None
    quoted_id: str | None = None
    reposted_id: str | None = None
    root_author_id: str | None = None
    parent_author_id: str | None = None
    engagement: Engagement | None = None
    media: Annotated[list[Media], msgspec.Meta(max_length=LIST_ITEMS)] = []
    links: Annotated[list[Link], msgspec.Meta(max_length=LIST_ITEMS)] = []
    mentions: Annotated[list[Named], msgspec.Meta(max_length=LIST_ITEMS)] = []
    hashtags: Annotated[list[str], msgspec.Meta(max_length=LIST_ITEMS)] = []
    cashtags: Annotated[list[str], msgspec.Meta(max_length=LIST_ITEMS)] = []
    poll: Poll | None = None
    country: str | None = None
    segment: str | None = None
    visibility: str = "public"
    sensitive: bool = False
    flags: Flags = Flags()
    backfill: bool = False
    """From gap filling or history: corrects the past, never fires."""
    match: Match | None = None
    understanding: Understanding | None = None
    origin: Origin | None = None
