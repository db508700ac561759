"""Which plans a text may match, by the literals that they need: as words where that is possible, as substrings where not.

A whole word of a text, a sigil or the host of a link, is bounded by something else than letters and digits of ASCII. So the
words of ASCII in a literal are words of every text that holds it, and one intersection of two sets finds the plans of all
queries. Within camel-cased tags words are not bounded: their names are sought there letter by letter, as are wildcards, signs,
and words of other scripts anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

import ahocorasick

from pipeline.match.literals import Clause, Literal, is_plain, rarity
from pipeline.match.piece import ascii_words

_TAG = re.compile(r"#\w+")


_Key = TypeVar("_Key", str, tuple[str, str])


class _Need(NamedTuple):
    """A clause as it is checked: one of these words, one of these strings, or one of these rows of words."""

    words: frozenset[str]
    strings: tuple[str, ...]
    rows: tuple[str, ...]


class _Entry(NamedTuple):
    """Plans behind a literal: those that need nothing else, one more word, one more row of words, or more than that."""

    sure: list[int]
    worded: list[tuple[frozenset[str], int]]
    rowed: list[tuple[str, int]]
    checked: list[tuple[tuple[_Need, ...], int]]

    def add(self, plan: int, needs: tuple[_Need, ...]) -> None:
        if not needs:
            self.sure.append(plan)
        elif len(needs) == 1 and not needs[0].strings and not needs[0].rows:
            self.worded.append((needs[0].words, plan))
        elif len(needs) == 1 and not needs[0].strings and not needs[0].words and len(needs[0].rows) == 1:
            self.rowed.append((needs[0].rows[0], plan))
        else:
            self.checked.append((needs, plan))

    def words(self) -> Iterator[str]:
        """Every word that is asked for."""
        for words, _ in self.worded:
            yield from words
        for needs, _ in self.checked:
            for need in needs:
                yield from need.words


class LiteralIndex:
    """Plans by their required literals. Add them all, then `seal`."""

    def __init__(self) -> None:
        self._always: list[int] = []
        self._by_word: dict[str, _Entry] = {}
        self._by_part: dict[str, _Entry] = {}
        """Substrings of ASCII: they may be part of a word."""
        self._by_sign: dict[str, _Entry] = {}
        """Substrings of which no text of ASCII alone has any."""
        self._by_pair: dict[tuple[str, str], _Entry] = {}
        """Words side by side; and, for texts in which tags may hold them, by one of them, with all of them."""
        self._paired: dict[str, list[tuple[frozenset[str], int]]] = {}
        self._pairs: frozenset[tuple[str, str]] = frozenset()
        self._known: frozenset[str] = frozenset()
        self._in_tags: ahocorasick.Automaton | None = None
        self._parts: ahocorasick.Automaton | None = None
        self._signs: ahocorasick.Automaton | None = None

    def add(self, plan: int, required: Sequence[Clause]) -> None:
        """A plan and the clauses of its query, the one to look for first."""
        if not required:
            self._always.append(plan)
            return
        row = _row_of(required)
        if row:
            pair = min(pairwise(row), key=lambda pair: min(map(rarity, pair)))
            _at(self._by_pair, pair).add(plan, () if len(row) == 2 else (_need(required[1]),))
            self._paired.setdefault(min(row, key=rarity), []).append((frozenset(row), plan))
            return
        first, *others = required
        needs = tuple(_need(clause) for clause in others)
        entries: dict[int, tuple[_Entry, tuple[_Need, ...]]] = {}
        for literal in first:
            word = _word_of(literal)
            if word is not None:
                entry = _at(self._by_word, word)
                told = Literal(word, True) in first
            else:
                entry = _at(self._by_part if literal.text.isascii() else self._by_sign, literal.text)
                told = True
            entries[id(entry)] = (entry, needs if told else (_need(first), *needs))
        for entry, checks in entries.values():
            entry.add(plan, checks)

    def seal(self) -> None:
        self._known = frozenset(self._by_word)
        self._pairs = frozenset(self._by_pair)
        entries = (*self._by_word.values(), *self._by_part.values(), *self._by_sign.values())
        paired = [word for rows in self._paired.values() for row, _ in rows for word in row]
        words = {
            word: word for word in (*self._by_word, *paired, *(word for entry in entries for word in entry.words()))
        }
        self._in_tags = _automaton(words)
        self._parts = _automaton(self._by_part)
        self._signs = _automaton(self._by_sign)

    def candidates(self, text: str) -> set[int]:
        """Plans whose literals are all in the folded text."""
        found = set(self._always)
        said = ascii_words(text)
        row = ""
        tagged = "#" in text
        entries = []
        if self._pairs:
            entries += [self._by_pair[pair] for pair in self._pairs.intersection(pairwise(said))]
        if tagged and self._in_tags is not None:
            said += [word for tag in _TAG.findall(text) for _, word in self._in_tags.iter(tag)]
        words = set(said)
        if tagged and self._paired:
            rows = [row for word in self._paired.keys() & words for row in self._paired[word]]
            found.update([plan for asked, plan in rows if asked <= words])
        entries += [self._by_word[word] for word in self._known & words]
        if self._parts is not None:
            entries += [entry for _, entry in self._parts.iter(text)]
        if self._signs is not None and not text.isascii():
            entries += [entry for _, entry in self._signs.iter(text)]
        for sure, worded, rowed, checked in entries:
            if sure:
                found.update(sure)
            if worded:
                found.update([plan for asked, plan in worded if not asked.isdisjoint(words)])
            if (rowed or checked) and not row:
                row = f" {' '.join(said)} "
            if rowed:
                # Words of a tag stand side by side in it alone: the row of words does not tell.
                found.update([plan for asked, plan in rowed if tagged or asked in row])
            if checked:
                found.update([plan for needs, plan in checked if all(_met(n, words, row, text, tagged) for n in needs)])
        return found


def _met(need: _Need, words: set[str], row: str, text: str, tagged: bool) -> bool:
    if not need.words.isdisjoint(words) or (need.rows and tagged):
        return True
    return any(asked in row for asked in need.rows) or any(string in text for string in need.strings)


def _row_of(required: Sequence[Clause]) -> list[str]:
    """The words of a phrase, where the query is nothing else."""
    if len(required) != 2 or len(required[1]) != 1:
        return []
    [(text, whole)] = required[1]
    return text.split(" ") if whole and " " in text else []


def _word_of(literal: Literal) -> str | None:
    """The word of ASCII that every text with the literal has, the rarest by its looks; None where there is none."""
    if not literal.whole:
        return None
    return min(ascii_words(literal.text), key=rarity, default=None)


def _need(clause: Clause) -> _Need:
    words: set[str] = set()
    rows: set[str] = set()
    strings: set[str] = set()
    for text, whole in clause:
        if whole and " " in text:
            rows.add(f" {text} ")
        else:
            (words if whole and is_plain(text) else strings).add(text)
    return _Need(frozenset(words), tuple(sorted(strings)), tuple(sorted(rows)))


def _at(entries: dict[_Key, _Entry], text: _Key) -> _Entry:
    return entries.setdefault(text, _Entry([], [], [], []))


def _automaton(values: dict[str, _Entry] | dict[str, str]) -> ahocorasick.Automaton | None:
    if not values:
        return None
    automaton = ahocorasick.Automaton()
    for text, value in values.items():
        automaton.add_word(text, value)
    automaton.make_automaton()
    return automaton
