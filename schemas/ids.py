"""Deterministic ids: hashes of what a thing is, so that a replay names it the same."""

from __future__ import annotations

from hashlib import blake2b


def stable_id(prefix: str, *parts: str | int) -> str:
    """`<prefix>_<26 hex digits>` of the parts. Parts are length-prefixed, so ("a", "bc") and ("ab", "c") differ."""
    digest = blake2b(digest_size=13)
    for part in parts:
        text = str(part).encode()
        digest.update(len(text).to_bytes(4, "big"))
        digest.update(text)
    return f"{prefix}_{digest.hexdigest()}"


def hash64(text: str) -> int:
    """A 64-bit hash of a string, the same in every process and on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
