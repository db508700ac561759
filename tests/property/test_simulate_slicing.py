"""A world tells the same events however it is asked."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.simulate import Episode, Simulated, World
from schemas.config import Brand, Target
from schemas.instants import HOUR, MINUTE
from schemas.kinds import SignalKind, TargetType

START = 1_790_000_012_345
SPAN = 150 * MINUTE
EPISODES = (
    Episode(SignalKind.CRISIS, "uno", START + 31 * MINUTE + 17, 9 * MINUTE + 3, 20.0, "c"),
    Episode(SignalKind.OPPORTUNITY, "dos", START + 70 * MINUTE, 2 * MINUTE, 30.0, "o"),
    Episode(SignalKind.COORDINATED, "dos", START + 90 * MINUTE, 5 * MINUTE, 10.0, "k"),
)


def world() -> World:
    brands = [
        Brand(name, name.title(), [Target(TargetType.BRAND, name, name)], [f"x:{name}"]) for name in ("uno", "dos")
    ]
    made = World(brands, 5, START, rate=2.0, authors=60)
    for episode in EPISODES:
        made.plant(episode)
    return made


@lru_cache(maxsize=1)
def whole() -> tuple[Simulated, ...]:
    return tuple(world().events(START, START + SPAN))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, SPAN), max_size=12))
def test_any_slices_in_a_row_join_to_the_whole(cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), SPAN]
    asked = world()
    told = [e for a, b in pairwise(bounds) for e in asked.events(START + a, START + b)]
    assert tuple(told) == whole()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, SPAN), st.integers(0, SPAN))
def test_any_span_can_be_told_without_the_past(a: int, b: int) -> None:
    since, until = START + min(a, b), START + max(a, b)
    assert list(world().events(since, until)) == [e for e in whole() if since <= e.observed_at < until]


@settings(max_examples=10, deadline=None)
@given(st.permutations(EPISODES), st.integers(0, 30 * MINUTE))
def test_the_order_and_moment_of_planting_do_not_matter(order: list[Episode], before: int) -> None:
    brands = [
        Brand(name, name.title(), [Target(TargetType.BRAND, name, name)], [f"x:{name}"]) for name in ("uno", "dos")
    ]
    asked = World(brands, 5, START, rate=2.0, authors=60)
    told = list(asked.events(START, START + before))
    for episode in order:
        asked.plant(episode)
    told += asked.events(START + before, START + SPAN)
    assert tuple(told) == whole()


def test_events_come_in_order_of_time_and_half_the_world_is_not_silent() -> None:
    times = [event.observed_at for event in whole()]
    assert times == sorted(times) and times[0] >= START and times[-1] < START + SPAN
    assert max(b - a for a, b in pairwise(times)) < HOUR / 4
