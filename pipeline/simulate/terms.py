"""The words that make a brand's own query match, taken from the query itself."""

from __future__ import annotations

import re

from schemas.config import Brand, Target
from schemas.kinds import TargetType

_GROUP = re.compile(r"\(([^()]*)\)")
_NEGATION = re.compile(r"(?:\bNOT\s+|(?<!\w)-)$")
_OPERATOR = re.compile(r"^(?:AND|O?NEAR/\d+)$")
_ATOM = re.compile(r'raw:"([^"]*)"|(-?\w+:"[^"]*")|(-?\w+:\S+)|(-?"[^"]*")|(\S+)')


def terms_of(query: str) -> list[str]:
    """One text per alternative of the query, each enough to match it; [] where the query has only fields or negations.

    Parenthesised groups are reduced to their first alternative: not every wording is found, but what is found matches.
    """
    while (group := _GROUP.search(query)) is not None:
        before, inner = query[: group.start()], re.split(r"\s+OR\s+|\s*\|\s*", group[1].strip())[0]
        negation = _NEGATION.search(before)
        if negation is not None:
            before, inner = before[: negation.start()], ""
        query = f"{before} {inner} {query[group.end() :]}"
    return [words for part in re.split(r"\s+OR\s+", query) if (words := _words(part))]


def _words(part: str) -> str:
    words: list[str] = []
    negate = False
    for raw, field_phrase, field, phrase, word in _ATOM.findall(part):
        atom = raw or field_phrase or field or phrase or word
        if atom == "NOT":
            negate = True
            continue
        if _OPERATOR.match(atom):
            continue
        if not negate and not field_phrase and not field and not atom.startswith("-"):
            words.append(atom.strip('"').replace("*", "").replace("?", "o"))
        negate = False
    return " ".join(filter(None, words))


def _shown(term: str, name: str) -> str:
    """The term as people write it: with the capitals of the brand's name where it is that name."""
    return name if term.casefold() == name.casefold() else term


def spoken_names(brand: Brand) -> list[str]:
    """How people name the brand, most usual first: always at least one, and each matches one of its queries if any can."""
    queries = [t.query for t in brand.targets if t.type in (TargetType.BRAND, TargetType.COMPANY, TargetType.HANDLE)]
    found = [_shown(term, brand.name) for query in queries for term in terms_of(query)]
    found += [term for target in brand.targets if target.type is TargetType.PRODUCT for term in terms_of(target.query)]
    return list(dict.fromkeys(found)) or [brand.name]


def spoken_targets(brand: Brand) -> list[tuple[Target, str]]:
    """The other targets (competitors, products, campaigns, people) that have words of their own."""
    rest = [t for t in brand.targets if t.type not in (TargetType.BRAND, TargetType.COMPANY, TargetType.HANDLE)]
    return [(target, words[0]) for target in rest if (words := terms_of(target.query))]
