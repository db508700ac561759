"""Ids as each network makes them. All from a time and a token, so that an id can be known before its post exists."""

from __future__ import annotations

from hashlib import blake2b

_TID = "234567abcdefghijklmnopqrstuvwxyz"
_LETTERS = str.maketrans("0123456789abcdef", "2345abcdghjkmpwz")
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_SNOWFLAKE_EPOCH = 1_288_834_974_657
_MASK = (1 << 64) - 1


def mix(token: int, salt: int = 0) -> int:
    """A 64-bit number scattered from another (splitmix64's finaliser)."""
    z = (token + (salt + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


_PAIR = tuple(a + b for a in _TID for b in _TID)


def _tid(value: int) -> str:
    pair = _PAIR
    return (
        _TID[value >> 60 & 31] + pair[value >> 50 & 1023] + pair[value >> 40 & 1023] + pair[value >> 30 & 1023]
        + pair[value >> 20 & 1023] + pair[value >> 10 & 1023] + pair[value & 1023]
    )  # fmt: skip


def _hashed(token: int, digits: int) -> str:
    """Digits of the base32 alphabet. Sixteen of the 32 letters, four bits each: a real encoding costs ten times as much."""
    return blake2b(token.to_bytes(8, "big"), digest_size=digits // 2).hexdigest().translate(_LETTERS)


def did(token: int) -> str:
    """A `did:plc` of 24 base32 digits."""
    return f"did:plc:{_hashed(token, 24)}"


def cid(token: int) -> str:
    """A CIDv1 of DAG-CBOR and SHA-256 in shape: `bafyrei` and 52 base32 digits."""
    return f"bafyrei{_hashed(token, 52)}"


def tid(at: int, token: int) -> str:
    """An AT protocol timestamp id: 13 digits of microseconds and a clock id."""
    return _tid((at * 1000 + token % 1000) << 10 | (token >> 10) & 1023)


def snowflake(at: int, token: int) -> str:
    """An X id."""
    return str((at - _SNOWFLAKE_EPOCH) << 22 | token & 0x3FFFFF)


def mastodon_id(at: int, token: int) -> str:
    """A Mastodon id: milliseconds and 16 bits of sequence."""
    return str(at << 16 | token & 0xFFFF)


def base36(value: int) -> str:
    digits = ""
    while value:
        value, digit = divmod(value, 36)
        digits = _BASE36[digit] + digits
    return digits or "0"


def reddit_id(at: int, token: int) -> str:
    """A Reddit id: base 36, growing with time as the real ones do."""
    return base36((at // 1000) << 20 | token & 0xFFFFF)
