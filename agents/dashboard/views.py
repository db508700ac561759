"""What the page is told of mentions, windows and signals: only what it shows, links only to the web."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.dashboard.feed import Feed
from agents.dashboard.links import web_link
from agents.dashboard.voices import once_view, repeated_view, roles_view, since
from pipeline.detect.baseline import UNITS
from pipeline.windows.publish import net_sentiment
from schemas.instants import DAY, HOUR, from_wire
from schemas.kinds import Op
from schemas.mention import Mention
from schemas.signal import Evidence, Signal
from schemas.window import Window


def mention_view(mention: Mention) -> dict[str, Any]:
    """One mention for one brand; `key` names it on the page. `sentiment` is null where nothing was understood."""
    understood = mention.understanding
    sentiment = understood.sentiment if understood is not None else None
    brand = mention.match.brand if mention.match is not None else None
    author = mention.author
    return {
        "key": f"{mention.uid} {brand}",
        "uid": mention.uid,
        "version": mention.version,
        "edited": mention.edited,
        "brand": brand,
        "own": mention.match.own if mention.match is not None else False,
        "network": mention.network,
        "kind": mention.kind,
        "author": (author.display_name or author.handle) if author is not None else None,
        "author_id": author.id if author is not None else None,
        "lang": mention.lang.value if mention.lang is not None else None,
        "sentiment": sentiment.label if sentiment is not None else None,
        "title": mention.title,
        "text": mention.text,
        "quoted": mention.quoted_text,
        "warning": mention.content_warning,
        "set_aside": mention.flags.spam or mention.flags.boilerplate,
        "url": web_link(mention.url),
        "at": mention.event_time or mention.observed_at or mention.received_at,
    }


def delete_view(mention: Mention) -> dict[str, Any]:
    """What disappears: a uid; with `author_id`, everything that author wrote; with `before`, only earlier versions."""
    return {
        "uid": mention.uid,
        "author_id": mention.author.id if mention.op is Op.PURGE_AUTHOR and mention.author is not None else None,
        "before": mention.version if mention.op is Op.UPSERT else None,
    }


def window_view(window: Window) -> dict[str, Any]:
    return {"brand": window.brand, "row": window_row(window)}


def window_row(window: Window) -> list[int]:
    """[start in ms, negative, neutral, positive, unsure]: opinions of five minutes."""
    counts = window.sentiment
    return [from_wire(window.start), counts.negative, counts.neutral, counts.positive, counts.unsure]


def signal_view(signal: Signal, earlier: bool = False) -> dict[str, Any]:
    """A signal as a person reads it. `unit` divides value, expected and drivers. `earlier`: of a former run."""
    return {
        "id": signal.id,
        "incident": signal.incident,
        "kind": signal.kind,
        "edge": signal.edge,
        "severity": signal.severity,
        "brand": signal.brand,
        "channel": signal.reading.channel,
        "at": signal.at,
        "value": signal.value,
        "expected": signal.expected,
        "unit": UNITS.get(signal.reading.channel, 1),
        "warm": signal.reading.warm,
        "score": signal.score,
        "threshold": signal.threshold,
        "n": signal.n,
        "people": signal.authors,
        "negative_share": signal.negative_share,
        "usual_share": signal.baseline_negative_share,
        "drivers": signal.drivers,
        "evidence": [_evidence_view(evidence) for evidence in signal.evidence],
        "sentence": signal.sentence,
        "coordination": signal.coordination,
        "rule": f"{signal.rule} v{signal.rule_version}",
        "observe": signal.observe,
        "simulated": signal.simulated,
        "earlier": earlier,
    }


def hour_view(feed: Feed, at: int) -> dict[str, Any]:
    """Per brand, the last hour before log time `at`: opinions, reposts, net sentiment with n and its 95 % interval, and who speaks."""
    hours = {}
    for brand in feed.config.brands:
        windows = since(feed, brand.id, at - HOUR)
        negative = sum(window.sentiment.negative for window in windows)
        neutral = sum(window.sentiment.neutral for window in windows)
        positive = sum(window.sentiment.positive for window in windows)
        unsure = sum(window.sentiment.unsure for window in windows)
        hours[brand.id] = {
            "mentions": negative + neutral + positive + unsure,
            "reposts": sum(window.amplifications for window in windows),
            "net": net_sentiment(negative, neutral, positive),
            "once": once_view(windows),
            "roles": roles_view(windows),
        }
    return hours


def state_view(feed: Feed, status: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the page needs to begin with. `status["at"]` is the log time that the charts end at."""
    since = status["at"] - DAY - HOUR
    windows = {
        brand.id: [
            row
            for _, window in sorted(feed.windows.get(brand.id, {}).items())
            if (row := window_row(window))[0] > since
        ]
        for brand in feed.config.brands
    }
    return {
        "brands": [{"id": brand.id, "name": brand.name, "observe": brand.observe} for brand in feed.config.brands],
        "simulated": any(source.kind == "simulator" for source in feed.config.sources),
        "windows": windows,
        "repeated": {brand.id: repeated_view(feed, brand.id, status["at"]) for brand in feed.config.brands},
        "mentions": [mention_view(mention) for mention in feed.mentions],
        "signals": [
            *(signal_view(signal, earlier=True) for signal in feed.earlier),
            *(signal_view(signal) for signal in feed.signals),
        ],
        "status": status,
    }


def _evidence_view(evidence: Evidence) -> dict[str, Any]:
    return {
        "uid": evidence.uid,
        "network": evidence.network,
        "text": evidence.text,
        "url": web_link(evidence.url),
        "author_id": evidence.author,
    }
