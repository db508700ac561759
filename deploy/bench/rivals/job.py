"""The pure functions that every contender calls, and the window state and the rule that they share.

Windows are of an hour, every five minutes, by event time; the rule is `crisis-cold` of `pipeline.detect.rules`.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from agents.commands.common import tier0
from pipeline.detect.rules import RULES
from pipeline.detect.view import share
from pipeline.match import Matcher, config_version
from pipeline.normalize import normalize
from pipeline.windows.contribution import NEGATIVE, POSITIVE, Contribution, Role, contribution_of
from pipeline.windows.times import clamp
from schemas.codec import UpstreamFault, encode
from schemas.config import Config
from schemas.headers import first_of, text
from schemas.instants import HOUR, MINUTE, from_wire, to_wire
from schemas.mention import Match, Mention
from schemas.raw import RawEvent

WINDOW, STEP = HOUR, 5 * MINUTE
LATENESS = 10 * MINUTE
RULE = next(rule for rule in RULES if rule.id == "crisis-cold")
MENTIONS, WINDOWS, SIGNALS, RAW = "social.mentions", "social.windows", "social.signals", "social.raw"
STREAM = "escucha:signals"
"""The Redis stream to which every contender tells its signals, each with a field `brand`."""

Tally = dict[str, Any]
"""What a window holds, fit for JSON: counters, and the first few distinct people who complain."""


class Said(NamedTuple):
    """One mention for one brand: the record for social.mentions, and what it adds to a window at `at` (event time, ms)."""

    brand: str
    at: int
    mention: bytes
    adds: Tally


class Matched(NamedTuple):
    """A mention that some brand asked for, not yet understood."""

    mention: Mention
    matches: list[Match]
    timestamp: int


class Job:
    """Raw event in, mentions out. One per process: loading the models takes a second."""

    def __init__(self, config: Config) -> None:
        self._matcher = Matcher(config.brands, config_version(config))
        self._model = tier0()

    def understand(self, headers: Iterable[tuple[str, bytes]], payload: bytes, timestamp: int) -> list[Said]:
        """One event, for tools that hand over one at a time: tier 0 is called for each."""
        matched = self.match(headers, payload, timestamp)
        return self.tell([matched]) if matched is not None else []

    def match(self, headers: Iterable[tuple[str, bytes]], payload: bytes, timestamp: int) -> Matched | None:
        """None for what matches no query, cannot be read or only changes an earlier post."""
        found = first_of(tuple(headers))
        event = RawEvent(text(found.get("network")) or "", "race", text(found.get("ce_id")) or "", payload)
        try:
            mention = normalize(event, timestamp).mention
        except UpstreamFault:
            return None
        if mention is None or mention.op.value != "upsert":
            return None
        matches = self._matcher.match(mention)
        return Matched(mention, matches, timestamp) if matches else None

    def tell(self, batch: Sequence[Matched]) -> list[Said]:
        """What tier 0 makes of them, all in one call."""
        said = []
        read = self._model.understand([each.mention for each in batch]) if batch else []
        for (mention, matches, timestamp), (lang, understanding) in zip(batch, read, strict=True):
            claimed = from_wire(mention.created_at) if mention.created_at else None
            at, _ = clamp(claimed, timestamp, LATENESS)
            for match in matches:
                derived = msgspec.structs.replace(
                    mention,
                    lang=lang or mention.lang,
                    match=match,
                    understanding=understanding,
                    event_time=to_wire(at),
                    observed_at=to_wire(timestamp),
                )
                said.append(Said(match.brand, at, encode(derived), adds(derived)))
        return said


def adds(mention: Mention) -> Tally:
    """What a mention adds to a window."""
    return tally_of(contribution_of(mention))


def tally_of(what: Contribution) -> Tally:
    opinion = what.role is Role.OPINION
    negative = opinion and what.polarity == NEGATIVE
    return {
        "mentions": int(opinion),
        "negative": int(negative),
        "positive": int(opinion and what.polarity == POSITIVE),
        "questions": int(opinion and what.question),
        "weighted": what.weight if negative else 0,
        "engagement": what.engagement,
        "people": [str(what.author)] if negative else [],
    }


def empty() -> Tally:
    return {"mentions": 0, "negative": 0, "positive": 0, "questions": 0, "weighted": 0, "engagement": 0, "people": []}


def plus(one: Tally, more: Tally) -> Tally:
    """The sum. People are kept up to as many as the rule asks for."""
    people = one["people"]
    if more["people"] and len(people) < RULE.authors:
        people = [*people, *(person for person in more["people"] if person not in people)]
    return {
        "mentions": one["mentions"] + more["mentions"],
        "negative": one["negative"] + more["negative"],
        "positive": one["positive"] + more["positive"],
        "questions": one["questions"] + more["questions"],
        "weighted": one["weighted"] + more["weighted"],
        "engagement": one["engagement"] + more["engagement"],
        "people": people,
    }


def holds(tally: Tally) -> bool:
    """Whether the hour is a crisis by the rule."""
    negative = share(tally["negative"], tally["mentions"])
    return (
        tally["negative"] >= RULE.mentions
        and len(tally["people"]) >= RULE.authors
        and negative is not None
        and negative >= (RULE.share or 0)
    )


class Asked(NamedTuple):
    """What the race tells a contender."""

    bootstrap: str
    prefix: str
    """Before the names of topics and groups."""
    redis: str
    state: Path
    """A folder of its own, empty."""
    config: Config
    """The brands to listen for."""


def read_config(path: str | Path) -> Config:
    return msgspec.json.decode(Path(path).read_bytes(), type=Config)


def asked() -> Asked:
    """The command line. From then on the process ends with its parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    parser = argparse.ArgumentParser()
    parser.add_argument("bootstrap")
    parser.add_argument("prefix")
    parser.add_argument("redis")
    parser.add_argument("state", type=Path)
    parser.add_argument("config", type=read_config)
    return Asked(**vars(parser.parse_args()))


def _end_with_parent() -> None:
    """Our input ends when the race does, however it ends: no contender is left behind."""
    sys.stdin.buffer.read()
    os._exit(1)
