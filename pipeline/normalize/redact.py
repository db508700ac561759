"""Masks e-mail addresses and telephone numbers, obfuscated ones too, before a text leaves the normaliser."""

from __future__ import annotations

import re

EMAIL = "[email]"
PHONE = "[phone]"

_TLD = r"(?:com|net|org|edu|gov|info|biz|eu|es|mx|ar|co|cl|pe|uy|ve|ec|br|pt|uk|us|ca|de|fr|it|nl|io|me|cat)"
_PROVIDER = r"(?:gmail|googlemail|hotmail|outlook|live|yahoo|ymail|icloud|proton|protonmail|aol|gmx|msn|telefonica|movistar|terra|mail)"
# A token may only start where no character of an address precedes: each start is tried once, so the cost is linear,
# and `@name@host.example`, a fediverse handle, is no address.
_LOCAL = r"(?<![\w.+%@/-])[\w.+%-]{1,64}"
_LABEL = r"[^\W_](?:[\w-]{0,62})"

_PLAIN = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL}){{0,4}}\.[^\W\d_]{{2,24}}(?![\w@])")
_COMMA = re.compile(rf"{_LOCAL}@{_LABEL}(?:[.,;]{_LABEL}){{0,2}}\s?[,;.]\s?{_TLD}\b", re.IGNORECASE)
_SPACED = re.compile(rf"{_LOCAL}\s{{0,2}}@\s{{0,2}}{_PROVIDER}(?:\s{{0,2}}[.,]?\s{{0,2}}{_TLD})?\b", re.IGNORECASE)
_AT = r"\s{0,2}[(\[{<]\s?(?:at|arroba|@)\s?[)\]}>]\s{0,2}"
_DOT = r"(?:[.,]|\s{0,2}[(\[{<]\s?(?:dot|punto|\.)\s?[)\]}>]\s{0,2}|\s{1,2}(?:dot|punto)\s{1,2})"
_BRACKETED = re.compile(rf"{_LOCAL}{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,2}}{_DOT}{_TLD}\b", re.IGNORECASE)
_WORDS = re.compile(
    rf"{_LOCAL}\s{{1,2}}(?:at|arroba)\s{{1,2}}{_LABEL}(?:\s{{1,2}}(?:dot|punto)\s{{1,2}}{_LABEL}){{0,2}}"
    rf"\s{{1,2}}(?:dot|punto)\s{{1,2}}{_TLD}\b",
    re.IGNORECASE,
)
_ARROBA = re.compile(rf"{_LOCAL}\s{{1,2}}arroba\s{{1,2}}{_LABEL}\.{_TLD}\b", re.IGNORECASE)

# Where a number begins and ends: not inside an address, an id, a price, a decimal or a hashtag.
_FROM = r"(?<![\w/=.,:#$€£@&?%+-])"
_TO = r"(?![\w%€$£/]|[.,:-]\d|\s?(?:euros?|eur|usd|dollars?|dólares|pesos|millones|million|people|personas|views)\b)"
_SEP = r"[ .\-\u00a0\u2011\u2013]"
_PHONES = re.compile(
    rf"(?:(?<![\w/=.,:#@&?%+-])(?:\+|00)(?=(?:[ .()\-\u00a0]{{0,2}}\d){{8}})[1-9]\d{{0,2}}(?:{_SEP}?\(?\d{{1,4}}\)?){{2,6}}(?!\d)"  # +34 612 345 678
    rf"|{_FROM}\(\d{{2,4}}\){_SEP}?\d{{3,5}}{_SEP}?\d{{4}}{_TO}"  # (555) 123-4567, (11) 91234-5678
    rf"|{_FROM}[2-9]\d\d(?P<a>[ .-])\d{{3}}(?P=a)\d{{4}}{_TO}"  # 555-123-4567
    rf"|{_FROM}[6789]\d\d(?P<b>[ .-])\d{{3}}(?P=b)\d{{3}}{_TO}"  # 612 345 678
    rf"|{_FROM}[6789]\d\d(?P<c>[ .-])\d\d(?P=c)\d\d(?P=c)\d\d{_TO}"  # 612 34 56 78
    rf"|{_FROM}9\d(?P<d>[ .-])\d{{3}}(?P=d)\d\d(?P=d)\d\d{_TO}"  # 91 123 45 67
    rf"|{_FROM}\d\d[ -]\d{{4}}[ -]\d{{4}}{_TO}"  # 55 1234 5678
    rf"|{_FROM}[67]\d{{8}}{_TO})",  # 612345678
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?P<word>\b(?:tel(?:f|éf|ef|éfono|efono|ephone)?|phone|mobile|whatsapp|wasap|wapp|wa|móvil|movil|cel|celular|fono|sms|call|text|"
    r"llama(?:r|me|nos|dme)?|ll[aá]ma(?:me|nos)|contacto?)\b(?:\s(?:me|us|al|a|at|on|is|es|el|número|numero|number|no|nº))?[\s.:#-]{1,4})"
    rf"\d(?:{_SEP}?\d){{6,14}}(?!\d)",
    re.IGNORECASE,
)
_RUN = re.compile(r"[0-9][0-9 ().\-\u00a0\u2011\u2013]{5,60}[0-9]")
"""Where a number may be: the patterns above are tried only there, for they are slow over a long text."""
_BEFORE = 24
_AFTER = 16


def redact(text: str) -> str:
    """The text with e-mail addresses as `[email]` and telephone numbers as `[phone]`; the same object where there are none."""
    if "@" in text:
        text = _PLAIN.sub(EMAIL, text)
        text = _COMMA.sub(EMAIL, text)
        text = _SPACED.sub(EMAIL, text)
    lowered = text.lower()
    if "arroba" in lowered or "at)" in lowered or "at]" in lowered or "at}" in lowered or "at>" in lowered:
        text = _BRACKETED.sub(EMAIL, text)
        text = _ARROBA.sub(EMAIL, text)
    elif "(@" in text or "[@" in text or "( @" in text:
        text = _BRACKETED.sub(EMAIL, text)
    if " dot " in lowered or " punto " in lowered:
        text = _WORDS.sub(EMAIL, text)
    return _mask_numbers(text) if _RUN.search(text) else text


def _mask_numbers(text: str) -> str:
    spans: set[tuple[int, int]] = set()
    for run in _RUN.finditer(text):
        start, end = max(0, run.start() - _BEFORE), run.end() + _AFTER
        for pattern in (_CALLED, _PHONES):
            for found in pattern.finditer(text, start, end):
                begin = found.end("word") if pattern is _CALLED else found.start()
                if begin < run.end() and found.end() > run.start():
                    spans.add((begin, found.end()))
    kept: list[str] = []
    done = 0
    for begin, finish in sorted(spans):
        if begin >= done:
            kept += (text[done:begin], PHONE)
            done = finish
    kept.append(text[done:])
    return "".join(kept)
