"""Cues: words and phrases that tell something, all of them found in one pass over a folded text.

The notation of `pipeline.understand.words`: phrases are separated by `|` or a new line. `(a/b)` stands for either, `(a /)` for
`a ` or nothing; a `*` at the end lets a word go on; `a ~ b` is `a` and then `b` within the sentence, at most `REACH` characters
on. A cue begins and ends at the edge of a word, and the last letter of its last word may be drawn out ("graciasss").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import NamedTuple

import ahocorasick

from schemas.kinds import Aspect

REACH = 60
"""Characters between the two halves of a cue in two parts."""
LONGEST = 64
"""Characters of one phrase."""

_GROUP = re.compile(r"\(([^()]*)\)")
_NOTATION = re.compile(r"[()|\\?](?!$)|[()|\\]$|\*.")
"""What is left where brackets do not match or a `*` is not at the end."""
_STOP = re.compile(r"[.!?;\n]")
_OPENERS = '\n\t\r"(¡¿#*[“«—'
"""What may stand before the first letter of a word beside a space."""
_ASCII_OPENERS = "".join(opener for opener in _OPENERS if opener.isascii())
_ASPECTS = frozenset(str(aspect) for aspect in Aspect)


class Cue(NamedTuple):
    """A phrase as the rules know it, and what its tags say."""

    phrase: str
    tags: tuple[str, ...]
    sign: int | None
    """What it feels: -1, 0 ("good morning": it sounds so and is not) or 1; None for a phrase that judges nothing."""
    judges: tuple[str, ...]
    """Aspects that it names and judges at once."""
    names: tuple[str, ...]
    """Aspects that it names only."""
    negates: bool
    contrasts: bool
    wants: bool
    """Whether any tag is left that asks, complains, thanks and the like."""


Hit = tuple[int, int, Cue]
"""Half-open place in the folded text, and the cue found there. A plain tuple, because there are many."""


def cue_of(phrase: str, tags: Iterable[str]) -> Cue:
    """A phrase with its tags read: `+`, `-`, `0`, `not`, `but`, an aspect, an aspect with its sign, or anything else."""
    ordered = tuple(sorted(set(tags)))
    signed = [tag for tag in ordered if tag[-1] in "+-"]
    sign = (1 if signed[0][-1] == "+" else -1) if signed else 0 if "0" in ordered else None
    names = tuple(tag for tag in ordered if tag in _ASPECTS)
    rest = {*ordered} - {*signed, *names, "0", "not", "but"}
    judges = tuple(tag[:-1] for tag in signed if len(tag) > 1)
    return Cue(phrase, ordered, sign, judges, names, "not" in ordered, "but" in ordered, bool(rest))


class _Entry(NamedTuple):
    length: int
    goes_on: bool
    cue: Cue | None
    opens: tuple[str, ...]
    """Tails that complete a cue in two parts from here."""
    closes: tuple[tuple[str, Cue], ...]
    """As a tail: which heads it completes, and the whole."""
    word: str


def expand(notation: str) -> list[str]:
    """Every phrase that a notation stands for, in its order. Raises ValueError for an empty or endless one."""
    found: dict[str, None] = {}
    for part in re.split(r"[|\n]", notation):
        pieces = _GROUP.split(part.strip())
        if pieces == [""]:
            continue
        choices = [piece.split("/") if at % 2 else [piece] for at, piece in enumerate(pieces)]
        for chosen in product(*choices):
            phrase = re.sub(r" {2,}", " ", "".join(chosen)).strip()
            if not phrase.strip("* ") or len(phrase) > LONGEST or _NOTATION.search(phrase):
                raise ValueError(f"{part.strip()!r} stands for {phrase!r}")
            found[phrase] = None
            if "n't" in phrase:
                found[phrase.replace("n't", "nt")] = None
    return list(found)


def spell(tables: Iterable[Mapping[str, str]]) -> list[tuple[str, str]]:
    """(tag, phrase) for every phrase of several tables of tag to notation."""
    return [(tag, phrase) for table in tables for tag, notation in table.items() for phrase in expand(notation)]


class Spotter:
    """Finds many phrases at once. Time grows with the text, not with the phrases."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """`phrases` as (tag, phrase), as `spell` gives them; a phrase may carry several tags."""
        whole: dict[str, set[str]] = {}
        opens: dict[str, set[str]] = {}
        closes: dict[str, dict[str, set[str]]] = {}
        for tag, phrase in phrases:
            head, parted, tail = phrase.partition(" ~ ")
            if not parted:
                whole.setdefault(phrase, set()).add(tag)
                continue
            opens.setdefault(head, set()).add(tail)
            closes.setdefault(tail, {}).setdefault(head, set()).add(tag)
        entries = _entries(whole, opens, closes)
        # Words are looked for with a space before them: within a word the automaton then has nothing to remember.
        self._words = _automaton((f" {word}", entry) for word, entry in entries.items() if word[0].isalnum())
        self._signs = _automaton((word, entry) for word, entry in entries.items() if not word[0].isalnum())
        self._first_signs = frozenset(word[0] for word in entries if not word[0].isalnum())
        self._plain_signs = any(sign.isascii() for sign in self._first_signs)
        self.size = len(entries)

    def find(self, folded: str) -> list[Hit]:
        """What stands in a text, in the order in which it ends; where two end together, the longer first."""
        view = f" {folded}"
        plain = folded.isascii()
        for opener in _ASCII_OPENERS if plain else _OPENERS:
            if opener in view:
                view = view.replace(opener, " ")
        spotted = list(self._words.iter(view))
        if (self._plain_signs or not plain) and not self._first_signs.isdisjoint(folded):
            spotted += [(last + 1, entry) for last, entry in self._signs.iter(folded)]
            spotted.sort(key=_by_end)
        found: list[Hit] = []
        heads: dict[tuple[str, str], int] = {}
        n = len(folded)
        for end, (length, goes_on, cue, opens, closes, word) in spotted:
            start = end - length
            if end < n and not goes_on and folded[end].isalnum():
                end = _drawn_out(folded, end) if folded[end] == folded[end - 1] else 0
                if not end:
                    continue
            if cue is not None:
                found.append((start, end, cue))
            for tail in opens:
                heads[word, tail] = end
            if heads:
                for head, both in closes:
                    begun = heads.get((head, word))
                    if begun is not None and begun <= start <= begun + REACH and not _STOP.search(folded, begun, start):
                        found.append((begun - len(head), end, both))
        return found


def _by_end(spotted: tuple[int, _Entry]) -> tuple[int, int]:
    return (spotted[0], -spotted[1].length)


def _drawn_out(folded: str, end: int) -> int:
    """Where a word ends whose last letter is drawn out ("graciasss"); 0 where another word goes on."""
    last, n = folded[end - 1], len(folded)
    while end < n and folded[end] == last:
        end += 1
    return 0 if end < n and folded[end].isalnum() else end


def _entries(
    whole: Mapping[str, set[str]], opens: Mapping[str, set[str]], closes: Mapping[str, Mapping[str, set[str]]]
) -> dict[str, _Entry]:
    """What each word or phrase, without its `*`, stands for. Where it is known with and without, it goes on."""
    phrases = {*whole, *opens, *closes}
    entries = {}
    for phrase in sorted(phrases):
        if f"{phrase}*" in phrases:
            continue
        word = phrase.rstrip("*")
        spellings = {word, phrase}
        tags = {tag for one in spellings for tag in whole.get(one, ())}
        entries[word] = _Entry(
            len(word),
            phrase != word or not word[-1].isalnum(),
            cue_of(phrase, tags) if tags else None,
            tuple(sorted({tail for one in spellings for tail in opens.get(one, ())})),
            tuple((head, cue_of(f"{head} ~ {phrase}", tags)) for head, tags in sorted(closes.get(phrase, {}).items())),
            phrase,
        )
    return entries


def _automaton(entries: Iterable[tuple[str, _Entry]]) -> ahocorasick.Automaton:
    built = ahocorasick.Automaton()
    for word, entry in entries:
        built.add_word(word, entry)
    if not len(built):
        # An empty one cannot be searched.
        built.add_word("\0", None)
    built.make_automaton()
    return built
