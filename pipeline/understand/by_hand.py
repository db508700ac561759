"""What one piece of text is made of, letter by letter in plain Python: for the few new pieces of a small batch.

`spelled.spell` does the same for many at once, several times faster from a dozen pieces on; for one its hundred calls of numpy
cost more than this. Both give the same, which tests/property/test_understand_pieces.py holds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.understand.codes import CANONICAL, KIND, MARK, SIGN, SILENT, SPEAKS, SPEAKS_ALONE, WORD
from pipeline.understand.spelled import BASE, GRAM_SALT, LONGEST_TOKEN

_LAST = len(KIND) - 1
_KINDS = KIND.tobytes()
_OTHER = {int(point): int(CANONICAL[point]) for point in np.flatnonzero(np.arange(len(CANONICAL)) != CANONICAL)}
_SILENT = frozenset(np.flatnonzero(SILENT).tolist())
_SPEAKS, _ALONE = frozenset(np.flatnonzero(SPEAKS).tolist()), frozenset(np.flatnonzero(SPEAKS_ALONE).tolist())
_GAP, _DIGIT, _APOSTROPHE, _LESS = ord(" "), ord("0"), ord("'"), ord("<")
_EYES, _MOUTHS = frozenset(map(ord, ":;=")), frozenset(map(ord, "dpo"))
_LAUGHTER = 7
"""Code points, gaps included, of the shortest piece that laughs longer than it needs to."""
_WRAP = (1 << 64) - 1
_SALT_3, _SALT_4 = 3 * GRAM_SALT, 4 * GRAM_SALT


class Piece(NamedTuple):
    """Of one piece: its tokens and letters by three and by four, the letters not yet mixed (`spelled.mixed`)."""

    tokens: list[int]
    is_word: list[bool]
    threes: list[int]
    fours: list[int]
    letters: int
    signs: int


def spell_one(piece: str) -> Piece:
    """`piece` as `spelled.spell` takes texts, without blanks."""
    code = _letters(piece)
    kind = [_KINDS[point] for point in code]
    if kind.count(WORD) < len(code) - 2:
        kind = _apostrophes_and_faces(code, kind)
    tokens, is_word, signs = _tokens(code, kind)
    letters = [point if own == WORD else _GAP for point, own in zip(code, kind, strict=True)]
    threes, fours = [], []
    count = 0
    for at in range(1, len(code) - 1):
        if kind[at] == WORD:
            count += code[at] != _DIGIT and code[at] != _APOSTROPHE
            start = (letters[at - 1] * BASE + letters[at]) * BASE + letters[at + 1]
            threes.append((start + _SALT_3) & _WRAP)
            if kind[at + 1] == WORD:
                fours.append((start * BASE + letters[at + 2] + _SALT_4) & _WRAP)
    return Piece(tokens, is_word, threes, fours, count, signs)


def _letters(piece: str) -> list[int]:
    """Code points between two gaps; stretched words and laughter cut to two."""
    code = [_GAP]
    for letter in piece:
        point = min(ord(letter), _LAST)
        point = _OTHER.get(point, point)
        if point not in _SILENT and not (len(code) > 2 and point == code[-1] == code[-2] and _KINDS[point]):
            code.append(point)
    code.append(_GAP)
    if len(code) < _LAUGHTER:
        return code
    repeats = [
        at > 1 and code[at] == code[at - 2] and _KINDS[code[at]] == WORD == _KINDS[code[at - 1]]
        for at in range(len(code))
    ]
    if True in repeats:
        kept = [at for at in range(len(code)) if not (at > 3 and repeats[at] and repeats[at - 1] and repeats[at - 2])]
        return [code[at] for at in kept]
    return code


def _apostrophes_and_faces(code: list[int], kind: list[int]) -> list[int]:
    changed = kind.copy()
    for at in range(1, len(code) - 1):
        before, point = code[at - 1], code[at]
        if point == _APOSTROPHE and kind[at - 1] == WORD == kind[at + 1]:
            changed[at] = WORD
        if kind[at + 1] != WORD and ((point in _MOUTHS and before in _EYES) or (point == _DIGIT and before == _LESS)):
            changed[at] = MARK
    return changed


def _tokens(code: list[int], kind: list[int]) -> tuple[list[int], list[bool], int]:
    """Numbers of the tokens, whether each is a word, and how many are signs that speak."""
    tokens: list[int] = []
    is_word: list[bool] = []
    signs = 0
    at, end = 1, len(code) - 1
    while at < end:
        own, first = kind[at], at
        at += 1
        if not own:
            continue
        while own != SIGN and kind[at] == own:
            at += 1
        if own == MARK and at == first + 1 and code[first] not in _ALONE:
            continue
        number = 0
        for point in code[first : min(at, first + LONGEST_TOKEN)]:
            number = (number * BASE + point) & _WRAP
        tokens.append(number)
        is_word.append(own == WORD)
        signs += own != WORD and code[first] in _SPEAKS
    return tokens, is_word, signs
