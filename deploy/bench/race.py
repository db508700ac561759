"""One contender against one backlog: what it takes to work it off, on topics of its own on the common broker."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis

from deploy.bench.feed import backlog
from deploy.bench.rivals.job import STREAM
from deploy.bench.tree import used
from pipeline.record import Outgoing, Partition
from pipeline.runtime.kafka import KafkaBus
from schemas.topics import MENTIONS, SIGNALS, WINDOWS

ROOT = Path(__file__).resolve().parents[2]
CONTENDERS = {
    "escucha": "deploy.bench.rivals.escucha",
    "bare": "deploy.bench.rivals.bare",
    "quix": "deploy.bench.rivals.quix",
    "faust": "deploy.bench.rivals.plain_faust",
}
_WINDOW_A_MENTION = frozenset({"quix", "faust"})
PARTITIONS = 4
WARM_UP = 500
"""Events before the ones that count: models are loaded and partitions assigned by then."""
QUIET = 6.0
"""Seconds without a new record after which a contender has finished; longer than anybody's interval of commits, whose work counts."""
SETTLED = 2.5
"""The same where nothing is measured yet."""
PATIENCE = 240.0
"""Seconds for a contender to finish."""
_LOOK = 0.1
_IDLE = 2.0


class Run(msgspec.Struct):
    """`wall`: seconds from the backlog's arrival to the last record written.

    `cpu`: seconds of all its processes until it was quiet again, commits included, less what it uses when it has nothing
    to do; `idle`: that, in cores.
    """

    contender: str
    events: int
    cpu: float
    idle: float
    wall: float
    peak_bytes: int
    mentions: int
    """Written from the first event on; for Escucha the events that matched, whichever number of brands."""
    windows: int
    brands: list[str]
    """Those of which a signal came to Redis."""


class Place(msgspec.Struct):
    """Where a race is held."""

    bootstrap: str
    redis: str
    work: Path
    config: Path
    """The brands to listen for, as JSON."""


@contextlib.asynccontextmanager
async def contender(name: str, place: Place, prefix: str, number: int = 0) -> AsyncIterator[int]:
    """Its process id while it runs, the `number`th of the same group. Raises RuntimeError where it ends by itself."""
    state = place.work / f"{prefix}state-{number}"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    log = place.work / f"{prefix}{number}.log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-m",
                CONTENDERS[name],
                place.bootstrap,
                prefix,
                place.redis,
                str(state),
                str(place.config),
            ),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process.pid
        if process.returncode is not None:
            raise RuntimeError(f"{name} ended with {process.returncode}:\n{log.read_text(errors='replace')[-3000:]}")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        shutil.rmtree(state, ignore_errors=True)


async def work_off(
    name: str,
    place: Place,
    prefix: str,
    records: Sequence[Outgoing],
    mentions: int,
    *,
    partitions: int = PARTITIONS,
    processes: int = 1,
) -> Run:
    """Let a contender work off the records, which lead to so many `mentions`. Raises TimeoutError, RuntimeError."""
    bus = KafkaBus(place.bootstrap, partitions=partitions, prefix=prefix, replay=True, readers=(), fencing=False)
    ticking = name == "escucha"
    redis = Redis.from_url(place.redis)
    await redis.delete(STREAM)
    await bus.open()
    try:
        async with contextlib.AsyncExitStack() as stack:
            pids = [await stack.enter_async_context(contender(name, place, prefix, n)) for n in range(processes)]
            ends = await outputs(bus)
            await backlog(bus, records[:WARM_UP], ticking=ticking)
            await finished(bus, pids, ends, SETTLED)
            idle = await idleness(pids)
            before, ends, begun = used(*pids), await outputs(bus), time.monotonic()
            await backlog(bus, records[WARM_UP:], ticking=ticking)
            last, peak = await finished(bus, pids, ends, enough=lambda: _whole(bus, name, mentions))
            spent = used(*pids).cpu - before.cpu - idle * (time.monotonic() - last)
            entries: list[Any] = await redis.xrange(STREAM) or []
            return Run(
                contender=name,
                events=len(records) - WARM_UP,
                cpu=spent,
                idle=idle,
                wall=last - begun,
                peak_bytes=peak,
                mentions=await _mentions(bus, ledger=ticking),
                windows=(await outputs(bus))[WINDOWS],
                brands=sorted({fields[b"brand"].decode() for _, fields in entries}),
            )
    finally:
        await bus.close()
        await redis.aclose()


async def idleness(pids: Sequence[int]) -> float:
    """The cores that processes with nothing to do use."""
    before, begun = used(*pids).cpu, time.monotonic()
    await asyncio.sleep(_IDLE)
    return (used(*pids).cpu - before) / (time.monotonic() - begun)


async def finished(
    bus: KafkaBus,
    pids: Sequence[int],
    ends: dict[str, int],
    quiet: float = QUIET,
    enough: Callable[[], Awaitable[bool]] | None = None,
) -> tuple[float, int]:
    """Wait until output has come since `ends` and been quiet again; returns when the last came, and the peak memory.

    Who is quiet before there is `enough` has only paused.
    """
    deadline = time.monotonic() + PATIENCE
    before, last, peak = ends, None, 0
    while time.monotonic() < deadline:
        await asyncio.sleep(_LOOK)
        now = await outputs(bus)
        peak = max(peak, used(*pids).resident)
        if now != before:
            before, last = now, time.monotonic()
        if last is not None and time.monotonic() - last >= quiet and (enough is None or await enough()):
            return last, peak
    raise TimeoutError(f"not finished after {PATIENCE:.0f} s: {before}")


async def _whole(bus: KafkaBus, name: str, mentions: int) -> bool:
    """Whether all mentions are written, and with one window for each by those who do so, all windows."""
    if await _mentions(bus, ledger=name == "escucha") < mentions:
        return False
    return name not in _WINDOW_A_MENTION or (await outputs(bus))[WINDOWS] >= mentions


async def _mentions(bus: KafkaBus, *, ledger: bool) -> int:
    if ledger:
        # Its partitions hold ticks and the marks of transactions too.
        return await bus.events_appended(MENTIONS)
    return sum([await bus.end_offset(Partition(MENTIONS, number)) for number in range(bus.partitions(MENTIONS))])


async def outputs(bus: KafkaBus) -> dict[str, int]:
    """Where the topics that a contender writes end, each as the sum of its partitions."""
    return {
        topic: sum([await bus.end_offset(Partition(topic, number)) for number in range(bus.partitions(topic))])
        for topic in (WINDOWS, SIGNALS)
    }
