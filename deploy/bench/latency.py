"""How long a signal takes: from the broker's append of the last event that it needed to its place in Redis."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

import msgspec
from redis.asyncio import Redis

from deploy.bench import stream
from deploy.bench.feed import recorded
from deploy.bench.feeder import Fed, feed
from deploy.bench.race import PARTITIONS, ROOT, SETTLED, WARM_UP, Place, contender, finished, outputs
from deploy.bench.rivals.floor import Hours, mentions_of
from deploy.bench.rivals.job import STREAM
from deploy.bench.tree import used
from pipeline.record import Partition
from pipeline.runtime.kafka import KafkaBus
from schemas.config import Config
from schemas.headers import get
from schemas.instants import from_wire
from schemas.topics import RAW

BURSTS = 150
"""Two in three are heard by everybody's sentiment: at least a hundred signals at every rate."""
SECONDS = {200: 60, 1_000: 30, 3_000: 15}
_PATIENCE = 30.0
"""Seconds after the feed's end for what is late."""


class Plan(msgspec.Struct):
    """A stream for one rate, and which event lets each brand's rule hold."""

    rate: int
    path: Path
    deciding: dict[str, str]


class Waited(msgspec.Struct):
    """Milliseconds. `ruled`: median from the append to the log time of the decision, where a signal names it; `drained`: seconds from the feed's end until the last record was written; `missing`: signals that never came."""

    contender: str
    rate: int
    events: int
    signals: int
    missing: int
    p50: float
    p99: float
    most: float
    ruled: float | None
    cpu: float
    seconds: float
    behind: float
    drained: float


class _Signal(NamedTuple):
    came: float
    at: int | None


def plan(rate: int, work: Path, config: Config) -> Plan:
    """Make the stream, and work out the answers by the pure functions alone: a minute at the highest rate."""
    count = rate * SECONDS[rate] + WARM_UP
    path = work / f"live-{rate}.jsonl"
    path.write_bytes(b"".join(stream.stream(time.time_ns() // 1_000_000, count, rate, BURSTS, faults=False)))
    hours = Hours()
    deciding = {brand: id for id, brand, at, more in mentions_of(recorded(path), config) if hours.take(brand, at, more)}
    return Plan(rate, path, deciding)


async def wait_for_signals(name: str, place: Place, prefix: str, plan: Plan) -> Waited:
    """Feed the plan's stream at its rate and take the time of every signal. Raises TimeoutError, RuntimeError."""
    bus = KafkaBus(place.bootstrap, partitions=PARTITIONS, prefix=prefix, readers=(), fencing=False)
    ticking = name == "escucha"
    redis = Redis.from_url(place.redis)
    await redis.delete(STREAM)
    await bus.open()
    arrived: dict[str, _Signal] = {}
    watch = asyncio.create_task(_watch(redis, arrived))
    try:
        async with contender(name, place, prefix) as pid:
            ends = await outputs(bus)
            await feed(bus, recorded(plan.path)[:WARM_UP], WARM_UP, ticking=ticking)
            await finished(bus, [pid], ends, SETTLED)
            before, ends = used(pid).cpu, await outputs(bus)
            fed = await _feed(place, prefix, plan, ticking=ticking)
            last, _ = await finished(bus, [pid], ends)
            cpu = used(pid).cpu - before
            deadline = time.monotonic() + _PATIENCE
            while plan.deciding.keys() - arrived.keys() and time.monotonic() < deadline:  # noqa: ASYNC110 (Redis tells, not a task)
                await asyncio.sleep(0.2)
        appended = await _append_times(bus, set(plan.deciding.values()))
        came = [(arrived[brand], appended[id]) for brand, id in plan.deciding.items() if brand in arrived]
        waits = sorted(signal.came - append for signal, append in came)
        ruled = [signal.at - append for signal, append in came if signal.at is not None]
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        await bus.close()
        await redis.aclose()
    cuts = quantiles(waits, n=100, method="inclusive") if len(waits) > 1 else [float("nan")] * 99
    return Waited(
        contender=name,
        rate=plan.rate,
        events=fed.events,
        signals=len(waits),
        missing=len(plan.deciding) - len(waits),
        p50=cuts[49],
        p99=cuts[98],
        most=waits[-1] if waits else float("nan"),
        ruled=median(ruled) if ruled else None,
        cpu=cpu,
        seconds=fed.seconds,
        behind=fed.behind,
        drained=max(0.0, last - fed.ended),
    )


async def _feed(place: Place, prefix: str, plan: Plan, *, ticking: bool) -> Fed:
    arguments = [place.bootstrap, prefix, str(plan.path), str(WARM_UP), str(plan.rate), "yes" if ticking else "no"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.bench.feeder", *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the feeder ended with {process.returncode}")
    return msgspec.json.decode(told, type=Fed)


async def _watch(redis: Redis, arrived: dict[str, _Signal]) -> None:
    """When each brand's first signal came, in ms since 1970: the broker's clock too, both being this machine's."""
    last = "0"
    while True:
        found: list[Any] = list(await redis.xread({STREAM: last}, block=1_000) or ())
        for _, entries in found:
            now = time.time_ns() / 1e6
            for id, fields in entries:
                at = from_wire(fields[b"at"].decode()) if b"at" in fields else None
                arrived.setdefault(fields[b"brand"].decode(), _Signal(now, at))
                last = id


async def _append_times(bus: KafkaBus, ids: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number in range(PARTITIONS):
        source, position = Partition(RAW, number), 0
        while records := await bus.read(source, position, 2_000):
            for record in records:
                id = get(record.headers, "ce_id")
                if id in ids:
                    found.setdefault(id, record.timestamp)
            position = records[-1].offset + 1
    return found
