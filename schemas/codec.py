"""The only JSON boundary: bytes to values and back, with limits, and whose fault it is in the type of the error."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
import orjson

from schemas.kinds import LetterReason
from schemas.limits import PAYLOAD_BYTES, PAYLOAD_DEPTH, PAYLOAD_KEYS

T = TypeVar("T")


class UpstreamFault(ValueError):
    """The input is bad, and not by our doing: it becomes a dead letter with this reason and detail."""

    def __init__(self, reason: LetterReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class RecordFault(UpstreamFault):
    """Bytes on one of our topics do not decode as what the topic carries."""

    def __init__(self, detail: str) -> None:
        super().__init__(LetterReason.BAD_RECORD, detail)


_ENCODER = msgspec.json.Encoder(order=None)


def encode(value: Any) -> bytes:
    """The wire form of a struct: UTF-8 JSON, fields in declared order; equal values give equal bytes."""
    return _ENCODER.encode(value)


@lru_cache(maxsize=64)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def decode(kind: type[T], data: bytes) -> T:
    """A validated struct from its wire form. Raises RecordFault saying which field is wrong."""
    try:
        value: T = _decoder(kind).decode(data)  # type: ignore[arg-type] # every class is hashable; T is unbounded to mypy
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as fault:
        raise RecordFault(f"not a {kind.__name__}: {fault}") from None
    return value


def parse_payload(data: bytes) -> Any:
    """A network's payload as plain objects, within the limits of the contract. Raises UpstreamFault."""
    if len(data) > PAYLOAD_BYTES:
        raise UpstreamFault(LetterReason.TOO_LARGE, f"{len(data)} bytes; the limit is {PAYLOAD_BYTES}")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        raise _why_not_json(data, fault) from None
    # Each member takes more than one byte: most payloads are too short to hold too many.
    if (len(data) > PAYLOAD_KEYS and data.count(b":") > PAYLOAD_KEYS) or data.count(b"[") + data.count(
        b"{"
    ) > PAYLOAD_DEPTH:
        _check_shape(value)
    return value


def _why_not_json(data: bytes, fault: orjson.JSONDecodeError) -> UpstreamFault:
    try:
        data.decode()
    except UnicodeDecodeError as broken:
        return UpstreamFault(LetterReason.NOT_UTF8, f"byte {broken.start} is not UTF-8")
    if "recursion" in fault.msg.lower() or "depth" in fault.msg.lower():
        return UpstreamFault(LetterReason.TOO_DEEP, f"nested deeper than {PAYLOAD_DEPTH}")
    where = re.sub(r"\s*\(char \d+\)$", "", str(fault))
    return UpstreamFault(LetterReason.NOT_JSON, where[:200])


def _check_shape(value: Any) -> None:
    keys = 0
    level = [value]
    for _ in range(PAYLOAD_DEPTH):
        below: list[Any] = []
        for node in level:
            # orjson makes exact dicts and lists, and nothing derived from them.
            if type(node) is dict:
                keys += len(node)
                below += [child for child in node.values() if type(child) is dict or type(child) is list]
            elif type(node) is list:
                below += [child for child in node if type(child) is dict or type(child) is list]
        if keys > PAYLOAD_KEYS:
            raise UpstreamFault(LetterReason.TOO_MANY_KEYS, f"more than {PAYLOAD_KEYS} object members")
        if not below:
            return
        level = below
    raise UpstreamFault(LetterReason.TOO_DEEP, f"nested deeper than {PAYLOAD_DEPTH}")


def dump_json(value: Any) -> bytes:
    """Plain objects to JSON: for payloads the simulator makes and answers the CLI prints."""
    return orjson.dumps(value)
