"""Queries as people write them, out of the words of real texts: names of every frequency, with what sets them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

from pipeline.match import QueryError, parse
from pipeline.match.common_words import COMMON
from pipeline.match.fold import fold
from pipeline.match.links import canonical_link
from schemas.mention import Mention

SEED = 20_261_122
BANDS = ((2e-5, 1e-4), (1e-4, 1e-3), (1e-3, 1e-2))
"""Share of texts that hold a name, from and below: rare, known, everyday."""
MIXES = {"brands": (0.80, 0.18, 0.02), "everyday words": (0.60, 0.30, 0.10)}
"""Share of names from each band. `brands`: names as companies choose them. `everyday words`: one in ten is a word like *windows*."""
CONTEXT = (1e-3, 3e-2)
"""Share of texts that hold a word that queries put beside a name."""
PHRASES = (2e-5, 1e-2)
_WORD = re.compile(r"[a-z0-9]+")

SHAPES: tuple[tuple[float, str], ...] = (
    (0.25, "{name}"),
    (0.15, "{name} OR #{name} OR @{name}"),
    (0.12, '"{phrase}"'),
    (0.08, '{name} OR "{phrase}" OR {other}'),
    (0.10, "{name} ({a} OR {b} OR {c})"),
    (0.10, "{name} NEAR/8 ({a} OR {b})"),
    (0.04, "{name} ONEAR/3 {a}"),
    (0.08, '{name} NOT ({a} OR {b} OR "{a} {c}")'),
    (0.02, "#{name}"),
    (0.02, "@{name}"),
    (0.02, "{stem}*"),
    (0.01, "{name} in:title"),
    (0.01, "url:{host}"),
)


class Words:
    """The words, pairs of words and linked hosts of some texts, by the share of texts that hold them."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        words: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        hosts: Counter[str] = Counter()
        for mention in mentions:
            said = _WORD.findall(fold(f"{mention.title or ''}\n{mention.text or ''}"))
            words.update(set(said))
            pairs.update(set(pairwise(_WORD.findall(fold(mention.title or "")))))
            hosts.update({canonical_link(link.expanded or link.url).partition("/")[0] for link in mention.links})
        count = len(mentions)
        known = {word: n / count for word, n in words.items() if _is_name(word)}
        self.names = [_between(known, low, high) for low, high in BANDS]
        self.context = _between(known, *CONTEXT)
        shares = {f"{a} {b}": n / count for (a, b), n in pairs.items() if _is_name(a) and _is_name(b) and n > 1}
        self.phrases = _between(shares, *PHRASES)
        self.hosts = _between({host: n / count for host, n in hosts.items() if "." in host}, 2e-5, 1.0)


def queries(words: Words, count: int, mix: Sequence[float], seed: int = SEED) -> list[str]:
    """So many queries, all different, each of which parses. The first of them are the same whatever the count."""
    rng = Random(seed)  # noqa: S311 (no secret)
    made: dict[str, None] = {}
    while len(made) < count:
        query = _query(words, mix, rng)
        try:
            parse(query)
        except QueryError:
            continue
        made[query] = None
    return list(made)


def _query(words: Words, mix: Sequence[float], rng: Random) -> str:
    [shape] = rng.choices([shape for _, shape in SHAPES], [share for share, _ in SHAPES])

    def name() -> str:
        [band] = rng.choices(words.names, mix)
        return rng.choice(band)

    picks: dict[str, Callable[[], str]] = {
        "name": name,
        "other": name,
        "stem": lambda: max((name() for _ in range(3)), key=len)[:7],
        "phrase": lambda: rng.choice(words.phrases),
        "host": lambda: rng.choice(words.hosts),
        **dict.fromkeys("abc", lambda: rng.choice(words.context)),
    }
    return shape.format(**{part: pick() for part, pick in picks.items()})


def _is_name(word: str) -> bool:
    return len(word) >= 3 and word.isalpha() and word not in COMMON


def _between(shares: dict[str, float], low: float, high: float) -> list[str]:
    return sorted(word for word, share in shares.items() if low <= share < high)
