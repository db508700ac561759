"""What is measured: a simulated log, which needs nothing, and the bulk of real Reddit posts where it is present."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pipeline.runtime.replay.source import LOG, Recorded, read_recorded
from pipeline.simulate import Episode, World, log_line
from schemas.config import Brand, Config, Target
from schemas.instants import DAY, HOUR, MINUTE
from schemas.kinds import SignalKind, TargetType

START = 1_760_000_400_000
SIMULATED_DAYS = 2
SIMULATED_RATE = 2.5
BULK_QUERIES = {
    "google": "google OR gmail OR youtube",
    "apple": "apple OR iphone",
    "microsoft": "microsoft OR windows",
    "sony": "sony OR playstation",
    "nintendo": "nintendo",
    "facebook": "facebook",
    "amazon": "amazon OR kindle",
    "netflix": "netflix",
    "obama": "obama",
    "lego": "lego",
}


class Input(NamedTuple):
    """A file to replay, and what to listen for in it."""

    name: str
    path: Path
    network: str
    config: Config


def _brand(id: str, query: str, *own: str) -> Brand:
    return Brand(id, id.capitalize(), [Target(TargetType.BRAND, query, id)], list(own))


def simulated(work: Path) -> Input:
    """Three brands for two days with a crisis and an opportunity, as `escucha simulate` would tell them: four networks, faults included."""
    brands = [_brand("iberluz", "iberluz"), _brand("veloz", "veloz", "x:veloz"), _brand("cafeto", "cafeto")]
    world = World(brands, 11, START, rate=SIMULATED_RATE)
    world.plant(Episode(SignalKind.CRISIS, "iberluz", START + DAY, 40 * MINUTE, 6.0, "outage"))
    world.plant(Episode(SignalKind.OPPORTUNITY, "veloz", START + DAY + 6 * HOUR, 30 * MINUTE, 6.0, "praise"))
    path = work / "simulated.jsonl"
    with path.open("wb") as file:
        for event in world.events(START, START + SIMULATED_DAYS * DAY):
            file.write(log_line(event) + b"\n")
    return Input("simulated", path, LOG, Config(brands))


def bulk() -> Input | None:
    """194,376 Reddit posts of 2006 to 2012 in the order of the subreddits; None where the shared files are absent."""
    path = Path(os.environ.get("ESCUCHA_SHARED", "../shared")) / "bulk" / "reddit_t3.jsonl.gz"
    if not path.exists():
        return None
    return Input("bulk", path, "reddit", Config([_brand(id, query) for id, query in BULK_QUERIES.items()]))


def items_of(what: Input, limit: int | None = None) -> list[Recorded]:
    """The first items of the input, in its own order."""
    return list(islice(read_recorded([str(what.path)], what.network), limit))
