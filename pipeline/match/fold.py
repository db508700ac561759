"""Folding: case, accents and typographic variants disappear, so that `Iberluz`, `IBERLÚZ` and `𝗜𝗯𝗲𝗿𝗹𝘂𝘇` are one word.

Each code point folds on its own (zero, one or several code points), so offsets into the original can be recovered.
"""

from __future__ import annotations

import re
import unicodedata

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")

_LETTERS = {
    # Letters with a stroke or joined letters, which Unicode does not decompose although readers type them plain.
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    # Arabic letters that readers type for one another, and their Persian forms.
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    # Unicode writes these out as letters, which would glue them to the brand's name.
    "™": " ",
    "℠": " ",
}

_SKIN_TONES = range(0x1F3FB, 0x1F400)
_VARIATIONS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_MARKS = (
    range(0x0300, 0x0370),  # Latin, Greek and Cyrillic accents
    range(0x0591, 0x05C8),  # Hebrew points
    range(0x064B, 0x0660),  # Arabic vowel signs
    range(0x0640, 0x0641),  # Arabic tatweel, a stretched line
    range(0x0670, 0x0671),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),  # enclosing marks: keycaps
)
"""Marks that readers leave out. Those of Indic scripts, Thai and Japanese change the word, and stay."""


def _is_dropped(char: str) -> bool:
    point = ord(char)
    return any(point in marks for marks in _MARKS)


def _fold_char(char: str) -> str:
    point = ord(char)
    if point in _SKIN_TONES or any(point in selectors for selectors in _VARIATIONS):
        return ""
    if unicodedata.category(char) == "Cf":
        return ""  # soft hyphens, joiners and directions: invisible, and used to hide words from filters
    folded = _LETTERS.get(char)
    if folded is None:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
        plain = "".join(_LETTERS.get(c, c) for c in plain if not _is_dropped(c))
        folded = unicodedata.normalize("NFC", plain).lower()
    return folded


class _Table(dict[str, str]):
    """Folds already worked out; `uneven` holds the code points that fold to none or several."""

    uneven: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.uneven = set()

    def __missing__(self, char: str) -> str:
        folded = _fold_char(char)
        self[char] = folded
        if len(folded) != 1:
            self.uneven.add(char)
        return folded


_TABLE = _Table()


def _fold_run(match: re.Match[str]) -> str:
    return "".join([_TABLE[char] for char in match.group()])


def fold(text: str) -> str:
    """The folded text. Folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    return _NOT_ASCII.sub(_fold_run, text).lower()


_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF))


def as_written(text: str) -> str:
    """The text as a reader sees it, case and accents kept: one blank for any white space, no invisible characters, and
    an accented letter as one character, however it was typed."""
    if text.isascii():
        return " ".join(text.split())
    return unicodedata.normalize("NFC", " ".join(text.translate(_INVISIBLE).split()))


def origins(text: str) -> list[int] | None:
    """For each code point of `fold(text)`, the offset in `text` it came from, and `len(text)` last.

    None where the offsets are the same, which is nearly always.
    """
    if text.isascii():
        return None
    for char in set(text):
        _ = _TABLE[char]
    if _TABLE.uneven.isdisjoint(text):
        return None
    found: list[int] = []
    for offset, char in enumerate(text):
        found.extend([offset] * len(_TABLE[char]))
    found.append(len(text))
    return found


def original_span(start: int, end: int, offsets: list[int] | None) -> tuple[int, int]:
    """The half-open span in the original of a span of the folded text; marks that folded away go with their letter."""
    if offsets is None:
        return start, end
    return offsets[start], max(offsets[end - 1] + 1, offsets[end])
