"""Sentences: a frame, a clause, and the small ways in which people differ (typing, elongation, emoji, tags, links)."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from pipeline.simulate.draw import Uniform, between, pick
from pipeline.simulate.frames import ANSWERS, COMEBACK, FACES, FRAMES, NAMELESS, NOISE, OWN
from pipeline.simulate.industry import Trade
from pipeline.simulate.trades_en import TRADES as ENGLISH
from pipeline.simulate.trades_es import TRADES as SPANISH

QUESTION = "question"


class Said(NamedTuple):
    """A text and what it carries. `facet` names the cause within an episode."""

    text: str
    tags: tuple[str, ...] = ()
    link: str = ""
    facet: str = ""


_VOWEL = re.compile(r"[aeiouáéíó](?=[^\w{}]*$|[!.])")
_SLOT = re.compile(r"\{([a-z])\}")


def trade(industry: str, lang: str) -> Trade:
    return (SPANISH if lang == "es" else ENGLISH)[industry]


def say(
    u: Uniform, tone: str, brand: str, industry: str, place: str, *, clauses: tuple[str, tuple[str, ...]] | None = None
) -> Said:
    """One opinion. `tone`: negative, neutral, positive or question; `clauses`: a named cause that replaces the usual ones."""
    lang = place[:2]
    words = trade(industry, lang)
    frames = FRAMES[place]
    if tone == QUESTION:
        frame, options, closers = pick(u, frames.ask), words.asks, frames.plain
    elif tone == "negative":
        frame, options, closers = pick(u, frames.negative), words.faults, frames.anger
    elif tone == "positive":
        frame, options, closers = pick(u, frames.positive), words.merits, frames.joy
    else:
        frame, options, closers = pick(u, frames.neutral), words.facts, frames.plain
    if clauses is not None:
        options = clauses[1]
    clause = pick(u, options)
    second = pick(u, options if len(options) > 1 else words.faults)
    closer, thing, amount = pick(u, closers), pick(u, words.things), str(between(u, 2, 48))
    text = frame.replace("{c}", clause)
    for slot, words_for in (("{d}", second), ("{a}", closer), ("{t}", thing), ("{n}", amount)):
        if slot in text:
            text = text.replace(slot, words_for)
    text = _typed(u, _capital(text), tone)
    tags: tuple[str, ...] = ()
    chance = u()
    if chance < 0.10:
        tags = (_tag(clauses[0] if clauses else pick(u, words.things)),)
        text = f"{text} #{tags[0]}"
    elif chance < 0.13:
        tags = (_tag(brand),)
        text = f"{text} #{tags[0]}"
    link = (
        f"https://noticias.example/{lang}/{between(u, 1000, 99999)}"
        if u() < (0.25 if tone == "neutral" else 0.05)
        else ""
    )
    text = text.replace("{b}", _named(u, brand))
    return Said(f"{text} {link}" if link else text, tags, link, clauses[0] if clauses else "")


def noise(u: Uniform, lang: str) -> str:
    """A post about nothing that anybody listens for."""
    return pick(u, NOISE[lang]).replace("{n}", str(between(u, 1, 40))).replace("{m}", str(between(u, 0, 5)))


def answer(u: Uniform, lang: str, handle: str) -> str:
    """The brand's reply to a question."""
    return pick(u, ANSWERS[lang]).replace("{h}", handle)


def announce(u: Uniform, lang: str, brand: str, industry: str) -> str:
    """A post by the brand's own account."""
    text = (
        pick(u, OWN[lang]).replace("{t}", pick(u, trade(industry, lang).things)).replace("{n}", str(between(u, 2, 30)))
    )
    return text.replace("{b}", brand)


def comeback(u: Uniform, tone: str, brand: str, place: str) -> str:
    """A reply to somebody's opinion, of the same mind; three in ten do not name the brand."""
    lang = place[:2]
    key = "neutral" if tone == QUESTION else tone
    frames = FRAMES[place]
    closer = pick(u, {"negative": frames.anger, "positive": frames.joy}.get(key, frames.plain))
    if u() < 0.3:
        return f"{pick(u, NAMELESS[lang][key])}. {closer}"
    return f"{pick(u, COMEBACK[lang][key]).replace('{b}', _named(u, brand))}. {closer}"


def _named(u: Uniform, brand: str) -> str:
    return brand.lower() if u() < 0.25 and brand[:1] not in "#@" else brand


def _tag(words: str) -> str:
    """A hashtag of some words: `app caída` gives `AppCaída`."""
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", words))


def _capital(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]


def _bare(text: str) -> str:
    """Without accents, as typed in a hurry; ñ stays."""
    kept = unicodedata.normalize("NFD", text.replace("ñ", "\0"))
    return "".join(c for c in kept if not unicodedata.combining(c)).replace("\0", "ñ")


def _typed(u: Uniform, text: str, tone: str) -> str:
    habit = u()
    if habit < 0.18:
        text = text.lower()
    elif habit < 0.22 and tone == "negative":
        text = _SLOT.sub(lambda slot: slot[0].lower(), text.upper().replace("{B}", "{b}"))
    if u() < 0.15:
        text = _bare(text)
    if u() < 0.08:
        stretch = between(u, 2, 5)
        text = _VOWEL.sub(lambda m: m[0] * stretch, text, count=1)
    if u() < 0.06:
        text = _slip(u, text)
    if u() < 0.30:
        face = pick(u, FACES.get(tone, FACES["neutral"]))
        text = f"{text} {face * between(u, 1, 3) if u() < 0.3 else face}"
    return text


def _slip(u: Uniform, text: str) -> str:
    """Two neighbouring letters swapped, never in the brand's slot."""
    at = int(u() * (len(text) - 3)) + 1
    if "{" in text[at - 1 : at + 3] or "}" in text[at - 1 : at + 3] or not text[at : at + 2].isalpha():
        return text
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
