"""One replay: read, sort by the events' own time, append with that time, let the engine drain, write the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.ledger import Ledger
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.record import Outgoing, tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine, Observer
from pipeline.runtime.replay.results import write_results
from pipeline.runtime.replay.sorter import Sorter
from pipeline.runtime.replay.source import LOG, Recorded, ReplayError, read_recorded
from pipeline.runtime.scoring import Scorer
from pipeline.understand import Tier0
from schemas.config import Config
from schemas.headers import cloud_event
from schemas.instants import EARLIEST, HOUR, LATEST, SECOND
from schemas.topics import RAW

TICK_EVERY = HOUR
"""Log time between ticks in a replay. Decisions lie on a grid of their own, so this changes only how soon work is done."""
APPEND = 500
"""Events appended between two drains: bounds what is held in memory."""


@dataclass(frozen=True)
class Replay:
    """What to replay and how. `partitions` and `batch` change nothing in the results."""

    files: list[str]
    network: str
    config: Config
    out: Path
    order: Literal["created", "file"] = "created"
    partitions: int = 1
    batch: int = 500
    observe: Observer | None = None
    scorer: Scorer | None = None
    """One that answers every time and always the same, or the results are not the same either. Its gates stand one a
    partition, so that with it `partitions` changes what is read again."""
    progress: Callable[[int], None] = field(default=lambda _: None)


async def replay(job: Replay, model: Tier0) -> Ledger:
    """Run it; returns the ledger that it also writes. Raises ReplayError for input that cannot be read, or no folder to write to."""
    work = job.out / "replay.db"
    try:
        job.out.mkdir(parents=True, exist_ok=True)
        _remove(work)
    except OSError as fault:
        raise ReplayError(f"{job.out}: cannot be written to ({fault.strerror}); name another folder") from None
    bus = SqliteBus(work, partitions=job.partitions, clock=lambda: EARLIEST, durable=False)
    await bus.open()
    try:
        matcher = Matcher(job.config.brands, config_version(job.config))
        timeline = Timeline(EARLIEST, matcher)
        engine = Engine(bus, timeline, model, job.config, batch=job.batch, observe=job.observe, scorer=job.scorer)
        await engine.start()
        await _feed(job, engine)
        ledger = await engine.ledger()
        await write_results(bus, job.out, ledger)
    finally:
        await bus.close()
        _remove(work)
    return ledger


async def _feed(job: Replay, engine: Engine) -> None:
    """Append everything with ticks between, draining as it goes; at the end let enough time pass to close every window."""
    last_tick = now = EARLIEST
    pending: list[Outgoing] = []
    count = 0
    for at, item in timed(job):
        now = max(now, at)
        if now - last_tick >= TICK_EVERY:
            pending += _ticks(engine, now)
            last_tick = now
        pending.append(raw_record(item, now))
        count += 1
        if count % APPEND == 0:
            await engine.bus.append([*pending, *_ticks(engine, now)])
            pending, last_tick = [], now
            await engine.drain()
            job.progress(count)
    end = min(now + job.config.detection.lateness_seconds * SECOND + 2 * HOUR, LATEST)
    await engine.bus.append([*pending, *_ticks(engine, end)])
    await engine.drain()
    job.progress(count)


def _ticks(engine: Engine, at: int) -> list[Outgoing]:
    return [tick_to(RAW, p, at, p) for p in range(engine.bus.partitions(RAW))]


def raw_record(item: Recorded, observed_at: int) -> Outgoing:
    """The item as it is appended to social.raw, with its append time in milliseconds."""
    extra = [("network", item.network), ("source", "replay")]
    if item.batch is not None:
        extra.append(("batch", item.batch))
    headers = cloud_event(id=item.id, source=f"/replay/{item.network}", type=RAW, extra=extra)
    return Outgoing(RAW, item.key.encode("utf-8", "replace"), item.payload, headers, None, observed_at)


def timed(job: Replay) -> Iterator[tuple[int, Recorded]]:
    """Items with their time, in the job's order; one that tells none takes that of the item before it in the file."""
    items = _with_times(read_recorded(job.files, job.network))
    if job.order == "file" or job.network == LOG:
        yield from items
        return
    sorter = Sorter(job.out / "input.sort", ("INTEGER", "TEXT", "TEXT", "TEXT", "TEXT"))
    try:
        sorter.add((at, i.network, i.id, i.key, i.batch or "", i.payload) for at, i in items)
        for row in sorter:
            at, network, id, key, batch, payload = row
            yield int(at), Recorded(int(at), str(network), str(id), str(key), _bytes(payload), str(batch) or None)
    finally:
        sorter.close()


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("a payload is bytes")
    return value


def _with_times(items: Iterable[Recorded]) -> Iterator[tuple[int, Recorded]]:
    previous = EARLIEST
    for item in items:
        previous = item.at if item.at is not None else previous
        yield previous, item


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
