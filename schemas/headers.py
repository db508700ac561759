"""CloudEvents 1.0, Kafka binding, binary mode: every attribute is a header `ce_<name>`, UTF-8."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

Headers = tuple[tuple[str, bytes], ...]

TICK = "social.tick"
"""`ce_type` of ticks; they travel on the topics of the records they order."""

LEDGER = ("ledger", b"1")
"""Header of the one mention that stands for its raw event in the ledger (ordinal 0)."""

NO_HEADERS: Headers = ()


def cloud_event(
    *,
    id: str,  # CloudEvents' own attribute names
    source: str,
    type: str,
    time: str | None = None,
    extra: Sequence[tuple[str, str]] = (),
) -> Headers:
    """Headers of one event; (`source`, `id`) is unique and repeats on a redelivery."""
    told, kind = _constant(source, type)
    headers: Headers = (_VERSION, ("ce_id", id.encode()), told, kind, _JSON)
    if time is not None:
        headers += (("ce_time", time.encode()),)
    if extra:
        headers += tuple([(name, value.encode()) for name, value in extra])
    return headers


_VERSION = ("ce_specversion", b"1.0")
_JSON = ("content-type", b"application/json")


@lru_cache(maxsize=256)
def _constant(source: str, type: str) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    """The headers that all records of one producer on one topic share."""
    return ("ce_source", source.encode()), ("ce_type", type.encode())


def get(headers: Headers, name: str) -> str | None:
    """A header's text, or None where it is absent or not UTF-8."""
    for key, value in headers:
        if key == name:
            return text(value)
    return None


def first_of(headers: Headers) -> dict[str, bytes]:
    """The headers by name; of a name told twice the first, as `get` has it."""
    return dict(headers[::-1])


def text(value: bytes | None) -> str | None:
    """A header's value as text, or None where it is absent or not UTF-8."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None
