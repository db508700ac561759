"""What the linear models count: words, pairs of neighbours, negated words, and the letters words are made of.

Each is hashed to 32 bits with CRC-32 (fast, stable, and good enough to spread words); a model keeps the low bits.
Training and scoring share these functions, so they cannot drift apart.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

from pipeline.understand.litotes import assert_litotes
from pipeline.understand.text import SCORED_CHARS, canonical, fold, is_word, raw_tokens

SHORTEST_GRAM, LONGEST_GRAM = 3, 4
NEGATION_REACH = 3
"""Words after a negator that it turns around, up to the next mark."""
START = 1
END = 5
WEIGHTS = (1.0, 0.7, 0.7)
"""Of the three blocks: words, pairs with negations, letters. Chosen on validation (TweetEval and UMSAB)."""

_NEGATORS = """
    no not never dont don't doesnt doesn't didnt didn't isnt isn't wasnt wasn't arent aren't cant can't cannot
    wont won't wouldnt wouldn't couldnt couldn't shouldnt shouldn't aint ain't without nothing none nobody hardly
    nunca jamas sin ni tampoco nada nao nem sem pas sans non ne nicht kein keine nie mai senza
"""
NEGATORS = frozenset(_NEGATORS.split())


def word_id(token: str) -> int:
    return crc32(token.encode("utf-8", "surrogatepass"))


def negated_id(token: str) -> int:
    return crc32(b"!" + token.encode("utf-8", "surrogatepass"))


def pair_id(first: int, second: int) -> int:
    """Of two neighbours' word ids; order matters."""
    return first * 31 + second * 7 + 13


def gram_ids(token: str) -> list[int]:
    """Letter n-grams of a word with its edges marked; none for marks, emoji, handles and links."""
    if not is_word(token):
        return []
    marked = f"<{token[:40]}>"
    if marked.isascii():
        letters = marked.encode()
        return [
            crc32(letters[at : at + size], _C)
            for size in range(SHORTEST_GRAM, LONGEST_GRAM + 1)
            for at in range(len(letters) - size + 1)
        ]
    return [
        crc32(marked[at : at + size].encode("utf-8", "surrogatepass"), _C)
        for size in range(SHORTEST_GRAM, LONGEST_GRAM + 1)
        for at in range(len(marked) - size + 1)
    ]


_C = crc32(b"c")
"""Every gram is hashed with a c before it; CRC-32 goes on from there."""


class Features(NamedTuple):
    """Hashes of one text, with repeats: the three blocks that `WEIGHTS` weighs."""

    words: list[int]
    pairs: list[int]
    grams: list[int]


def prepare(text: str) -> list[str]:
    """Raw tokens of a text as written: folded, litotes rewritten, at most `SCORED_CHARS` read."""
    return prepare_folded(fold(text[:SCORED_CHARS]))


def prepare_folded(folded: str) -> list[str]:
    """The same for a text that is folded already."""
    return raw_tokens(assert_litotes(folded))


def features(text: str) -> Features:
    """The definition in full. `linear.Linear` computes the same sums from cached parts."""
    words: list[int] = []
    pairs: list[int] = []
    grams: list[int] = []
    reach, previous = 0, START
    for token in map(canonical, prepare(text)):
        here = word_id(token)
        words.append(here)
        grams.extend(gram_ids(token))
        pairs.append(pair_id(previous, here))
        if reach:
            pairs.append(negated_id(token))
            reach -= 1
        if token in NEGATORS:
            reach = NEGATION_REACH
        elif not is_word(token):
            reach = 0
        previous = here
    pairs.append(pair_id(previous, END))
    return Features(words, pairs, grams)
