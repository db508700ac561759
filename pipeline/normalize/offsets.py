"""Offsets to code points, once: AT Protocol counts UTF-8 bytes, Telegram UTF-16 units, X code points of the escaped text."""

from __future__ import annotations


def utf8_slice(text: str, start: object, end: object) -> str | None:
    """The part of `text` between two UTF-8 byte offsets; None where they are no valid range or split a character."""
    return _slice(text, "utf-8", 1, start, end)


def utf16_slice(text: str, start: object, end: object) -> str | None:
    """The part of `text` between two UTF-16 code unit offsets; None where they are no valid range or split a character."""
    return _slice(text, "utf-16-le", 2, start, end)


def _slice(text: str, encoding: str, width: int, start: object, end: object) -> str | None:
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        return None
    if encoding == "utf-8" and text.isascii():
        return text[start:end] if end <= len(text) else None
    units = text.encode(encoding)
    if end * width > len(units):
        return None
    try:
        return units[start * width : end * width].decode(encoding)
    except UnicodeDecodeError:
        return None
