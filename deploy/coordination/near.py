"""`python -m deploy.coordination.near [ARCHIVE]`: how many rewrites of real posts find their original, and how many others do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from deploy.coordination.background import corpus, titles
from pipeline.simulate.draw import uniform
from pipeline.simulate.rewrite import rewritten
from pipeline.understand.signature import FEWEST_WORDS, READ_CHARS, band_keys_folded, masked
from pipeline.understand.text import fold


def keys_of(texts: Sequence[str]) -> list[set[int]]:
    return [set(keys) for keys in band_keys_folded([fold(text[:READ_CHARS]) for text in texts])]


def different(texts: Sequence[str]) -> list[str]:
    """Those of five words or more, each once; shorter ones are the same only where their words are equal."""
    once = {masked(text): text for text in texts}
    return [text for words, text in once.items() if len(words.split()) >= FEWEST_WORDS]


def found(posts: Sequence[str], times: int) -> list[bool]:
    """Which of the posts, changed `times` times, share a key with their original."""
    u = uniform("rewrites", times)
    pairs = zip(keys_of([rewritten(u, text, "en", times) for text in posts]), keys_of(posts), strict=True)
    return [not one.isdisjoint(other) for one, other in pairs]


def false_pairs(posts: Sequence[str]) -> set[tuple[int, int]]:
    """Pairs of different posts that share a key."""
    holders: dict[int, list[int]] = {}
    for place, keys in enumerate(keys_of(posts)):
        for key in keys:
            holders.setdefault(key, []).append(place)
    return {pair for places in holders.values() for pair in combinations(places, 2)}


def _line(name: str, posts: Sequence[str]) -> str:
    recalls = " | ".join(f"{sum(found(posts, times)) / len(posts):.1%}" for times in (1, 2, 3))
    pairs = false_pairs(posts)
    beside = len({place for pair in pairs for place in pair}) / len(posts)
    return f"| {name}, {len(posts):,} posts | {recalls} | {len(pairs):,} of {len(posts) * (len(posts) - 1) // 2:,} | {beside:.1%} |"


def main() -> None:
    print("| | one change | two | three | false pairs | posts beside a different one |\n|---|--:|--:|--:|--:|--:|")
    print(_line("open corpus", different(corpus())))
    for archive in sys.argv[1:]:
        posts = different(titles(Path(archive), every=10, most=4_000))
        print(_line("Reddit titles", posts))
        short = [text for text in posts if len(masked(text).split()) < 10]
        print(_line("of these, five to nine words", short))


if __name__ == "__main__":
    main()
