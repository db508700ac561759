"""What is measured: a simulated log, which needs nothing, and real Reddit posts where the shared files are present."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import NamedTuple

import orjson

from pipeline.runtime.replay.source import LOG
from pipeline.simulate import Episode, World, log_line
from schemas.config import Brand, Config, Target
from schemas.instants import DAY, HOUR, MINUTE
from schemas.kinds import SignalKind, TargetType

START = 1_760_000_400_000
DAYS = 2
RATE = 2.5
"""Opinions a minute and brand; what people do to them comes on top."""
SLICE = (100_000, 120_000)
"""Of the bulk in order of time: four months of 2012, so that a round takes seconds and the density is the real one."""
QUERIES = {
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
    about: str
    path: Path
    network: str
    config: Config


def simulated(work: Path) -> Input:
    """Three brands for two days with a crisis and an opportunity, on four networks, broken payloads and repeats included."""
    brands = [_brand("iberluz", "iberluz"), _brand("veloz", "veloz", "x:veloz"), _brand("cafeto", "cafeto")]
    path = work / "simulated.jsonl"
    if not path.exists():
        world = World(brands, 11, START, rate=RATE)
        world.plant(Episode(SignalKind.CRISIS, "iberluz", START + DAY, 40 * MINUTE, 6.0, "outage"))
        world.plant(Episode(SignalKind.OPPORTUNITY, "veloz", START + DAY + 6 * HOUR, 30 * MINUTE, 6.0, "praise"))
        lines = [log_line(event) + b"\n" for event in world.events(START, START + DAYS * DAY)]
        _write(path, lines)
    return Input("simulated", "simulated log, 2 days, 3 brands, 4 networks", path, LOG, Config(brands))


def posts(work: Path) -> Input | None:
    """A stretch of the bulk, dense enough to be like a day's work; None where the shared files are absent."""
    whole = bulk()
    if whole is None:
        return None
    path = work / "posts.jsonl"
    if not path.exists():
        with gzip.open(whole.path) as file:
            lines = sorted(file, key=lambda line: orjson.loads(line)["data"]["created_utc"])
        _write(path, lines[slice(*SLICE)])
    return whole._replace(name="posts", about="20,000 Reddit posts of 2012, 10 brands", path=path)


def bulk() -> Input | None:
    """All 194,376 Reddit posts, 2006 to 2013; None where the shared files are absent."""
    path = Path(os.environ.get("ESCUCHA_SHARED", "../shared")) / "bulk" / "reddit_t3.jsonl.gz"
    if not path.exists():
        return None
    config = Config([_brand(id, query) for id, query in QUERIES.items()])
    return Input("bulk", "194,376 Reddit posts of 2006 to 2013, 10 brands", path, "reddit", config)


def named(name: str, work: Path) -> Input:
    """The input of that name. Raises ValueError where there is none, or its files are absent."""
    found = {"simulated": lambda: simulated(work), "posts": lambda: posts(work), "bulk": bulk}[name]()
    if found is None:
        raise ValueError(f"input {name!r} needs the shared files: set ESCUCHA_SHARED to their folder")
    return found


def _brand(id: str, query: str, *own: str) -> Brand:
    return Brand(id, id.capitalize(), [Target(TargetType.BRAND, query, id)], list(own))


def _write(path: Path, lines: list[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(b"".join(lines))
    part.rename(path)
