"""The form of a text that may ask: what tells a question that wants an answer from a figure of speech, beside its words.

"Is it Friday yet? What a week. https://..." has a question mark and asks nobody. How much each form counts is learnt from tweets
with their speech act, in the model file (`table.Head.forms`).
"""

from __future__ import annotations

import re

from pipeline.understand.reading import readable

FORMS = (
    "mark",
    "opens",
    "last",
    "only",
    "after",
    "short",
    "many",
    "rules",
    "repost",
    "link",
    "you",
    "wonders",
    "begins",
    "unmarked",
)
"""A question mark; a sentence with one opens as questions do, is the last, is all there is; tens of words behind the last mark;
at most three words before it; several such sentences; rules call it a question; it repeats somebody ("RT"), has a link,
speaks to somebody; has several marks; the text opens as questions do; rules call it one without a mark."""
NO_FORM = (0.0,) * len(FORMS)
_MOST_AFTER = 20
_SHORT = 3

_OPENING = re.compile(
    r"\W*(?:(?:so|and|but|or|hey|hi|hello|ok|okay|well|also|now|then|um|oh|q|please|sorry|excuse me|honest|serious|quick) )?"
    r"(?:question )?\W*(?:what|why|how|when|where|who|which|whose|is|are|am|was|were|do|does|did|can|could|would|will|should|has|"
    r"have|had|any|anyone|anybody|may|isn|aren|don|doesn|didn|won|wouldn|ever|wanna|whats|whos|hows|wheres)(?:\b|n't|'s)"
)
_ASIDE = re.compile(r"\bhttps?\b\S*|#(?=\w)")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_WORD = re.compile(r"\w+")
_YOU = re.compile(r"\b(?:you|your|u)\b")


def forms(folded: str, rules: bool) -> tuple[float, ...]:
    """As `FORMS` lists them; `rules`: whether rules call the folded text a question. `NO_FORM` where nothing at all speaks for one."""
    if "?" not in folded and not rules:
        return NO_FORM
    text = readable(folded)
    bare = _ASIDE.sub(" ", text) if "#" in text or "http" in text else text
    repost, begins = bare.lstrip().startswith("rt "), _OPENING.match(bare) is not None
    if "?" not in text:
        return (*NO_FORM[:7], rules, rules and repost, *NO_FORM[9:12], rules and begins, rules)
    sentences = [one for one in _SENTENCE.findall(bare) if _WORD.search(one)]
    asking = [one for one in sentences if "?" in one]
    return (
        1.0,
        any(_OPENING.match(one) for one in asking),
        bool(asking) and sentences[-1] is asking[-1],
        bool(asking) and len(asking) == len(sentences),
        min(len(_WORD.findall(bare, bare.rfind("?"))), _MOST_AFTER) / 10,
        (len(_WORD.findall(asking[-1])) if asking else 0) <= _SHORT,
        len(asking) > 1,
        rules,
        repost,
        "http" in folded,
        any(_YOU.search(one) for one in asking),
        "??" in bare or "!?" in bare or "?!" in bare,
        begins,
        0.0,
    )


def asks(odds: float, form: tuple[float, ...], weights: list[float]) -> bool:
    """Whether a text asks, by the head's log-odds and its form. `weights`: of the log-odds, a constant, and one a form."""
    known = odds * weights[0] + weights[1]
    if form is NO_FORM:
        return known > 0
    return known + sum([weight * own for weight, own in zip(weights[2:], form, strict=True)]) > 0
