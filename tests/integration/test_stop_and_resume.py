"""What a stop must leave, and what a start must find: the last second counted, a dead server's address not believed."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from agents.alert.server import running_url
from agents.embedded import Options, run
from agents.parts import only_one, open_redis
from agents.places import redis_directory
from agents.sources import Sources
from pipeline.record import Outgoing, Partition
from pipeline.runtime.embedded import BusFileError, SqliteBus
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Config, Source
from schemas.topics import RAW
from tests.integration.scoring.conftest import BRANDS, post


class OneSource(Sources):
    """A network that says one thing after the first tick and then nothing more."""

    async def _listen(self, source):
        await asyncio.sleep(0.05)
        await self.bus.append([Outgoing(RAW, b"k", b"{}")])
        self.said.set()
        await asyncio.Event().wait()


async def test_a_stop_ticks_past_what_came_after_the_last_tick(tmp_path):
    now = [1_760_000_000_000]
    bus = SqliteBus(tmp_path / "bus.sqlite", partitions=3, clock=lambda: now[0])
    await bus.open()
    sources = OneSource(Config([], sources=[Source("sky", "bluesky")]), bus, tmp_path, clock=lambda: now[0])
    sources.said = asyncio.Event()
    stop = asyncio.Event()
    running = asyncio.create_task(sources.run(stop))
    await asyncio.sleep(0.01)
    now[0] += 700
    await asyncio.wait_for(sources.said.wait(), 10)
    stop.set()
    await asyncio.wait_for(running, 10)
    for number in range(3):
        last = (await bus.read(Partition(RAW, number), 0, 100))[-1]
        assert last.is_tick
        assert last.timestamp == now[0] + 1
    await bus.close()


async def test_what_is_read_again_while_a_run_stops_is_counted_before_it_ends(tmp_path, monkeypatch):
    monkeypatch.delenv("ESCUCHA_REDIS", raising=False)
    stop = asyncio.Event()

    @asynccontextmanager
    async def tier2(config, bus, *_):
        async def run(stop):
            await stop.wait()
            # A reading that was in hand is finished when the sources have stopped, and their last tick is on the bus.
            await asyncio.sleep(0.5)
            await bus.append([post(0)])

        yield run

    async def screen(running, rest):
        stop.set()
        await rest.wait()

    monkeypatch.setattr("agents.embedded.beside", tier2)
    finished = await asyncio.wait_for(
        run(Config(BRANDS), Tier0(packaged_model()), Options(tmp_path, demo=False), stop, screen), 60
    )
    assert finished.ledger.accepted == 1
    assert finished.ledger.aggregated == 1
    assert finished.ledger.in_flight == 0


async def test_the_address_of_a_server_that_was_killed_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.delenv("ESCUCHA_REDIS", raising=False)
    directory = redis_directory(tmp_path)
    directory.mkdir()
    (directory / "redis.url").write_text("redis://:gone@127.0.0.1:1/0\n")
    async with open_redis(tmp_path) as (client, server):
        assert server is not None
        assert await client.ping()
        async with open_redis(tmp_path) as (other, none):
            assert none is None
            assert await other.ping()
    assert running_url(directory) is None


def test_a_second_of_a_role_is_refused_by_name(tmp_path):
    with (
        only_one(tmp_path, "ingest"),
        pytest.raises(BusFileError, match=r"ingest.*already running there; stop it first"),
        only_one(tmp_path, "ingest"),
    ):
        pass
