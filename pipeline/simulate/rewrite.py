"""How a text changes when it is said again: what people and campaigns do to words that are not theirs."""

from __future__ import annotations

import re

from pipeline.simulate.draw import Uniform, between, pick

_WORD = re.compile(r"\w+")
_SWAPS = {
    "es": ("muy", "otra vez", "hoy", "de verdad", "siempre", "nunca", "bastante", "todo", "esto", "ahora"),
    "en": ("really", "again", "today", "honestly", "always", "never", "quite", "all", "this", "now"),
}
_EMOJI = ("😡", "🔥", "👏", "😂", "❤️", "🤔", "‼️", "👉")
_HANDLES = ("@alguien", "@noticias_24", "@my_friend", "@soporte", "@ana.lopez")
_LINKS = ("https://t.co/x{}", "https://bit.ly/3{}", "https://noticias.example/{}")

KINDS = ("words", "emoji", "handle", "link", "case", "marks", "cut", "typos", "prefix", "accents")
"""Ways of rewriting; each changes little by itself."""


def rewritten(u: Uniform, text: str, lang: str = "es", times: int = 2) -> str:
    """The text after `times` different changes, drawn from `KINDS`."""
    left = list(KINDS)
    for _ in range(times):
        kind = left.pop(int(u() * len(left)))
        text = changed(u, text, kind, lang)
    return text


def changed(u: Uniform, text: str, kind: str, lang: str = "es") -> str:
    """The text after one change. Raises ValueError for a kind that is none."""
    match kind:
        case "words":
            return _swap(u, text, _SWAPS[lang if lang in _SWAPS else "en"])
        case "emoji":
            return f"{text} {pick(u, _EMOJI) * between(u, 1, 3)}"
        case "handle":
            return f"{pick(u, _HANDLES)} {text}"
        case "link":
            return f"{text} {pick(u, _LINKS).format(between(u, 1000, 999_999))}"
        case "case":
            return pick(u, (text.upper(), text.lower(), text.title()))
        case "marks":
            return re.sub(r"[.,;:!?¿¡]", lambda _: pick(u, ("", "!", "...")), text) + pick(u, ("", "!!", "..."))
        case "cut":
            words = text.split()
            return " ".join(words[: max(4, len(words) - max(1, len(words) * 15 // 100))])
        case "typos":
            return _mistype(u, text)
        case "prefix":
            return f"{pick(u, ('RT', 'Ojo:', 'FYI:', 'Vía', '👇'))} {text}"
        case "accents":
            return text.translate(str.maketrans("áéíóúüñÁÉÍÓÚÑ", "aeiouunAEIOUN"))
        case _:
            raise ValueError(f"no such way of rewriting: {kind!r}; there are {', '.join(KINDS)}")


def _swap(u: Uniform, text: str, options: tuple[str, ...]) -> str:
    """One word in twelve, at least one, is another."""
    spans = [found.span() for found in _WORD.finditer(text)]
    for _ in range(min(len(spans), max(1, len(spans) // 12))):
        start, end = spans.pop(int(u() * len(spans)))
        word = pick(u, options)
        text = text[:start] + word + text[end:]
        moved = len(word) - (end - start)
        spans = [(a + moved, b + moved) if a > start else (a, b) for a, b in spans]
    return text


def _mistype(u: Uniform, text: str) -> str:
    """One letter in sixty, at least one, is left out, doubled or changes places with the next."""
    letters = list(text)
    places = [at for at, letter in enumerate(letters[:-1]) if letter.isalpha()]
    for _ in range(min(len(places), max(1, len(places) // 60))):
        at = places.pop(int(u() * len(places)))
        how = u()
        if how < 0.34:
            letters[at] = ""
        elif how < 0.67:
            letters[at] *= 2
        else:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)
