"""Configuration as values: what the user wrote, validated, and the versioned record on `escucha.config`."""

from __future__ import annotations

import msgspec

from schemas.kinds import Intent, Polarity, SignalKind, TargetType


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


class Learned(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a brand's own labels taught, over the sentiment of tier 0 (`escucha learn`).

    Log-odds against neutral, of negative and positive: tier 0's times `scale`, plus `biases`, plus a weight for each word
    or pair of neighbours of the text that `features` lists, times how often it stands there by the root of the number of words.
    """

    model: str
    """Version of tier 0 that it was made for: over another it means nothing."""
    languages: list[str]
    """Languages of the labels; mentions in others stay as tier 0 read them."""
    scale: float
    biases: tuple[float, float]
    threshold: float
    """Probability below which the label is `unsure`."""
    features: bytes = b""
    """The low 32 bits of each feature's hash, ascending, little-endian."""
    weights: bytes = b""
    """Two 16-bit integers a feature, little-endian, in ten-thousandths: of negative, of positive."""


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
    learned: Learned | None = None
    """Its own reading of sentiment. In the file: the path of what `escucha learn` wrote."""


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


class Budget(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many mentions a dearer tier may read again. Without any bound it reads whatever is doubtful."""

    share: float | None = None
    """At most this share of the matched mentions, from 0 to 1."""
    rate: float | None = None
    """At most so many mentions a second of log time."""
    influence: float | None = None
    """Authors of at least this influence (0..100) are always read again, whatever the doubt and the bounds."""


class Onnx(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tier 1: the small transformer of the extra `[onnx]`, in the stream."""

    budget: Budget = Budget(share=0.3)
    deadline_ms: int = 250
    """A batch that is not back by then goes on with tier 0."""
    queue: int = 2_000
    """Texts that may wait for the model in one process; beyond it mentions go on with tier 0."""


class Transformers(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tier 2: any Hugging Face text classification model, beside the stream (extra `[transformers]`)."""

    model: str
    """A model id of the hub, or the path of a folder."""
    labels: dict[str, Polarity] = {}
    """What the model's labels mean, where their names do not say."""
    languages: list[str] = []
    """Languages it reads; empty: all."""
    budget: Budget = Budget(share=0.1)
    workers: int = 1
    """Processes, each with its own copy of the model."""


class Tiers(msgspec.Struct, frozen=True, omit_defaults=True):
    """The dearer readers behind tier 0; none unless asked for."""

    onnx: Onnx | None = None
    transformers: Transformers | None = None


class Config(msgspec.Struct, frozen=True, omit_defaults=True):
    brands: list[Brand]
    sources: list[Source] = []
    routes: list[Route] = []
    detection: Detection = Detection()
    tiers: Tiers = Tiers()


class ConfigRecord(msgspec.Struct, frozen=True):
    """A configuration version; it holds for records observed at or after `effective_at` (milliseconds)."""

    version: str
    effective_at: int
    config: Config
