"""What the writer wants, several things at once: from cues, from what is judged, and from the form of a question."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from pipeline.understand.clauses import Clause
from pipeline.understand.cues import Hit
from schemas.kinds import Flag, Intent

_ORDER = tuple(Intent)
_BY_TAG: dict[str, str] = {intent: f"{intent}!" for intent in Intent}
"""What takes each intent back."""
_LEADS = re.compile(
    r"(?:^|[.!?;:,…\n)]\s*|\b(?:y|pero|pues|solo|mejor|por favor|porfa|and|but|please|just|then|now|kindly)\s+)$"
)
_LEAD = 12
"""Characters before a command that tell whether it leads its clause."""
_OBJECT = re.compile(
    r"\s+(?:un|una|unos|unas|otro|otra|otros|otras|mas|el|la|los|las|lo|al|de|en|con|a|por|que|cada|es[aeo]|eso|esto|sus?|tod[ao]s?"
    r"|an?|the|us|me|it|them|this|that|those|these|your|more|some|two|one|another|people|every|all|\d+)\b"
)
_DENIED = re.compile(
    r"\b(?:no|ni|nunca|jamas|tampoco|not|never|don't|doesn't|didn't|isn't|wasn't|can't|cannot|nor)(?: \w+)? $"
)
_GREETING = re.compile(
    r"\W*(?:(?:hola|buenas|buenos dias|buenas tardes|buenas noches|oye|oigan|disculpen?|perdon|che|hi|hey|hello|so|sorry|excuse me)[\s,:!]+)*"
)
_QUOTED = re.compile(r"[\s.,)]*[\"”»]")


def intents_in(
    text: str, hits: Sequence[Hit], tags: Set[str], parts: Sequence[Clause], flags: Sequence[Flag]
) -> tuple[Intent, ...]:
    """Every intent that holds, in the contract's order. A tag that ends in `!` takes its intent back.

    `hits`: those that want something, `tags` of theirs.
    """
    if not (tags or parts or "?" in text):
        return ()
    found = {intent for intent in _BY_TAG.keys() & tags if _BY_TAG[intent] not in tags} if tags else set()
    if (
        found
        and Intent.PRAISE in found
        and not any("praise" in hit[2].tags and not _is_denied(text, hit) for hit in hits)
    ):
        found.remove(Intent.PRAISE)
    for part in parts:
        for _, _, sign, cue in part.opinions:
            if sign and (cue.judges or (sign < 0 > part.sign and " " in cue.phrase)):
                # A judged aspect, or a phrase of blame that its clause does not outweigh; bare words are too often quoted.
                found.add(Intent.PRAISE if sign > 0 else Intent.COMPLAINT)
    if Flag.IRONY in flags:
        # What is said with a sting is a grievance, and neither praise nor thanks.
        found -= {Intent.PRAISE, Intent.THANKS}
        found.add(Intent.COMPLAINT)
    if "command" in tags and Intent.WISH not in found and any(_is_command(text, hit) for hit in hits):
        found.add(Intent.WISH)
    if "question" in tags or (is_question(text, hits) if "?" in text else "ask" in tags and _begins_asking(text, hits)):
        found.add(Intent.QUESTION)
    return tuple([intent for intent in _ORDER if intent in found]) if found else ()


def _is_denied(text: str, hit: Hit) -> bool:
    return _DENIED.search(text[max(hit[0] - 18, 0) : hit[0]]) is not None


def _begins_asking(text: str, hits: Sequence[Hit]) -> bool:
    """Whether a text without a question mark begins, after a greeting, as a question does."""
    return any("ask" in hit[2].tags and _GREETING.fullmatch(text, 0, hit[0]) for hit in hits)


def _is_command(text: str, hit: Hit) -> bool:
    """Whether a verb tells somebody what to do: it leads its clause, and what is to be done follows ("Pongan otra antena")."""
    start, end, cue = hit
    if "command" not in cue.tags or not _OBJECT.match(text, end):
        return False
    return _LEADS.search(text[max(start - _LEAD, 0) : start]) is not None


def is_question(text: str, hits: Sequence[Hit]) -> bool:
    """Whether a sentence with a question mark asks for an answer: it is no figure of speech and no quotation."""
    rhetorical = [hit for hit in hits if "rhetorical" in hit[2].tags]
    at = text.find("?")
    while at >= 0:
        end = at + 1
        while text[end : end + 1] == "?":
            end += 1
        if not _QUOTED.match(text, end) and not (rhetorical and _is_figure(text, at, rhetorical)):
            return True
        at = text.find("?", end)
    return False


def _is_figure(text: str, mark: int, rhetorical: Sequence[Hit]) -> bool:
    """Whether a rhetorical phrase stands in the sentence that ends at `mark`, or closes right before it ("En serio. ¿...?")."""
    start = max(text.rfind(stop, 0, mark) for stop in ".!?\n") + 1
    return any(start <= hit[0] <= mark or 0 <= start - hit[1] < 3 for hit in rhetorical)
