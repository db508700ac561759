"""Understatement by negation ("no está nada mal", "not bad at all") rewritten into what it asserts.

A bag of n-grams reads the words and misses the figure; there are few enough of them to name.
"""

from __future__ import annotations

import re

_MENDED_ES = r"(?:esta|estuvo|estan|estaba|es|fue|son|queda|quedo|va|suena|pinta|sabe|se ve)"
# Words one of which stands in the figure, and words that stand there too: looking for both is cheaper than the pattern.
_RULES: tuple[tuple[tuple[str, ...], str, re.Pattern[str], str], ...] = (
    (
        (" mal",),
        "no ",
        re.compile(rf"\bno {_MENDED_ES} (?:(?:nada|tan|del todo|para nada) )?mal[oa]?s?\b"),
        "esta bastante bien",
    ),
    (("nada mal",), "", re.compile(r"\bnada mal[oa]?s?\b"), "bastante bien"),
    (("no me disgust", "no me desagrad"), "", re.compile(r"\bno me (?:disgust|desagrad)\w+"), "me gusta"),
    (("mejor",), "no ", re.compile(r"\bno (?:podria|pudo|puede) (?:ser|estar|ir|haber sido) mejor\b"), "es excelente"),
    (("queja",), "", re.compile(r"\b(?:no tengo|sin|ninguna|cero) (?:ni una |ninguna )?quejas?\b"), "muy contento"),
    (("bad",), "not ", re.compile(r"\bnot (?:(?:so|too|that|half|at all) )?bad(?: at all)?\b"), "pretty good"),
    (
        ("bad",),
        "n't",
        re.compile(r"\b(?:isn't|wasn't|aren't|weren't) (?:(?:so|too|that|half|at all) )?bad(?: at all)?\b"),
        "is pretty good",
    ),
    (
        ("better",),
        "",
        re.compile(r"\b(?:couldn't|can't|could not|cannot) (?:be|ask for|have been|get) (?:any )?better\b"),
        "is excellent",
    ),
    (("complain",), "", re.compile(r"\b(?:can't|cannot|no|nothing to|zero) complain(?:ts?|ing)?\b"), "is good"),
    (("no problem",), "", re.compile(r"\bno problems?(?: at all)?\b"), "works fine"),
    (("sin problema",), "", re.compile(r"\bsin (?:ningun )?problemas?\b"), "funciona bien"),
)


def assert_litotes(folded: str) -> str:
    """A folded text with its litotes rewritten; most texts have none and pass unchanged."""
    for needles, beside, pattern, assertion in _RULES:
        for needle in needles:
            if needle in folded and beside in folded:
                folded = pattern.sub(assertion, folded)
                break
    return folded
