"""Near-duplicates: real posts, rewritten as people and campaigns do, find their original, and different posts do not find each other."""

from __future__ import annotations

import os
from itertools import combinations
from pathlib import Path

import pytest

from deploy.coordination.background import corpus, titles
from pipeline.simulate.draw import uniform
from pipeline.simulate.rewrite import KINDS, changed, rewritten
from pipeline.understand.signature import FEWEST_WORDS, READ_CHARS, band_keys_folded, masked
from pipeline.understand.text import fold

ARCHIVE = Path(os.environ.get("ESCUCHA_SHARED", Path(__file__).parents[3] / "shared")) / "bulk" / "reddit_t3.jsonl.gz"
RECALL, FALSE = 0.9, 0.01


def keys_of(texts: list[str]) -> list[set[int]]:
    return [set(keys) for keys in band_keys_folded([fold(text[:READ_CHARS]) for text in texts])]


@pytest.fixture(
    scope="module",
    params=["corpus", pytest.param("reddit", marks=pytest.mark.skipif(not ARCHIVE.exists(), reason=f"no {ARCHIVE}"))],
)
def posts(request: pytest.FixtureRequest) -> list[str]:
    """Different real posts of five words or more; shorter ones are the same only where their words are equal."""
    texts = corpus() if request.param == "corpus" else titles(ARCHIVE, every=10, most=2_500)
    once = {masked(text): text for text in texts}
    return [text for words, text in once.items() if len(words.split()) >= FEWEST_WORDS]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_nine_of_ten_rewrites_find_their_original(posts: list[str], times: int) -> None:
    u = uniform("rewrites", times)
    found = keys_of([rewritten(u, text, "en", times) for text in posts])
    met = sum(not one.isdisjoint(other) for one, other in zip(found, keys_of(posts), strict=True))
    # Three changes at once leave little of a title of six words.
    assert met / len(posts) >= (RECALL if times < 3 else 0.85)


@pytest.mark.parametrize("kind", KINDS)
def test_every_single_change_is_survived(posts: list[str], kind: str) -> None:
    u = uniform("change", kind)
    found = keys_of([changed(u, text, kind, "en") for text in posts])
    met = sum(not one.isdisjoint(other) for one, other in zip(found, keys_of(posts), strict=True))
    assert met / len(posts) >= (0.8 if kind in ("words", "cut") else 0.95)


def test_different_posts_are_not_taken_for_one(posts: list[str]) -> None:
    """Over all pairs of different posts, and over the posts that would stand in a cluster with another one."""
    holders: dict[int, list[int]] = {}
    for place, keys in enumerate(keys_of(posts)):
        for key in keys:
            holders.setdefault(key, []).append(place)
    pairs = {pair for places in holders.values() for pair in combinations(places, 2)}
    assert len(pairs) <= FALSE * len(posts) * (len(posts) - 1) / 2
    assert len({place for pair in pairs for place in pair}) <= FALSE * len(posts)
