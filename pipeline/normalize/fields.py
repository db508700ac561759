"""Typed access to parsed payloads: what identity rests on must be right, what merely enriches is null when it is not."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from schemas.codec import UpstreamFault
from schemas.instants import EARLIEST, LATEST, from_wire, to_wire
from schemas.kinds import LetterReason
from schemas.limits import FIELD_CHARS, LIST_ITEMS, UID_CHARS

Json = dict[str, Any]

EMPTY: Json = {}

_ID_CHARS = UID_CHARS - 48
"""Leaves room for the network's prefix and a suffix within `UID_CHARS`."""

_NOT_IN_IDS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")

_LARGEST = 2**53
"""Counters beyond what a double holds exactly are noise, and some readers of JSON would change them."""


def missing(where: str, what: str) -> UpstreamFault:
    return UpstreamFault(LetterReason.MISSING_FIELD, f"{where}: {what}")


def bad(where: str, what: str) -> UpstreamFault:
    return UpstreamFault(LetterReason.BAD_FIELD, f"{where}: {what}")


def need_object(parent: Json, key: str, where: str) -> Json:
    """A member that must be an object. Raises UpstreamFault."""
    value = parent.get(key)
    if isinstance(value, dict):
        return value
    if value is None:
        raise missing(where, "is absent")
    raise bad(where, "is not an object")


def need_text(parent: Json, key: str, where: str) -> str:
    """A member that must be a string, empty or not. Raises UpstreamFault."""
    value = parent.get(key)
    if isinstance(value, str):
        return value
    if value is None:
        raise missing(where, "is absent")
    raise bad(where, "is not a string")


def need_id(parent: Json, key: str, where: str) -> str:
    """A member that must be an id: a string without spaces or control characters, or a whole number within 64 bit. Raises UpstreamFault."""
    value = parent.get(key)
    if value is None or value == "":
        raise missing(where, "is absent")
    found = identity(value)
    if found is None:
        raise bad(where, "is not an id")
    return found


def identity(value: object) -> str | None:
    """An id as a string, or None where the value cannot be one."""
    if isinstance(value, str):
        if not value or len(value) > _ID_CHARS or _NOT_IN_IDS.search(value):
            return None
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    return None


def object_of(parent: Json, key: str) -> Json:
    """An optional object; an empty one where it is absent or of another type."""
    value = parent.get(key)
    return value if isinstance(value, dict) else EMPTY


def objects_of(parent: Json, key: str) -> list[Json]:
    """The objects of an optional list, at most `LIST_ITEMS`."""
    value = parent.get(key)
    if not isinstance(value, list):
        return []
    return [item for item in value[:LIST_ITEMS] if isinstance(item, dict)]


def text_of(parent: Json, key: str) -> str | None:
    """An optional string; an empty one counts as absent."""
    value = parent.get(key)
    return value if isinstance(value, str) and value else None


def bool_of(parent: Json, key: str) -> bool | None:
    value = parent.get(key)
    return value if isinstance(value, bool) else None


def count_of(parent: Json, key: str) -> int | None:
    """A counter: a whole number of at least 0, or null."""
    value = parent.get(key)
    if value is None:
        return None
    if type(value) is int and 0 <= value <= _LARGEST:
        return value
    number = whole_of(parent, key)
    return number if number is not None and number >= 0 else None


def whole_of(parent: Json, key: str) -> int | None:
    """A whole number of either sign, or null."""
    value = parent.get(key)
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and -_LARGEST <= value <= _LARGEST else None


def share_of(parent: Json, key: str) -> float | None:
    """A number of [0, 1] rounded to 4 decimals, or null."""
    value = parent.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return round(float(value), 4)


def millis_of_text(value: object) -> int | None:
    """Milliseconds of an ISO 8601 instant, or null where it is none or lies outside 1970..2100."""
    if not isinstance(value, str) or not value or len(value) > 40:
        return None
    try:
        return from_wire(value)
    except (ValueError, OverflowError):
        return None


def millis_of_seconds(value: object) -> int | None:
    """Milliseconds of a Unix time in seconds (number or numeric string), or null where it lies outside 1970..2100."""
    if isinstance(value, str) and value and len(value) < 24:
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not EARLIEST <= value <= LATEST / 1000:
        return None
    return int(value * 1000 + 0.5)


def wire(millis: int | None) -> str | None:
    return None if millis is None else to_wire(millis)


def url_of(parent: Json, key: str) -> str | None:
    """An optional http(s) address without spaces, within the limit of a field."""
    return address(parent.get(key))


def address(value: object) -> str | None:
    if (
        not isinstance(value, str)
        or len(value) > FIELD_CHARS
        or not value[:8].lower().startswith(("http://", "https://"))
    ):
        return None
    return None if _NOT_IN_IDS.search(value) else value


def host_of(value: object) -> str | None:
    """The host (and port, where given) of an address, lower-cased; null where there is none."""
    if not isinstance(value, str):
        return None
    try:
        host = urlsplit(value).netloc.rpartition("@")[2].lower()
    except ValueError:
        return None
    return identity(host)


def unique(items: list[str]) -> list[str]:
    """Without repeats, in order, at most `LIST_ITEMS`."""
    return list(dict.fromkeys(items))[:LIST_ITEMS]
