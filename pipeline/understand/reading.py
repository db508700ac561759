"""What rules read in a text, in Spanish and English: intents, aspects, mixed feelings and flags, each with its reason.

Rules say what a linear model cannot know: which clause a feeling belongs to, who is thanked in mockery, what is a question in
form only. They are precise rather than complete; a text without any cue has no reading, which is not a neutral one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.understand.aspects import Found, aspects
from pipeline.understand.clauses import Clause, clauses
from pipeline.understand.cues import Hit, Spotter, spell
from pipeline.understand.flags import flags_in, with_constructive
from pipeline.understand.wants import intents_in, is_question
from pipeline.understand.words import aspects_en, aspects_es, intents_en, intents_es, tone_en, tone_es
from schemas.kinds import Flag, Intent

LANGUAGES = frozenset(("es", "en"))
READ_CHARS = 4_000
HITS = 128
"""Cues read of one text: work grows with their square."""
TRACES = 8
"""Reasons kept of one text."""


class Reading(NamedTuple):
    """`feeling`: positive clauses less negative ones, for whoever has no model. `trace`: `tag:phrase`, at most `TRACES`."""

    intents: tuple[Intent, ...] = ()
    aspects: tuple[Found, ...] = ()
    flags: tuple[Flag, ...] = ()
    mixed: bool = False
    feeling: int = 0
    trace: tuple[str, ...] = ()


_ACCOUNT = re.compile(r"@[\w.]*\w(?:@[\w.-]*\w)?")
_NO_WORDS = re.compile(rf"(?:https?://|www\.)\S+|{_ACCOUNT.pattern}")
NOTHING = Reading()
_ASKED = Reading(intents=(Intent.QUESTION,))


@lru_cache(maxsize=1)
def spotter() -> Spotter:
    """The packaged words, built once a process (about 0.5 s)."""
    tables = (
        tone_es.TONE,
        tone_en.TONE,
        intents_es.INTENTS,
        intents_en.INTENTS,
        aspects_es.ASPECTS,
        aspects_en.ASPECTS,
    )
    return Spotter(spell(tables))


def read(folded: str, felt: int | None = None, own: Spotter | None = None) -> Reading:
    """The reading of a folded text. `felt`: what a model says of the whole, -1 or 1, if it says.

    `own`: a brand's phrases, which speak for the words within them.
    """
    text = readable(folded)
    hits = spotter().find(text)[:HITS]
    if own is not None:
        hits = _with_own(hits, own.find(text)[:HITS])
    if not hits:
        return _ASKED if "?" in text and is_question(text, hits) else NOTHING
    parts = clauses(text, hits)
    wanting = [hit for hit in hits if hit[2].wants]
    if not (parts or wanting or felt or "?" in text):
        return NOTHING
    tags = {tag for hit in wanting for tag in hit[2].tags}
    flags = flags_in(tags) if wanting else ()
    intents = intents_in(text, wanting, tags, parts, flags)
    if flags or len(intents) > 1:
        flags = with_constructive(flags, intents)
    found = aspects(text, hits, parts, felt)
    mixed = len(parts) > 1 and is_mixed(hits, parts, found)
    feeling = sum([part.sign for part in parts])
    return Reading(
        intents,
        tuple(found),
        flags,
        mixed,
        feeling,
        _trace(wanting, {*intents, *flags}) if wanting and (intents or flags) else (),
    )


def read_in(language: str | None, folded: str, felt: int | None = None) -> Reading:
    """The reading of a text in a language (a BCP 47 tag; None: not known). Of a language without rules only a question mark is read."""
    if language is None or language.partition("-")[0].lower() in LANGUAGES:
        return read(folded, felt)
    text = readable(folded) if "?" in folded else ""
    return _ASKED if "?" in text and is_question(text, ()) else NOTHING


def readable(folded: str) -> str:
    """As far as rules read: one sort of apostrophe, and blanks where handles and links stood."""
    text = folded[:READ_CHARS].replace("’", "'")
    if "://" in text or "www." in text:
        return _NO_WORDS.sub(_blank, text)
    return _ACCOUNT.sub(_blank, text) if "@" in text else text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _with_own(hits: Sequence[Hit], own: Sequence[Hit]) -> list[Hit]:
    free = [hit for hit in hits if not any(hit[0] < ours[1] and ours[0] < hit[1] for ours in own)]
    return [*free, *own]


def is_mixed(hits: Sequence[Hit], parts: Sequence[Clause], found: Sequence[Found]) -> bool:
    """Whether two sides are set against each other: by a word of contrast between clauses, or between aspects, that disagree.

    Without such a word praise and blame stand together in most texts that are not mixed at all (measured on the corpus).
    """
    contrasts = [start for start, _, cue in hits if cue.contrasts]
    if not contrasts:
        return False
    if {-1, 1} <= {one.sign for one in found}:
        return True
    feeling = [part for part in parts if part.sign]
    return any(
        one.sign != other.sign and any(one.start < start <= other.start for start in contrasts)
        for one, other in pairwise(feeling)
    )


def _trace(hits: Sequence[Hit], decided: set[str]) -> tuple[str, ...]:
    reasons = dict.fromkeys(f"{tag}:{cue.phrase}" for _, _, cue in hits for tag in cue.tags if tag in decided)
    return tuple(reasons)[:TRACES]
