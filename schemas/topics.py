"""The one table of topics. Code, AsyncAPI, JSON Schemas and `deploy/` are generated from it or checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.author import AuthorScore
from schemas.case import Case
from schemas.config import ConfigRecord
from schemas.instants import DAY
from schemas.interaction import Interaction
from schemas.letter import DeadLetter
from schemas.mention import Mention
from schemas.raw import RawEvent
from schemas.signal import Signal
from schemas.window import Window

RAW = "social.raw"
MENTIONS = "social.mentions"
INTERACTIONS = "social.interactions"
AUTHORS = "social.authors"
WINDOWS = "social.windows"
SIGNALS = "social.signals"
CASES = "social.cases"
LATE = "social.late"
DEADLETTERS = "social.deadletters"
CONFIG = "escucha.config"


@dataclass(frozen=True)
class Topic:
    """A topic's contract. `partitions` is the default for a cluster; the embedded bus has its own. Retention in ms; None keeps."""

    name: str
    key: str
    partitions: int
    retention: int | None
    cleanup: Literal["delete", "compact"]
    schema: type
    event: str
    """CloudEvents `type` of its records."""
    public: bool
    """Meant for other people's consumers: kept compatible."""
    about: str
    compaction_lag: int = 0
    """For how long (ms) superseded records stay: `min.compaction.lag.ms`."""


TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic(
            RAW,
            "author or uid",
            4,
            7 * DAY,
            "delete",
            RawEvent,
            "social.raw",
            False,
            "Exact payloads as received; ticks.",
        ),
        Topic(
            MENTIONS,
            "brand",
            4,
            30 * DAY,
            "delete",
            Mention,
            "social.mention",
            True,
            "One record per mention and brand.",
        ),
        Topic(
            INTERACTIONS,
            "author acted upon",
            4,
            7 * DAY,
            "delete",
            Interaction,
            "social.interaction",
            True,
            "Who acted on whose post.",
        ),
        Topic(
            AUTHORS,
            "network:author",
            4,
            None,
            "compact",
            AuthorScore,
            "social.author",
            True,
            "Influence of authors, by version.",
            # understand reads the versions that held when its backlog was observed
            compaction_lag=7 * DAY,
        ),
        Topic(
            WINDOWS,
            "brand",
            4,
            90 * DAY,
            "delete",
            Window,
            "social.window",
            True,
            "Buckets of event time, open and final.",
        ),
        Topic(
            SIGNALS, "brand", 4, 365 * DAY, "delete", Signal, "social.signal", True, "Turns in the life of incidents."
        ),
        Topic(
            CASES,
            "brand",
            4,
            None,
            "compact",
            Case,
            "social.case",
            True,
            "Questions, criticism and thanks until answered.",
        ),
        Topic(LATE, "brand", 4, 30 * DAY, "delete", Mention, "social.late", True, "Mentions too old for their bucket."),
        Topic(
            DEADLETTERS,
            "stage",
            1,
            30 * DAY,
            "delete",
            DeadLetter,
            "social.deadletter",
            False,
            "Inputs that could not be used, and why.",
        ),
        Topic(
            CONFIG,
            "version",
            1,
            None,
            "compact",
            ConfigRecord,
            "escucha.config",
            False,
            "Versions of the configuration.",
        ),
    )
}
