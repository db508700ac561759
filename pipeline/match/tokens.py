"""Words of folded text: words, emoji, #tags, @handles, $cash, and runs of scripts written without spaces."""

from __future__ import annotations

import re
import unicodedata

from pipeline.match.fold import fold, original_span

_INDIC = "\u0900-\u0963\u0966-\u0dff"
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3105-\u318f"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Hangul, kana, Han: no spaces, or particles glued to the word, so they match as substrings."""
_EMOJI = (
    "\u203c\u2049\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
_FLAG = "\U0001f1e6-\U0001f1ff"
"""Letters of which two are a country's flag."""
_UNSPACED_CHAR = re.compile(f"[{_UNSPACED}]")


def _pattern(wild: bool) -> re.Pattern[str]:
    """The one pattern of words. In queries (`wild`), `*` and an inner `?` belong to the word."""
    card = r"|\*|(?<=\w)\?(?=[\w?*])|(?<=\?)\?(?=[\w?*])" if wild else ""

    def some(chars: str) -> str:
        return f"(?:{chars}{card})+" if wild else f"{chars}+"

    name = some(r"\w")
    word = some(rf"[^\W_{_INDIC}{_UNSPACED}]")
    ticker = some(r"[^\W_]")
    return re.compile(
        rf"{word}"
        rf"|(?<!\w)@{name}(?:[.\-]{name})*(?:@{name}(?:[.\-]{name})*)?"
        rf"|(?<!\w)\#{name}"
        rf"|(?<![\w$])\$(?=[^\W\d_]){ticker}"
        rf"|{some(f'[{_INDIC}]')}"
        rf"|({some(f'[{_UNSPACED}]')})"
        rf"|[{_FLAG}][{_FLAG}]|[{_EMOJI}]"
    )


JOINED = 4
"""Words of a camel-cased tag that are also read as one."""
_TOKEN = _pattern(wild=False)
_QUERY_TOKEN = _pattern(wild=True)


Token = tuple[str, int, int, int, int, bool]
"""One way to read some words: (key, first, last, start, end, run).

`key` is folded, with its sigil (`#`, `@`, `$`) where it has one. `first` and `last` are positions: a camel-cased tag takes
as many as it has words, and is also each of them. `start` and `end` are offsets in the folded text. `run` marks a script
without spaces. A plain tuple, because one is made for every word of every text that may match.
"""


def query_pieces(folded: str) -> list[tuple[str, bool]]:
    """The words of a piece of a query, wildcards kept, and whether each is a run of a script without spaces."""
    return [(found.group(), found.lastindex is not None) for found in _QUERY_TOKEN.finditer(folded)]


def plain_pieces(folded: str) -> list[tuple[str, bool]]:
    """The words of a text, sigils kept, and whether each is a run of a script without spaces."""
    return [(found.group(), found.lastindex is not None) for found in _TOKEN.finditer(folded)]


def tokenise(folded: str, original: str, offsets: list[int] | None, position: int) -> list[Token]:
    """The words of one piece of text, numbered from `position` on. The original is needed for the case of tags."""
    tokens: list[Token] = []
    for found in _TOKEN.finditer(folded):
        start, end = found.span()
        key = folded[start:end]
        sigil = key[0]
        if sigil == "#":
            position = _add_tag(tokens, key, start, end, original[slice(*original_span(start, end, offsets))], position)
            continue
        tokens.append((key, position, position, start, end, found.lastindex is not None))
        if sigil in "@$":
            tokens.append((key[1:], position, position, start + 1, end, False))
        position += 1
    return tokens


def _add_tag(tokens: list[Token], key: str, start: int, end: int, written: str, position: int) -> int:
    words: list[Token] = []
    joined: list[Token] = []
    at = start + 1
    for word in camel_words(written[1:]):
        folded = fold(word)
        if folded.strip("_"):
            run = _UNSPACED_CHAR.match(folded) is not None
            here = position + len(words)
            words.append((folded, here, here, at, at + len(folded), run))
            joined += _joined(words)
        at += len(folded)
    last = position + max(len(words), 1) - 1
    tokens.append((key, position, last, start, end, False))
    if len(words) != 1:
        tokens.append((key[1:], position, last, start + 1, end, False))
    tokens.extend(words)
    tokens.extend(token for token in joined if token[4] - token[3] < len(key) - 1)
    return last + 1


def _joined(words: list[Token]) -> list[Token]:
    """What the last word makes with those right before it: `iPhone` and `YouTube` are cut where they are one name."""
    end, last = words[-1][4], words[-1][2]
    key, at = words[-1][0], words[-1][3]
    found: list[Token] = []
    for before in reversed(words[-JOINED:-1]):
        if before[4] != at or before[5] or words[-1][5]:
            break
        key, at = before[0] + key, before[3]
        found.append((key, before[1], last, at, end, False))
    return found


def camel_words(tag: str) -> list[str]:
    """`IberluzFallaOtraVez` as its words; they, with the underscores between them, add up to the tag.

    Cuts before a capital after a small letter, before the last capital of a run (`ABCNoticias`), between letters and
    digits, at underscores, and where a script without spaces begins or ends.
    """
    words: list[str] = []
    begin = 0
    for i in range(1, len(tag)):
        if _is_cut(tag, i):
            words.append(tag[begin:i])
            begin = i
    words.append(tag[begin:])
    return words


def _is_cut(tag: str, i: int) -> bool:
    before, here = tag[i - 1], tag[i]
    if (before == "_") != (here == "_") or before.isdigit() != here.isdigit():
        return True
    if (_UNSPACED_CHAR.match(before) is None) != (_UNSPACED_CHAR.match(here) is None):
        return True
    if here.isupper():
        small = before.islower() or unicodedata.category(before)[0] in "MC"  # an accent, or an invisible joiner
        return small or (before.isupper() and i + 1 < len(tag) and tag[i + 1].islower())
    return False
