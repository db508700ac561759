"""What people say of a brand when nothing is arranged: real texts told by a simulated crowd, with the rhythm of the day, and bursts."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from pipeline.simulate.draw import Uniform, between, pick, poisson, uniform
from pipeline.simulate.life import Faults, lag, seen
from pipeline.simulate.people import Crowd
from pipeline.simulate.post import Label, Post, Simulated
from pipeline.simulate.rhythm import intensity
from pipeline.understand.corpus import HERE
from schemas.instants import MINUTE

REPOSTED = 0.15
"""Reposts for each post."""
NEWCOMERS = 0.2
"""Of the voices of a burst: what moves people brings new ones. Otherwise a fiftieth."""
_NONE = Faults(0.0, 0.0, 0.0, 0.0, 0.0)


class Burst(NamedTuple):
    """Many people, each in words of their own: posts by five minutes, from `at` on."""

    brand: str
    at: int
    counts: Sequence[int]


def corpus() -> list[str]:
    """The texts of the open corpus, which is part of the package."""
    return [orjson.loads(line)["text"] for path in sorted((HERE / "data").glob("*.jsonl")) for line in path.open("rb")]


def titles(archive: Path, every: int = 3, most: int = 1_000_000) -> list[str]:
    """Titles of a gzipped archive of Reddit submissions, each told once, `most` of them."""
    found: dict[str, None] = {}
    with gzip.open(archive) as lines:
        for number, line in enumerate(lines):
            if number % every == 0:
                value = orjson.loads(line)
                title = value.get("data", value)["title"]
                if len(title.split()) > 3:
                    found[title] = None
                    if len(found) == most:
                        break
    return list(found)


class Talk:
    """Posts about one brand. No text is told twice before all of them have been."""

    def __init__(self, brand: str, name: str, texts: Sequence[str], crowd: Crowd, seed: int) -> None:
        self._brand, self._name, self._crowd, self._seed = brand, name, crowd, seed
        self._texts = texts
        self._next = int(uniform("texts", seed, brand)() * len(texts))

    def events(self, start: int, until: int, rate: float, bursts: Sequence[Burst] = ()) -> Iterator[Simulated]:
        """`rate`: posts a minute, on average over the day."""
        recent: list[Post] = []
        pending: list[Simulated] = []
        for minute in range(start - start % MINUTE, until, MINUTE):
            u = uniform(self._seed, "talk", self._brand, minute)
            usual, burst = poisson(u, rate * sum(intensity(0.6, minute))), _of(u, bursts, minute)
            for number in range(usual + burst):
                post = self._post(u, minute + int(u() * MINUTE), NEWCOMERS if number >= usual else 0.02)
                recent.append(post)
                pending.append(self._seen(post, u, "post"))
                if u() < REPOSTED and len(recent) > 20:
                    original = pick(u, [one for one in recent[-200:] if one.author.network != "reddit"] or recent[-1:])
                    if original.author.network != "reddit":
                        pending.append(self._seen(self._repost(u, original, post.at + 1_000), u, "repost"))
            del recent[:-400]
            pending.sort()
            ready = [event for event in pending if event.observed_at < minute]
            del pending[: len(ready)]
            yield from ready
        yield from pending

    def _post(self, u: Uniform, at: int, newcomers: float) -> Post:
        self._next = (self._next + 1) % len(self._texts)
        text = self._texts[self._next]
        lang = "es" if u() < 0.6 else "en"
        network = self._crowd.network(u)
        author = (
            self._crowd.newcomer(u, network, lang, at) if u() < newcomers else self._crowd.somebody(u, network, lang)
        )
        text = f"{text} {self._name}" if u() < 0.5 else f"{self._name}: {text}"
        return Post(author, at, int(u() * (1 << 53)), text, lang, title=text[:80] if network == "reddit" else "")

    def _repost(self, u: Uniform, original: Post, at: int) -> Post:
        author = self._crowd.somebody(u, original.author.network, original.lang)
        return Post(author, at, int(u() * (1 << 53)), "", original.lang, reposted=original)

    def _seen(self, post: Post, u: Uniform, kind: str) -> Simulated:
        label = Label(self._brand, kind, "", post.lang, post.author.id)
        return seen(post, post.at + lag(u, _NONE), label, self._brand)


def _of(u: Uniform, bursts: Sequence[Burst], minute: int) -> int:
    found = 0
    for burst in bursts:
        slot = (minute - burst.at) // (5 * MINUTE)
        if 0 <= slot < len(burst.counts):
            count = burst.counts[slot]
            found += count // 5 + (between(u, 0, 4) < count % 5)
    return found
