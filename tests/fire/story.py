"""The input of a fire: a simulated world's events with known ids, and between them records that nobody can use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.record import Outgoing, tick_to
from pipeline.runtime.replay.run import raw_record
from pipeline.runtime.replay.source import LOG, read_recorded
from pipeline.simulate import Episode, Simulated, World, log_line
from schemas.config import Config
from schemas.headers import get
from schemas.instants import DAY, HOUR, MINUTE
from schemas.kinds import SignalKind
from schemas.topics import RAW

START = 1_760_000_400_000
LOUD = START + int(2.6 * DAY)
"""Two and a half days of history are what a baseline needs before it speaks."""
BRANDS = """brands:
  - {id: iberluz, name: Iberluz, targets: [{type: brand, query: iberluz}]}
  - {id: veloz, name: Veloz, targets: [{type: brand, query: veloz}], own_accounts: ['x:veloz']}
  - {id: cafeto, name: Cafeto, targets: [{type: brand, query: cafeto}]}
"""
POISON = (
    ("x", b"{"),
    ("x", b"\x00\x01 iberluz"),
    ("bluesky", b'{"did":5,"kind":"commit"}'),
    ("mastodon", b'{"id":{"veloz":[]}}'),
    ("a network that nobody knows", b'{"text":"cafeto"}'),
    ("reddit", b"[" * 4000),
    ("mastodon", b""),
)
EVERY = 60
"""One record in so many is poison."""


@dataclass(frozen=True)
class Story:
    """Raw events in the order in which they are appended, each with the time that its record will have."""

    records: Sequence[Outgoing]
    ids: Sequence[str]
    poison: frozenset[str]

    @property
    def end(self) -> int:
        """The time of the tick that closes every window."""
        return (self.records[-1].timestamp or 0) + 3 * HOUR

    def ticks(self, at: int, partitions: int) -> list[Outgoing]:
        return [tick_to(RAW, number, at, number) for number in range(partitions)]


def simulated(config: Config, events: int, file: Path) -> Story:
    """`events` events: thinned quiet days, then a loud day whole. The file can be given to `escucha replay --network log`."""
    poisoned = events // EVERY
    lines: list[bytes] = []
    poison = set()
    for number, event in enumerate(_world(config, events - poisoned)):
        # The world's own ids come back on a duplicate: here every append has one of its own.
        lines.append(log_line(event._replace(id=f"event-{number}")))
        if number % (EVERY - 1) == 30 and len(poison) < poisoned:
            network, payload = POISON[len(poison) % len(POISON)]
            id = f"poison-{len(poison)}"
            lines.append(log_line(event._replace(network=network, payload=payload, id=id)))
            poison.add(id)
    if len(lines) != events:
        raise ValueError(f"{len(lines)} events were made instead of {events}")
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return story_of(file, frozenset(poison))


def story_of(file: Path, poison: frozenset[str] = frozenset()) -> Story:
    """The records that a replay of the file would append."""
    now = 0
    records = []
    for item in read_recorded([str(file)], LOG):
        now = max(now, item.at or 0)
        records.append(raw_record(item, now))
    return Story(records, [id_of(record) for record in records], poison)


def id_of(record: Outgoing) -> str:
    return get(record.headers, "ce_id") or ""


def _world(config: Config, events: int) -> list[Simulated]:
    scale = events / 6_000
    world = World(config.brands, 11, START, rate=0.3 * scale)
    for turn in range(6):
        kind = SignalKind.OPPORTUNITY if turn % 2 else SignalKind.CRISIS
        brand = config.brands[turn % 3].id
        world.plant(Episode(kind, brand, LOUD + turn * 3 * HOUR, 40 * MINUTE, 6.0 * scale, f"episode-{turn}"))
    quiet = list(world.events(START, LOUD))
    loud = list(world.events(LOUD, LOUD + DAY))
    kept = events - len(loud)
    if not 0 < kept <= len(quiet):
        raise ValueError(f"a story of {events} events has {len(loud)} loud and {len(quiet)} quiet ones to choose from")
    return [quiet[i * len(quiet) // kept] for i in range(kept)] + loud
