"""How much is said, when, and in which mood: within the bounds that chance allows."""

from __future__ import annotations

import collections
from collections.abc import Callable

import pytest

from pipeline.simulate import Episode, Faults, World
from pipeline.simulate.draw import poisson, uniform
from pipeline.simulate.rhythm import intensity
from schemas.instants import DAY, HOUR, MINUTE
from schemas.kinds import SignalKind


def near(seen: float, expected: float, sigmas: float = 5.0) -> bool:
    """Whether a Poisson count agrees with its mean."""
    return abs(seen - expected) <= sigmas * max(1.0, expected) ** 0.5


@pytest.mark.parametrize("mean", [0.05, 0.9, 12.0, 29.9, 30.1, 400.0])
def test_poisson_draws_have_the_mean_and_variance_of_their_law(mean: float) -> None:
    u = uniform("poisson", str(mean))
    draws = [poisson(u, mean) for _ in range(20_000)]
    average = sum(draws) / len(draws)
    assert abs(average - mean) < 5 * (mean / len(draws)) ** 0.5 + 0.01
    assert sum((draw - average) ** 2 for draw in draws) / len(draws) == pytest.approx(mean, rel=0.1)


def test_the_week_has_the_configured_mean_and_a_day_rhythm(make_world: Callable[..., World], start: int) -> None:
    world = make_world(rate=2.0, faults=Faults(0, 0, 0, 0, 0))
    days = collections.Counter()
    hours = collections.Counter()
    for event in world.events(start, start + 7 * DAY):
        if event.label.kind == "post" and event.label.brand == "iberluz":
            hours[event.observed_at % DAY // HOUR] += 1
            days[event.observed_at // DAY] += 1
    expected = sum(2.0 * sum(intensity(0.5, at)) for at in range(start, start + 7 * DAY, MINUTE))
    assert sum(hours.values()) == pytest.approx(2.0 * 7 * 24 * 60, rel=0.05)
    assert expected == pytest.approx(2.0 * 7 * 24 * 60, rel=0.02)
    night, evening = sum(hours[h] for h in (2, 3, 4)), sum(hours[h] for h in (18, 19, 20))
    assert evening > 2.5 * night


def test_moods_and_questions_have_their_shares(make_world: Callable[..., World], start: int) -> None:
    world = make_world(rate=30.0)
    moods = collections.Counter(
        e.label.polarity for e in world.events(start, start + 4 * HOUR) if e.label.kind == "post"
    )
    total = sum(moods.values())
    assert near(moods["negative"], 0.12 * total) and near(moods["positive"], 0.25 * total)
    assert 0.02 <= moods["question"] / total <= 0.05


@pytest.mark.parametrize(
    ("kind", "mood"),
    [(SignalKind.CRISIS, "negative"), (SignalKind.OPPORTUNITY, "positive"), (SignalKind.ATTENTION, "neutral")],
)
def test_a_planted_burst_has_its_strength_shape_mood_and_networks(
    make_world: Callable[..., World], start: int, kind: SignalKind, mood: str
) -> None:
    world = make_world(rate=1.0)
    episode = Episode(kind, "telmo", start + 20 * MINUTE + 7_001, 40 * MINUTE, 60.0, "it")
    world.plant(episode)
    posts = [e for e in world.events(start, start + 2 * HOUR) if e.label.episode == "it" and e.label.kind == "post"]
    expected = sum(60.0 / 60 * episode.level(at) for at in range(episode.at, episode.until, 1000))
    assert near(len(posts), expected) and expected > 700
    assert all(episode.at <= e.observed_at < episode.until and e.label.brand == "telmo" for e in posts)
    assert sum(e.label.polarity == mood for e in posts) > 0.8 * len(posts)
    assert len({e.network for e in posts}) == 4 and {e.label.lang for e in posts} == {"es", "en"}
    peak = episode.at + 4 * MINUTE
    first, top, last = (
        sum(at <= e.observed_at < at + 2 * MINUTE for e in posts)
        for at in (episode.at, peak, episode.until - 2 * MINUTE)
    )
    assert top > 1.5 * first and top > 5 * last


def test_a_crisis_has_several_causes_and_people_of_its_own(make_world: Callable[..., World], start: int) -> None:
    world = make_world(rate=1.0)
    world.plant(Episode(SignalKind.CRISIS, "iberluz", start + 5 * MINUTE, 30 * MINUTE, 60.0, "it"))
    posts = [e for e in world.events(start, start + HOUR) if e.label.episode == "it" and e.label.kind == "post"]
    facets = collections.Counter((e.label.lang, e.label.facet) for e in posts if e.label.polarity == "negative")
    assert all(3 <= sum(1 for lang, _ in facets if lang == wanted) <= 5 for wanted in ("es", "en"))
    assert len({e.label.author for e in posts}) > 0.4 * len(posts)


def test_a_demo_crisis_is_several_negative_mentions_a_second_within_seconds(
    make_world: Callable[..., World], start: int
) -> None:
    world = make_world(rate=1.0)
    world.plant(Episode(SignalKind.CRISIS, "iberluz", start + MINUTE, 150_000, 300.0, "it"))
    seen = [e for e in world.events(start + MINUTE, start + MINUTE + 20_000) if e.label.polarity == "negative"]
    assert len(seen) >= 40


def test_a_coordinated_burst_is_one_text_by_young_accounts(make_world: Callable[..., World], start: int) -> None:
    world = make_world(rate=1.0)
    world.plant(Episode(SignalKind.COORDINATED, "telmo", start + MINUTE, 30 * MINUTE, 20.0, "it"))
    posts = [e for e in world.events(start, start + HOUR) if e.label.episode == "it"]
    assert len(posts) > 100 and len({e.label.author for e in posts}) == len(posts)
    assert {e.network for e in posts} == {"x", "bluesky"}


def test_some_posts_are_seen_minutes_late_and_most_within_seconds(make_world: Callable[..., World], start: int) -> None:
    from pipeline.normalize import peek

    world = make_world(rate=30.0)
    lags = []
    for event in world.events(start, start + 2 * HOUR):
        if event.label.kind == "post" and event.network in ("bluesky", "mastodon"):
            created = peek(event.network, event.payload).created_at
            assert created is not None
            lags.append(event.observed_at - created)
    late = sum(lag >= MINUTE for lag in lags)
    assert 0.004 < late / len(lags) < 0.03 and max(lags) <= 14 * MINUTE
    assert sum(lag <= 10_000 for lag in lags) > 0.9 * len(lags)
