"""Near-duplicates: real posts, rewritten as people and campaigns do, find their original, and different posts do not find each other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.coordination.background import corpus, titles
from deploy.coordination.near import different, false_pairs, found, keys_of
from pipeline.simulate.draw import uniform
from pipeline.simulate.rewrite import KINDS, changed

ARCHIVE = Path(os.environ.get("ESCUCHA_SHARED", Path(__file__).parents[3] / "shared")) / "bulk" / "reddit_t3.jsonl.gz"
RECALL, FALSE = 0.9, 0.01


@pytest.fixture(
    scope="module",
    params=["corpus", pytest.param("reddit", marks=pytest.mark.skipif(not ARCHIVE.exists(), reason=f"no {ARCHIVE}"))],
)
def posts(request: pytest.FixtureRequest) -> list[str]:
    return different(corpus() if request.param == "corpus" else titles(ARCHIVE, every=10, most=2_500))


@pytest.mark.parametrize("times", [1, 2, 3])
def test_nine_of_ten_rewrites_find_their_original(posts: list[str], times: int) -> None:
    met = found(posts, times)
    # Three changes at once leave little of a title of six words.
    assert sum(met) / len(met) >= (RECALL if times < 3 else 0.85)


@pytest.mark.parametrize("kind", KINDS)
def test_every_single_change_is_survived(posts: list[str], kind: str) -> None:
    u = uniform("change", kind)
    again = keys_of([changed(u, text, kind, "en") for text in posts])
    met = sum(not one.isdisjoint(other) for one, other in zip(again, keys_of(posts), strict=True))
    assert met / len(posts) >= (0.8 if kind in ("words", "cut") else 0.95)


def test_different_posts_are_not_taken_for_one(posts: list[str]) -> None:
    """Over all pairs of different posts, and over the posts that would stand in a cluster with another one."""
    pairs = false_pairs(posts)
    assert len(pairs) <= FALSE * len(posts) * (len(posts) - 1) / 2
    assert len({place for pair in pairs for place in pair}) <= FALSE * len(posts)
