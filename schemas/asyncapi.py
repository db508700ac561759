"""The AsyncAPI 3 document of all topics, as plain values: channels, messages, and which stage sends and receives what."""

from __future__ import annotations

from typing import Any

from schemas.headers import TICK
from schemas.limits import PAYLOAD_BYTES
from schemas.topics import (
    AUTHORS,
    CASES,
    CONFIG,
    DEADLETTERS,
    INTERACTIONS,
    LATE,
    MENTIONS,
    RAW,
    SIGNALS,
    TOPICS,
    WINDOWS,
    Topic,
)

VERSION = "0.1.0"
"""Of the contract. A change that breaks a reader raises the first number that is not 0."""

TICKED = (RAW, MENTIONS, INTERACTIONS, AUTHORS)
"""Topics on which time passes as records."""

FLOW: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ingest": ((), (RAW,)),
    "understand": ((RAW, AUTHORS, CONFIG), (MENTIONS, INTERACTIONS, DEADLETTERS)),
    "listen": ((MENTIONS, CONFIG), (WINDOWS, SIGNALS, CASES, LATE, DEADLETTERS)),
    "influence": ((INTERACTIONS,), (AUTHORS, DEADLETTERS)),
    "enrich": ((MENTIONS,), (RAW,)),
    "alert": ((SIGNALS,), (DEADLETTERS,)),
}
"""Stage to the topics it receives from and sends to."""

_BINDING = "0.5.0"
_DRAFT = "application/schema+json;version=draft-2020-12"


def document() -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Escucha",
            "version": VERSION,
            "description": "Social mentions turned into explained crisis and opportunity signals, on Kafka topics.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{host}:{port}",
                "protocol": "kafka",
                "description": "Any Apache Kafka; the embedded bus keeps the same records in one file.",
                "variables": {"host": {"default": "localhost"}, "port": {"default": "9092"}},
            }
        },
        "channels": {topic.name: _channel(topic) for topic in TOPICS.values()},
        "operations": _operations(),
        "components": {"messages": {**{topic.event: _message(topic) for topic in TOPICS.values()}, TICK: _tick()}},
    }


def _messages(topic: Topic) -> tuple[str, ...]:
    return (topic.event, TICK) if topic.name in TICKED else (topic.event,)


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": topic.about,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages(topic)},
        "tags": [{"name": "public" if topic.public else "internal"}],
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": [topic.cleanup],
                    "retention.ms": -1 if topic.retention is None else topic.retention,
                },
                "bindingVersion": _BINDING,
            }
        },
    }


def _operations() -> dict[str, Any]:
    return {
        f"{stage}.{action}.{name}": {
            "action": action,
            "channel": {"$ref": f"#/channels/{name}"},
            "tags": [{"name": stage}],
            "messages": [{"$ref": f"#/channels/{name}/messages/{message}"} for message in _messages(TOPICS[name])],
        }
        for stage, (received, sent) in FLOW.items()
        for action, names in (("receive", received), ("send", sent))
        for name in names
    }


def _message(topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.event,
        "summary": topic.about,
        "contentType": "application/json",
        "headers": _raw_headers() if topic.name == RAW else _headers(topic.event),
        "payload": _raw_payload() if topic.name == RAW else _payload(topic.event),
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": _BINDING}},
    }


def _tick() -> dict[str, Any]:
    return {
        "name": TICK,
        "summary": "Time has passed: from an origin partition no record observed before `at` will follow.",
        "contentType": "application/json",
        "headers": {"type": "object", "required": ["ce_type"], "properties": {"ce_type": {"const": TICK}}},
        "payload": _payload(TICK),
    }


def _payload(event: str) -> dict[str, Any]:
    return {"schemaFormat": _DRAFT, "schema": {"$ref": f"json/{event}.json"}}


def _raw_payload() -> dict[str, Any]:
    about = (
        f"The exact bytes that the network sent, verbatim and unvalidated: usually JSON, at most {PAYLOAD_BYTES} bytes "
        "to be understood. What the connector knew is in the headers."
    )
    return {"schemaFormat": _DRAFT, "schema": {"description": about}}


def _headers(event: str) -> dict[str, Any]:
    """CloudEvents 1.0, Kafka protocol binding, binary mode."""
    return {
        "type": "object",
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
        "properties": {
            "ce_specversion": {"const": "1.0"},
            "ce_id": {"type": "string", "description": "The same again when the same thing is produced again."},
            "ce_source": {"type": "string"},
            "ce_type": {"const": event},
            "ce_time": {"type": "string", "format": "date-time"},
            "content-type": {"const": "application/json"},
            "traceparent": {"type": "string"},
        },
    }


def _raw_headers() -> dict[str, Any]:
    headers = _headers(TOPICS[RAW].event)
    headers["required"] += ["network", "source"]
    headers["properties"] |= {
        "network": {"type": "string", "description": "Which network's payload this is; chooses the normaliser."},
        "source": {"type": "string", "description": "The configured source that received it."},
        "backfill": {"const": "1", "description": "From gap filling or history: corrects the past, never fires."},
        "batch": {"type": "string", "description": "Hash of the batch this item was cut from."},
        "truncated": {"type": "string", "description": "Bytes before it was cut to what a broker takes."},
    }
    return headers
