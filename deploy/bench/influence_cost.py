"""What influence costs: bytes of an author, a million authors on one worker, and the table that understand reads.

`python -m deploy.bench.influence_cost [--authors 1000000]` prints Markdown. It needs about 3 GB for a million.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from time import process_time

import psutil

from deploy.bench.machine import machine
from pipeline.influence import Influence, InfluenceTable
from pipeline.influence.author import ENGAGERS, new_author
from pipeline.influence.fixed import EPOCH, ONE
from pipeline.record import Record, tick_to
from pipeline.runtime.collector import look_rarely
from schemas.author import AuthorScore
from schemas.codec import encode
from schemas.ids import hash64
from schemas.instants import to_wire
from schemas.interaction import Interaction
from schemas.kinds import InteractionKind
from schemas.mention import Origin
from schemas.topics import AUTHORS, INTERACTIONS, RAW

START = 1_790_000_000_000 // EPOCH * EPOCH
HOURS = 10
"""The authors are met within so many epochs, each engaged with by a few people in one of them."""
PEOPLE = 200_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authors", type=int, default=1_000_000)
    told = parser.parse_args()
    look_rarely()
    print(f"{machine()}, {datetime.now(UTC):%Y-%m-%d}.\n")
    print("| engagers | bytes of state |\n|--:|--:|")
    for engagers in (1, 10, 100, ENGAGERS):
        print(f"| {engagers} | {_state_bytes(engagers):,} |")
    print()
    _reader(told.authors)
    print()
    _worker(told.authors)


def _state_bytes(engagers: int) -> int:
    epoch = START // EPOCH
    author = new_author(epoch - 5_000)
    author.open(epoch, 123_456_789)
    author.see_followers(25_000, epoch)
    for who in range(engagers):
        author.add(hash64(str(who)), 3 * ONE, 6_666, epoch)
    return len(author.pack())


def _worker(authors: int) -> None:
    """A worker that meets every author, a few engagements each, then goes on; with a snapshot after each 500 records."""
    process = psutil.Process()
    before = process.memory_info().rss
    stage = Influence(0, 1, 1)
    counts = {"interactions": 0, "snapshots": 0, "keys": 0, "bytes": 0, "versions": 0}
    slowest = spent = snapping = 0.0
    for batch in _batches(_log(authors)):
        started = process_time()
        out = stage.process(batch)
        took = process_time() - started
        spent, slowest = spent + took, max(slowest, took)
        started = process_time()
        changed = stage.snapshot()
        snapping += process_time() - started
        counts["interactions"] += len(batch)
        counts["snapshots"] += 1
        counts["keys"] += len(changed)
        counts["bytes"] += sum(len(value) for value in changed.values() if value is not None)
        counts["versions"] += sum(made.partition is None for made in out.records)
    resident = process.memory_info().rss - before
    kept = stage.authors_known
    print(f"| one worker, {authors:,} authors of {counts['interactions']:,} interactions | |\n|---|--:|")
    print(f"| authors kept | {kept:,} |")
    print(f"| resident memory, MB | {resident / 1e6:,.0f} |")
    print(f"| bytes an author, resident | {resident / kept:,.0f} |")
    print(f"| interactions a CPU-second, all in | {counts['interactions'] / spent:,.0f} |")
    print(f"| slowest step (the end of an epoch), CPU s | {slowest:.2f} |")
    print(f"| versions published | {counts['versions']:,} |")
    print(f"| snapshots, µs an interaction | {1e6 * snapping / counts['interactions']:.1f} |")
    print(
        f"| snapshots, keys and bytes an interaction | {counts['keys'] / counts['interactions']:.2f}, "
        f"{counts['bytes'] / counts['interactions']:.0f} |"
    )


def _reader(authors: int) -> None:
    """The table of a process that understands: each author with one version."""
    process = psutil.Process()
    before = process.memory_info().rss
    table, spent = InfluenceTable(1, 1), 0.0
    end = START + EPOCH
    for number in range(authors):
        author, score = f"did:plc:{number:024d}", number % 90 + 0.5
        value = encode(
            AuthorScore("bluesky", author, to_wire(end + EPOCH), to_wire(end), score, 9 + number % 9, 9, 0.25)
        )
        started = process_time()
        table.apply(Record(AUTHORS, 0, number, 0, b"k", value))
        spent += process_time() - started
    resident = process.memory_info().rss - before
    print(f"| the table of a process that understands, {len(table):,} authors | |\n|---|--:|")
    print(f"| resident memory, MB | {resident / 1e6:,.0f} |")
    print(f"| bytes an author | {resident / authors:,.0f} |")
    print(f"| versions read a CPU-second | {authors / spent:,.0f} |")


def _log(authors: int) -> Iterator[Record]:
    """Interactions with every author, five with each fourth and two with the others, in the hours of START; then one more for a fiftieth of them."""
    offset = 0
    for hour in range(HOURS):
        for author in range(hour * authors // HOURS, (hour + 1) * authors // HOURS):
            for turn in range(2 if author % 4 else 5):
                yield _record(offset, author, (author * 5 + turn) * 7_919 % PEOPLE, START + hour * EPOCH)
                offset += 1
        yield _tick(offset, START + (hour + 1) * EPOCH)
        offset += 1
    for author in range(0, authors, 50):
        yield _record(offset, author, author % PEOPLE, START + HOURS * EPOCH)
        offset += 1
    yield _tick(offset, START + (HOURS + 1) * EPOCH)


def _record(offset: int, author: int, who: int, at: int) -> Record:
    said = Interaction(
        uid=f"bluesky:{offset:026d}",
        network="bluesky",
        kind=InteractionKind.LIKE,
        actor=f"did:plc:{who:024d}",
        target=f"a{author:023d}",
        at=to_wire(at),
        actor_created_at="2021-03-04T05:06:07.000Z",
        origin=Origin(RAW, 0, offset, 0, 1),
    )
    return Record(INTERACTIONS, 0, offset, at, b"k", encode(said))


def _tick(offset: int, at: int) -> Record:
    out = tick_to(INTERACTIONS, 0, at, 0)
    return Record(INTERACTIONS, 0, offset, at, None, out.value, out.headers)


def _batches(log: Iterable[Record], size: int = 500) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in log:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


if __name__ == "__main__":
    main()
