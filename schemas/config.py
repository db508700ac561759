"""Configuration as values: what the user wrote, validated, and the versioned record on `escucha.config`."""

from __future__ import annotations

import msgspec

from schemas.kinds import Intent, SignalKind, TargetType


class Target(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to listen for. `id` defaults to the brand's id for `brand`, else to type and position."""

    type: TargetType
    query: str
    id: str


class Lexicon(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a brand's own words feel, over whatever a model says. A `*` at the end of a phrase lets its last word go on."""

    negative: list[str] = []
    neutral: list[str] = []
    """Words that sound like a feeling and are none here: the name of a product, a term of the trade."""
    positive: list[str] = []


class Brand(msgspec.Struct, frozen=True, omit_defaults=True):
    """A brand, its typed queries, and the accounts that speak for it (`<network>:<handle or id>`)."""

    id: str
    name: str
    targets: list[Target]
    own_accounts: list[str] = []
    observe: bool = False
    """Listen without acting: signals are computed and visible, not delivered."""
    lexicon: Lexicon | None = None
    intents: dict[Intent, list[str]] = {}
    """Phrases that mean an intent when said about this brand."""


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where events come from. `options` are the connector's own, already validated by it."""

    id: str
    kind: str
    options: dict[str, str | int | float | bool | list[str]] = {}


class Route(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where signals go. Empty `brands` or `signals` mean all. The secret is read from the environment variable named."""

    id: str
    kind: str
    url: str
    secret_env: str
    brands: list[str] = []
    signals: list[SignalKind] = []
    allow_private: bool = False
    """Permit private and loopback addresses: for a receiver in one's own network."""


class Detection(msgspec.Struct, frozen=True, omit_defaults=True):
    """The alert dial and the clock of listening."""

    sensitivity: str = "balanced"
    """`sensitive`, `balanced` or `strict`: threshold 4, 5 or 6 standard deviations."""
    lateness_seconds: int = 600
    renotify_hours: int = 24


class Config(msgspec.Struct, frozen=True, omit_defaults=True):
    brands: list[Brand]
    sources: list[Source] = []
    routes: list[Route] = []
    detection: Detection = Detection()


class ConfigRecord(msgspec.Struct, frozen=True):
    """A configuration version; it holds for records observed at or after `effective_at` (milliseconds)."""

    version: str
    effective_at: int
    config: Config
