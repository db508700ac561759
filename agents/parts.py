"""The parts that roles are put together from, each as a context that cleans up after itself."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from redis.asyncio import Redis

from agents.alert.client import connect, examine
from agents.alert.deliver import Endpoint
from agents.alert.server import EmbeddedRedis, in_use, running_url
from agents.config import secret_of
from agents.ingest.simulated import wall_clock
from agents.places import bus_file, lock_file, redis_directory
from pipeline.runtime.embedded import BusFileError, SqliteBus
from schemas.config import Config
from schemas.instants import HOUR, SECOND

log = logging.getLogger("escucha")
HOUSEKEEPING = HOUR / SECOND


@contextmanager
def only_one(data: Path, role: str) -> Iterator[None]:
    """Hold the role's lock on the data directory: two engines over one log would do everything twice. Raises BusFileError."""
    data.mkdir(parents=True, exist_ok=True)
    with lock_file(data, role).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BusFileError(
                f"{data}: another `escucha run` or `escucha {role}` is already running there; stop it first, or name another directory with --data"
            ) from None
        yield


@asynccontextmanager
async def open_bus(data: Path) -> AsyncIterator[SqliteBus]:
    """The embedded bus of a data directory, made if need be. Raises BusFileError."""
    bus = SqliteBus(bus_file(data), partitions=None, clock=wall_clock)
    await bus.open()
    try:
        yield bus
    finally:
        await bus.close()


@asynccontextmanager
async def open_redis(data: Path) -> AsyncIterator[tuple[Redis, EmbeddedRedis | None]]:
    """The server named by ESCUCHA_REDIS, else one that runs on this data directory, else a private one. Raises RedisUnfit."""
    directory = redis_directory(data)
    url = os.environ.get("ESCUCHA_REDIS") or (running_url(directory) if in_use(directory) else None)
    server = None if url else EmbeddedRedis(directory)
    client = connect(url or (await server.start() if server is not None else ""))
    try:
        for warning in await examine(client):
            log.warning("%s", warning)
        yield client, server
    finally:
        await client.aclose()
        if server is not None:
            await server.stop()


def endpoints_of(config: Config) -> list[Endpoint]:
    """The configured routes with their secrets. Raises SecretError."""
    return [Endpoint(route, [secret_of(route, os.environ)]) for route in config.routes]


async def keep_house(bus: SqliteBus, stop: asyncio.Event) -> None:
    """Let go of what retention allows, once an hour."""
    while not stop.is_set():
        await bus.prune(wall_clock())
        await pause(stop, HOUSEKEEPING)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, or wake early when told to stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
