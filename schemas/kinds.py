"""The closed vocabularies of the contract, each enumerated once."""

from __future__ import annotations

from enum import StrEnum


class Op(StrEnum):
    """What a mention record does to the state of its consumers."""

    UPSERT = "upsert"
    DELETE = "delete"
    ENGAGEMENT = "engagement"
    AUTHOR_UPDATE = "author_update"
    PURGE_AUTHOR = "purge_author"
    GAP = "gap"
    SCORE = "score"
    """A dearer model has read the text: its sentiment takes the place of the version's own, which stays as it is otherwise."""


class MentionKind(StrEnum):
    """What was written, in the field's words."""

    POST = "post"
    COMMENT = "comment"
    REPLY = "reply"
    REPOST = "repost"
    QUOTE = "quote"
    REVIEW = "review"
    ARTICLE = "article"


class TargetType(StrEnum):
    """What a query listens for."""

    BRAND = "brand"
    PRODUCT = "product"
    COMPANY = "company"
    CAMPAIGN = "campaign"
    URL = "url"
    PERSON = "person"
    HANDLE = "handle"
    COMPETITOR = "competitor"
    CATEGORY = "category"


class Polarity(StrEnum):
    """Sentiment of one mention. `unsure` is an abstention, not a fourth feeling."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    UNSURE = "unsure"


class Intent(StrEnum):
    """What the writer wants; several may hold at once."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    WISH = "wish"
    SWITCH = "switch"
    CALL_TO_ACTION = "call_to_action"
    THANKS = "thanks"
    APOLOGY = "apology"


class Emotion(StrEnum):
    """The dominant emotion that shows in the words. `none`: looked for and not there, as in calm praise and cold complaints."""

    LOVE = "love"
    JOY = "joy"
    ANGER = "anger"
    SADNESS = "sadness"
    FEAR = "fear"
    SURPRISE = "surprise"
    NONE = "none"


class Aspect(StrEnum):
    """What of a brand a text judges."""

    PRICE = "price"
    QUALITY = "quality"
    SERVICE = "service"
    DELIVERY = "delivery"
    APP = "app"
    WEBSITE = "website"
    STAFF = "staff"
    BILLING = "billing"
    AVAILABILITY = "availability"
    DESIGN = "design"
    SAFETY = "safety"
    PERFORMANCE = "performance"
    TASTE = "taste"
    COMFORT = "comfort"
    CLEANLINESS = "cleanliness"
    COMMUNICATION = "communication"
    RETURNS = "returns"
    SUSTAINABILITY = "sustainability"
    ETHICS = "ethics"


class Flag(StrEnum):
    """What else a text is; several may hold. Spam and boilerplate are `schemas.mention.Flags`, set where a post is normalised."""

    CONSTRUCTIVE = "constructive"
    """Criticism with a proposal or a detail one can act on."""
    ABUSE = "abuse"
    EXPECTATION_GAP = "expectation_gap"
    """An expectation is named, and was met or missed in either direction."""
    IRONY = "irony"


class InteractionKind(StrEnum):
    """What one author did to another's post."""

    LIKE = "like"
    REPLY = "reply"
    REPOST = "repost"
    QUOTE = "quote"
    MENTION = "mention"


class AuthorRole(StrEnum):
    """What an author is to one brand, by what they did of late; the first that holds, in this order."""

    BRAND_OWNED = "brand_owned"
    AUTOMATION = "suspected_automation"
    NEWCOMER = "newcomer"
    HELPER = "helper"
    """Answers what others ask."""
    CRITIC = "critic"
    ADVOCATE = "advocate"
    ASKER = "asker"
    AMPLIFIER = "amplifier"
    """Mostly repeats what others say."""
    NONE = "none"
    """Nothing in particular, or nobody known."""


class SignalKind(StrEnum):
    """What a signal says. The webhook `type` is `signal.<kind>.<edge>`."""

    CRISIS = "crisis"
    OPPORTUNITY = "opportunity"
    IMPROVEMENT = "improvement"
    ATTENTION = "attention"
    COORDINATED = "coordinated"
    SOURCE_SILENT = "source_silent"


class Edge(StrEnum):
    """Which turn in an incident's life a signal marks."""

    FIRING = "firing"
    ESCALATED = "escalated"
    RENOTIFIED = "renotified"
    RESOLVED = "resolved"


class WindowState(StrEnum):
    OPEN = "open"
    FINAL = "final"


class Stage(StrEnum):
    """Where in the flow something happened: the `stage` of dead letters, metrics and logs."""

    INGEST = "ingest"
    UNDERSTAND = "understand"
    LISTEN = "listen"
    INFLUENCE = "influence"
    ENRICH = "enrich"
    ALERT = "alert"


class LetterReason(StrEnum):
    """Why an input became a dead letter. Bounded, so that it may be a metric label."""

    TOO_LARGE = "too_large"
    """Over `limits.PAYLOAD_BYTES`; not parsed."""
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    TOO_DEEP = "too_deep"
    TOO_MANY_KEYS = "too_many_keys"
    UNKNOWN_NETWORK = "unknown_network"
    """No normaliser is registered for the record's `network` header."""
    UNSUPPORTED_SHAPE = "unsupported_shape"
    """Valid JSON, but not an event of this network that we know."""
    MISSING_FIELD = "missing_field"
    """The right shape without a field that gives it identity."""
    BAD_FIELD = "bad_field"
    """A field holds a value of the wrong type or outside its range."""
    NOT_AN_EVENT = "not_an_event"
    """Well-formed traffic of the network that carries nothing said (a keep-alive, an in-stream error, a count)."""
    BAD_RECORD = "bad_record"
    """One of our own topics carried bytes that do not decode."""


WEBHOOK_TYPES: tuple[str, ...] = (*(f"signal.{kind}.{edge}" for kind in SignalKind for edge in Edge), "ping", "digest")
"""Every `type` a webhook body may carry."""


def webhook_type(kind: SignalKind, edge: Edge) -> str:
    """The webhook `type` of a signal."""
    return f"signal.{kind}.{edge}"
