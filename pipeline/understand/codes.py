"""What each code point is to the models: part of a word, a mark that speaks, or a gap. One table lookup a letter.

The tables follow the Unicode version of the Python that runs: letters assigned since are gaps until it knows them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GAP, WORD, SIGN, MARK = 0, 1, 2, 3
"""Gaps part tokens. A run of word letters is a token, a run of marks is one, and every sign (emoji) is one alone."""

HANDLE = "\ue000"
"""Any account, as one sign: who is spoken to says nothing of what is felt."""
LINK = "\ue001"
"""Any link, and the bare http that link-stripped corpora leave in its place."""

_KNOWN = 0x32000
"""Code points from here on are private, variation selectors or tags: gaps."""
_SIGNS = ((0x2190, 0x2200), (0x2300, 0x2400), (0x25A0, 0x27C0), (0x2B00, 0x2C00), (0x1F000, 0x1FB00), (0xE000, 0xE002))
_LETTERS = ((0x0900, 0x0964), (0x0E31, 0x0E4F), (0x3005, 0x3008))
"""Vowel signs and the like, which Python does not call alphanumeric though words are made of them."""
_MARKS = "!?¡¿…؟।.:;=()/*<>^~%$€£+-"
ALONE = "!?¡¿…؟()%$€£"
"""Marks that speak even when they stand alone; of the others ("..", ":-(", "<3") only runs do."""


def _kinds() -> NDArray[np.uint8]:
    kinds = np.zeros(_KNOWN + 1, np.uint8)
    kinds[:_KNOWN] = [chr(point).isalnum() for point in range(_KNOWN)]
    for first, end in _LETTERS:
        kinds[first:end] = WORD
    for first, end in _SIGNS:
        kinds[first:end] = SIGN
    kinds[[ord(mark) for mark in _MARKS]] = MARK
    kinds[ord("_")] = WORD
    return kinds


def _canonical() -> NDArray[np.uint32]:
    """Any digit is 0, any apostrophe is ', what people cannot see is a gap; Arabic without its vowel marks."""
    same = np.arange(_KNOWN + 1, dtype=np.uint32)
    same[:_KNOWN][[chr(point).isdecimal() for point in range(_KNOWN)]] = ord("0")
    same[[0x2019, 0x2018, 0x00B4, 0x0060, 0x02BC]] = ord("'")
    same[_KNOWN] = ord(" ")
    return same


KIND = _kinds()
CANONICAL = _canonical()
SPEAKS_ALONE = np.isin(np.arange(_KNOWN + 1), [ord(mark) for mark in ALONE])
SPEAKS = (KIND == SIGN) | np.isin(np.arange(_KNOWN + 1), [ord(mark) for mark in "!?¡¿؟:;=<>()^"])
SPEAKS[[ord(HANDLE), ord(LINK)]] = False
"""What says something of a feeling where there are no words."""
SILENT = np.zeros(_KNOWN + 1, bool)
SILENT[0x064B:0x0656] = True
SILENT[[0x0640, 0x0670]] = True
"""Arabic vowel marks and the stretching letter: written or not, the word is the same."""


def points(text: str) -> NDArray[np.uint32]:
    """The code points of a text, lone surrogates included; what is beyond the tables is one code point."""
    raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(raw, np.uint32(_KNOWN))
