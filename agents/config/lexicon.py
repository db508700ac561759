"""A brand's `lexicon:` and `intents:`: phrases, each checked where it stands."""

from __future__ import annotations

from agents.config.table import Table
from pipeline.understand.text import fold
from schemas.config import Lexicon
from schemas.kinds import Intent

LONGEST = 64
"""Characters of a phrase."""
MOST = 2_000
"""Phrases of one brand in one section."""

_LEXICON = "write lists of phrases: lexicon: {negative: [carero], positive: [lo clavan], neutral: [guerra de precios]}"
_INTENTS = "write phrases under an intent: intents: {switch: ['me paso a luznorte']}"
_PHRASE = "write the phrase as people do, between quotes: 'no carga'; a * at the end lets the last word go on"


def read_lexicon(brand: Table) -> Lexicon | None:
    """The `lexicon:` of a brand, if it has any phrase; a phrase belongs to one feeling."""
    table = brand.mapping("lexicon", _LEXICON)
    if table is None:
        return None
    table.only(Lexicon.__struct_fields__)
    seen: dict[str, tuple[str, int]] = {}
    lists = [_phrases(table, feeling, seen) for feeling in Lexicon.__struct_fields__]
    _not_too_many(table, sum(map(len, lists)))
    return Lexicon(*lists) if any(lists) else None


def read_intents(brand: Table) -> dict[Intent, list[str]]:
    """The `intents:` of a brand, in the contract's order; a phrase may mean several."""
    table = brand.mapping("intents", _INTENTS)
    if table is None:
        return {}
    table.only([str(intent) for intent in Intent])
    found = {intent: _phrases(table, intent, {}) for intent in Intent if table.has(intent)}
    _not_too_many(table, sum(map(len, found.values())))
    return {intent: phrases for intent, phrases in found.items() if phrases}


def _phrases(table: Table, key: str, seen: dict[str, tuple[str, int]]) -> list[str]:
    """The good phrases of one list. `seen`: by what they come to, where others stand."""
    found = []
    for path, node, phrase in table.texts(key, _PHRASE):
        fault = _fault(phrase)
        same = fold(phrase).strip()
        if fault:
            table.report.add(node, path, fault, _PHRASE)
        elif same in seen:
            other, line = seen[same]
            table.report.add(node, path, f"{phrase!r} is already {other} on line {line}", "keep it in one place")
        else:
            seen[same] = (key, node.start_mark.line + 1)
            found.append(phrase)
    return found


def _fault(phrase: str) -> str | None:
    words = fold(phrase).strip().removesuffix("*")
    if len(phrase) > LONGEST:
        return f"longer than {LONGEST} characters"
    if not all(character.isprintable() for character in phrase):
        return "has a line break, a tab or an invisible character"
    if "*" in words or "~" in words:
        return "has a * or a ~ within"
    if not words.strip() or (len(words) < 2 and words.isascii()):
        return "is too short to mean anything"
    return None


def _not_too_many(table: Table, count: int) -> None:
    if count > MOST:
        table.report.add(table.node, table.path, f"{count} phrases", f"keep it under {MOST}")
