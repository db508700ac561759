"""The webhook's body: the same bytes at every attempt, under 20 kB."""

from __future__ import annotations

from typing import Any

import msgspec

from schemas.codec import dump_json
from schemas.kinds import webhook_type
from schemas.signal import Signal

BODY_BYTES = 20_000
"""Standard Webhooks 1.0.0 recommends less than 20 kB."""
_CUT_CHARS = 280


def webhook_body(signal: Signal) -> bytes:
    """`{"type", "timestamp", "data"}` as JSON. `timestamp` is when the decision fell, `data` the signal.

    What does not fit is left out, least needed first, and named in `data.trimmed`: the detector's state (`explain`
    reads it from the log), then long texts of the evidence, evidence, parts of drivers, drivers.
    """
    data: dict[str, Any] = msgspec.to_builtins(signal)
    envelope = {"type": webhook_type(signal.kind, signal.edge), "timestamp": signal.at, "data": data}
    trimmed: list[str] = []
    for name, cut in _CUTS:
        body = dump_json(envelope)
        if len(body) < BODY_BYTES:
            return body
        cut(data)
        trimmed.append(name)
        data["trimmed"] = trimmed
    body = dump_json(envelope)
    if len(body) >= BODY_BYTES:
        raise ValueError(
            f"signal {signal.id} has {len(body)} bytes without evidence and drivers; its texts are too long"
        )
    return body


def _cut_state(data: dict[str, Any]) -> None:
    data["reading"]["baseline"] = []


def _cut_texts(data: dict[str, Any]) -> None:
    for item in data["evidence"]:
        if len(item.get("text") or "") > _CUT_CHARS:
            item["text"] = item["text"][:_CUT_CHARS] + "…"


def _cut_evidence(data: dict[str, Any]) -> None:
    data["evidence"] = []


def _cut_parts(data: dict[str, Any]) -> None:
    for driver in data["drivers"]:
        driver["parts"] = sorted(driver["parts"], key=lambda part: -abs(part["change"]))[:10]


def _cut_drivers(data: dict[str, Any]) -> None:
    data["drivers"] = []


def _cut_rest(data: dict[str, Any]) -> None:
    data["reading"]["scales"] = []
    data["key"] = data["key"][:_CUT_CHARS]
    data["sentence"] = {language: text[:_CUT_CHARS] for language, text in data["sentence"].items()}


_CUTS = (
    ("reading.baseline", _cut_state),
    ("evidence.text", _cut_texts),
    ("evidence", _cut_evidence),
    ("drivers.parts", _cut_parts),
    ("drivers", _cut_drivers),
    ("sentence", _cut_rest),
)
