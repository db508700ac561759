"""CloudEvents 1.0, Kafka binding, binary mode: every attribute is a header `ce_<name>`, UTF-8."""

from __future__ import annotations

from collections.abc import Sequence

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
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", id.encode()),
        ("ce_source", source.encode()),
        ("ce_type", type.encode()),
        ("content-type", b"application/json"),
    ]
    if time is not None:
        headers.append(("ce_time", time.encode()))
    headers.extend((name, value.encode()) for name, value in extra)
    return tuple(headers)


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
