"""A meeting of races: every contender over the same streams on one real broker, in rounds whose order turns."""

from __future__ import annotations

import contextlib
import gzip
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import orjson

from agents.alert.server import EmbeddedRedis
from deploy.bench import inputs, stream
from deploy.bench.feed import raw_record, recorded
from deploy.bench.latency import Waited, plan, wait_for_signals
from deploy.bench.machine import machine
from deploy.bench.race import CONTENDERS, ROOT, WARM_UP, Place, Run, work_off
from deploy.bench.rivals.floor import Floor
from deploy.kafka.broker import Broker
from schemas.codec import dump_json
from schemas.config import Config
from schemas.instants import SECOND

DENSITY = 150
"""Events a second of log time in a backlog."""
BURSTS = 40
SHARE = 0.27
"""Of the Reddit posts: how many match one of the thousand words."""


class Size(NamedTuple):
    """How much is run: `events` a backlog, `posts` of Reddit in one round."""

    rounds: int
    events: int
    posts: int
    contenders: Sequence[str]


class Backlog(msgspec.Struct):
    """One stream and what everybody made of it."""

    name: str
    about: str
    floors: list[Floor]
    runs: list[Run]


class Shape(msgspec.Struct):
    """So many partitions and processes, and what they made of the same backlog."""

    partitions: int
    processes: int
    runs: list[Run]


class Meeting(msgspec.Struct):
    machine: str
    date: str
    rounds: int
    backlogs: list[Backlog]


class _Stream(NamedTuple):
    name: str
    about: str
    path: Path
    config: Path


async def meet(work: Path, size: Size) -> Meeting:
    """Hold it. A contender that fails ends the meeting: figures of a broken run are none."""
    streams = [_simulated(work, size.events)]
    if size.posts and (posts := _posts(work, size.posts)) is not None:
        streams.append(posts)
    found = [Backlog(each.name, each.about, [], []) for each in streams]
    for number in range(size.rounds):
        # Reddit's posts run once: they show that the order does not hang on the simulator.
        for each, backlog in list(zip(streams, found, strict=True))[: 1 if number else None]:
            _say(f"round {number + 1}: {each.name}: floor")
            floor = _floor(each)
            backlog.floors.append(floor)
            records = [raw_record(item) for item in recorded(each.path)]
            async with _place(work, each.config) as place:
                for name in _turned(size.contenders, number):
                    _say(f"round {number + 1}: {each.name}: {name}")
                    backlog.runs.append(await work_off(name, place, f"{name}.", records, floor.expected(name)))
    return Meeting(machine(), datetime.now(UTC).strftime("%Y-%m-%d"), size.rounds, found)


async def wait(work: Path, rates: dict[str, Sequence[int]]) -> list[Waited]:
    """How long signals take at steady rates, in events a second by contender."""
    waited: list[Waited] = []
    config = _simulated(work, 0).config
    for rate in sorted({rate for theirs in rates.values() for rate in theirs}):
        _say(f"{rate} events a second: the answers")
        asked = plan(rate, work, stream.config())
        async with _place(work, config) as place:
            for name in (name for name, theirs in rates.items() if rate in theirs):
                _say(f"{rate} events a second: {name}")
                waited.append(await wait_for_signals(name, place, f"{name}.", asked))
    return waited


async def scale(work: Path, rounds: int, events: int) -> list[Shape]:
    """Escucha over the same backlog with 2 and 4 partitions, by 1 and 2 processes, in rounds whose order turns."""
    each = _simulated(work, events)
    records, expected = [raw_record(item) for item in recorded(each.path)], _floor(each).expected("escucha")
    shapes = [Shape(partitions, processes, []) for partitions in (2, 4) for processes in (1, 2)]
    for number in range(rounds):
        for shape in shapes[number % 4 :] + shapes[: number % 4]:
            _say(f"round {number + 1}: {shape.partitions} partitions, {shape.processes} processes")
            async with _place(work, each.config) as place:
                run = await work_off(
                    *("escucha", place, "escucha.", records, expected),
                    partitions=shape.partitions,
                    processes=shape.processes,
                )
            shape.runs.append(run)
    return shapes


async def profile(work: Path, events: int, samples: Path) -> Run:
    """Escucha alone, with samples of where its CPU goes in `samples`."""
    each = _simulated(work, events)
    os.environ["ESCUCHA_RACE_PROFILE"] = str(samples)
    try:
        async with _place(work, each.config) as place:
            records = [raw_record(item) for item in recorded(each.path)]
            return await work_off("escucha", place, "escucha.", records, _floor(each).expected("escucha"))
    finally:
        del os.environ["ESCUCHA_RACE_PROFILE"]


@contextlib.asynccontextmanager
async def _place(work: Path, config: Path) -> AsyncIterator[Place]:
    """A fresh broker and Redis: nobody runs on what another left behind."""
    folder = work / "place"
    shutil.rmtree(folder, ignore_errors=True)
    broker, redis = Broker(folder / "kafka"), EmbeddedRedis(folder / "redis")
    try:
        broker.start()
        yield Place(broker.bootstrap, await redis.start(), folder, config)
    finally:
        await redis.stop()
        broker.kill()


def _floor(each: _Stream) -> Floor:
    command = [sys.executable, "-m", "deploy.bench.rivals.floor", str(each.path), str(each.config)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)  # noqa: S603 (our own module)
    return msgspec.json.decode(done.stdout, type=Floor)


def _simulated(work: Path, events: int) -> _Stream:
    count = events + WARM_UP
    # The backlog ends about now: plain Faust lets go of windows by the clock on the wall.
    lines = stream.stream(_start(count), count, DENSITY, BURSTS)
    return _written(
        work, "simulated", f"simulated, {events:,} events, four networks, 1,000 brands", lines, stream.config()
    )


def _posts(work: Path, events: int) -> _Stream | None:
    """Reddit posts of 2012 in their order, told now; the brands are a thousand of their own words."""
    whole = inputs.bulk()
    if whole is None:
        return None
    count = events + WARM_UP
    with gzip.open(whole.path) as file:
        found = sorted((orjson.loads(line)["data"]["created_utc"], line.strip()) for line in file)
    payloads = [payload for _, payload in found[inputs.SLICE[0] : inputs.SLICE[0] + count]]
    said = [(data := orjson.loads(payload)["data"])["title"] + " " + data["selftext"] for payload in payloads]
    start = _start(count)
    lines = [
        b'{"network":"reddit","observed_at":%d,"id":%b,"payload":%b}\n'
        % (start + number * SECOND // DENSITY, dump_json(orjson.loads(payload)["data"]["name"]), payload)
        for number, payload in enumerate(payloads)
    ]
    config = stream.listening_for(stream.words(said, SHARE))
    return _written(work, "posts", f"{events:,} Reddit posts of 2012, 1,000 words", lines, config)


def _start(count: int) -> int:
    return time.time_ns() // 1_000_000 - count * SECOND // DENSITY


def _written(work: Path, name: str, about: str, lines: Sequence[bytes], config: Config) -> _Stream:
    path, brands = work / f"race-{name}.jsonl", work / f"race-{name}.config.json"
    path.write_bytes(b"".join(lines))
    brands.write_bytes(msgspec.json.encode(config))
    return _Stream(name, about, path, brands)


def _turned(names: Sequence[str], by: int) -> list[str]:
    by %= len(names)
    return [*names[by:], *names[:by]]


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


EVERYBODY = tuple(CONTENDERS)
