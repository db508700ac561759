"""What the race on Kafka listens to: a thousand brands with a query each, in a stream that mostly speaks of others.

A stream is a function of its seed, so that every contender gets the same one. Bursts are planted in it that the one rule
needing no history (`crisis-cold`) finds: the race has no seven days to learn what is usual.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, islice

from pipeline.simulate import Episode, World, log_line
from pipeline.simulate.life import Faults
from schemas.config import Brand, Config, Target
from schemas.instants import MINUTE, SECOND
from schemas.kinds import SignalKind, TargetType

WATCHED = 1_000
OTHERS = 2_600
"""Brands that are spoken of and nobody listens for: three events in four match no query."""
SEED = 7
_EVENTS_AN_OPINION = 1.75
"""What people do to a post comes on top of it."""
_BURST = 12 * SECOND
_BURST_POSTS = 34
_BURST_MEAN = 0.335
"""Mean of `Episode.level` over its duration."""
_WORD = re.compile(r"[a-z]{5,}")
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


def config() -> Config:
    """A thousand brands; every fourth query has a condition more than the name."""
    return Config([_brand(number) for number in range(WATCHED)])


def stream(start: int, count: int, rate: float, bursts: int, *, faults: bool = True) -> list[bytes]:
    """The first `count` events from `start` (ms) on, as lines of a log, about `rate` a second; `bursts` brands in trouble.

    With `faults` posts are repeated, edited, deleted, late or broken now and then, as they are on real wires.
    """
    brands = [_brand(number) for number in range(WATCHED + OTHERS)]
    world = World(brands, SEED, start, rate=_opinions(rate), faults=Faults() if faults else Faults(0, 0, 0, 0, 0))
    span = int(count / rate * SECOND)
    for number in range(bursts):
        at = start + span // 10 + (span * 7 // 10) * number // bursts
        strength = _BURST_POSTS / (_BURST / MINUTE * _BURST_MEAN)
        world.plant(Episode(SignalKind.CRISIS, _id(number * 7), at, _BURST, strength, f"burst-{number}"))
    found = [log_line(event) + b"\n" for event in islice(world.events(start, start + 10 * span), count)]
    if len(found) < count:
        raise ValueError(f"the world told {len(found)} events, not {count}")
    return found


def _opinions(rate: float) -> float:
    """Opinions a minute and brand for so many events a second. The hour of day moves it: a feeder keeps its own pace."""
    return rate * 60 / _EVENTS_AN_OPINION / (WATCHED + OTHERS)


def _brand(number: int) -> Brand:
    name = _id(number)
    query = f"({name} OR @{name}) AND NOT giveaway" if number % 4 == 0 else f"{name} OR @{name}"
    return Brand(name, name.capitalize(), [Target(TargetType.BRAND, query, name)], [])


def _id(number: int) -> str:
    """A name that no language has: four syllables."""
    syllables: Sequence[str] = [c + v for c in _CONSONANTS for v in _VOWELS]
    number = number * 7_919_993 % len(syllables) ** 4
    parts = []
    for _ in range(4):
        number, rest = divmod(number, len(syllables))
        parts.append(syllables[rest])
    return "".join(parts)


def words(texts: Sequence[str], share: float) -> list[str]:
    """A thousand words of which about that share of the texts has at least one: the commonest below some frequency."""
    found = [set(_WORD.findall(text.lower())) for text in texts]
    common = [word for word, _ in Counter(chain.from_iterable(map(sorted, found))).most_common()]
    low, high = 0, len(common) - WATCHED
    while low < high:
        middle = (low + high) // 2
        chosen = set(common[middle : middle + WATCHED])
        if sum(not chosen.isdisjoint(mine) for mine in found) > share * len(texts):
            low = middle + 1
        else:
            high = middle
    return sorted(common[low : low + WATCHED])


def listening_for(names: Sequence[str]) -> Config:
    return Config([Brand(name, name.capitalize(), [Target(TargetType.BRAND, name, name)], []) for name in names])
