"""The simulator's events as lines that `escucha replay --network log` reads."""

from __future__ import annotations

from pipeline.simulate.post import Simulated
from schemas.codec import UpstreamFault, dump_json, parse_payload


def log_line(event: Simulated) -> bytes:
    """`{"network", "observed_at", "id", "payload"}` without a line end.

    The payload stands in the line byte for byte when it is a JSON object; anything else, a broken one, is a JSON string.
    """
    payload = event.payload if _is_object(event.payload) else dump_json(event.payload.decode())
    head = b'{"network":%b,"observed_at":%d,"id":%b,"payload":' % (
        dump_json(event.network),
        event.observed_at,
        dump_json(event.id),
    )
    return head + payload + b"}"


def _is_object(payload: bytes) -> bool:
    if not payload.startswith(b"{") or b"\n" in payload:
        return False
    try:
        parse_payload(payload)
    except UpstreamFault:
        return False
    return True
