"""Marks texts that are no opinion: what a page adds by itself (votes, cookie notices, bot footers) and hints of spam."""

from __future__ import annotations

import re

import ahocorasick

_VOTES = re.compile(r"\brating:? ?[+-]?\d+(?:\.\d+)?(?: ?/ ?\d+)? ?\((?:from )?\d+ votes?(?: cast)?\)")
_BOILERPLATE = (
    "this site uses cookies",
    "this website uses cookies",
    "we use cookies to",
    "accept all cookies",
    "utilizamos cookies",
    "usamos cookies",
    "este sitio web utiliza cookies",
    "esta web utiliza cookies",
    "aceptar todas las cookies",
    "política de cookies",
    "please enable javascript",
    "i am a bot, and this action was performed automatically",
    "bleep bloop, i'm a bot",
    "*i am a bot",
    "your submission has been automatically removed",
    "all rights reserved.",
    "todos los derechos reservados.",
)
_SPAM = (
    "follow for follow",
    "follow4follow",
    "f4f",
    "followback",
    "sígueme y te sigo",
    "sigueme y te sigo",
    "free followers",
    "seguidores gratis",
    "buy followers",
    "link in bio 🔥",
    "earn money from home",
    "gana dinero desde casa",
    "make money online",
    "work from home and earn",
    "guaranteed returns",
    "double your bitcoin",
    "free bitcoin",
    "crypto giveaway",
    "claim your airdrop",
    "claim your free",
    "reclama tu premio",
    "has sido seleccionado para ganar",
    "you have been selected to win",
    "cheap viagra",
    "buy viagra",
    "comprar viagra",
    "porn videos",
    "hot singles",
    "onlyfans.com/",
    "online casino",
    "casino online",
    "payday loan",
    "préstamos rápidos sin aval",
    "dm me for promo",
    "promote it on",
    "click here to win",
)
_HASHTAGS = 15
_HASHTAG_SHARE = 0.7
_LOOK_AT = 4_000
"""A notice that makes a text boilerplate stands near its start; the footers of bots near its end."""


def _automaton() -> ahocorasick.Automaton:
    built = ahocorasick.Automaton()
    for phrase in _SPAM:
        built.add_word(phrase, "spam")
    for phrase in (*_BOILERPLATE, "vote"):
        built.add_word(phrase, "vote" if phrase == "vote" else "boilerplate")
    built.make_automaton()
    return built


_PHRASES = _automaton()


def judge(text: str, hashtags: int) -> tuple[bool, bool]:
    """Whether a text looks like spam (a hint: known phrases, or mostly hashtags) and whether a page or a bot speaks in it."""
    low = text.lower()
    if len(low) > 2 * _LOOK_AT:
        low = low[:_LOOK_AT] + low[-_LOOK_AT:]
    found = {kind for _, kind in _PHRASES.iter(low)}
    boilerplate = "boilerplate" in found or ("vote" in found and _VOTES.search(low) is not None)
    return "spam" in found or _is_mostly_hashtags(low, hashtags), boilerplate


def _is_mostly_hashtags(text: str, hashtags: int) -> bool:
    if hashtags < 5:
        return False
    tokens = text.split()
    tagged = sum(1 for token in tokens if token[0] == "#")
    return hashtags > _HASHTAGS or (tagged >= 5 and tagged >= _HASHTAG_SHARE * len(tokens))
