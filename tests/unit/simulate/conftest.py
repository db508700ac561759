"""Two brands, a start, and a world of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.simulate import World
from schemas.config import Brand, Target
from schemas.kinds import TargetType

START = 1_790_000_040_000


@pytest.fixture(scope="session")
def brands() -> list[Brand]:
    return [
        Brand(
            "iberluz",
            "Iberluz",
            [
                Target(TargetType.BRAND, "iberluz OR @iberluz", "iberluz"),
                Target(TargetType.COMPETITOR, "luznorte", "luznorte"),
            ],
            [
                "x:iberluz",
                "mastodon:iberluz@mastodon.social",
                "reddit:iberluz",
                "bluesky:did:plc:aaaaaaaaaaaaaaaaaaaaaaaa",
            ],
        ),
        Brand("telmo", "Telmo Móvil", [Target(TargetType.BRAND, '"telmo móvil"', "telmo")]),
    ]


@pytest.fixture(scope="session")
def start() -> int:
    return START


@pytest.fixture
def make_world(brands: list[Brand]) -> Callable[..., World]:
    """A world of the two brands from START on; keyword arguments as World's."""
    return lambda seed=7, **options: World(brands, seed, options.pop("start", START), **options)


@pytest.fixture
def plain(make_world: Callable[..., World]) -> Any:
    return make_world(rate=30.0)
