"""A real Redis-compatible server for the session, emptied before each test; a real bus; signals with known ids."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from agents.alert.client import connect
from agents.alert.receiver import Receiver
from agents.alert.server import EmbeddedRedis
from pipeline.record import Outgoing
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.metrics import Metrics
from schemas.codec import encode
from schemas.instants import to_wire
from schemas.kinds import Edge, SignalKind
from schemas.signal import Contribution, Drivers, Evidence, Reading, Scale, Sentence, Signal
from schemas.topics import SIGNALS


class Secret:
    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "***"


@pytest.fixture(scope="session")
def secret() -> Callable[[str], Secret]:
    """A signing secret made of a name; the same name gives the same secret."""
    return lambda name: Secret("whsec_" + base64.b64encode(name.encode().ljust(32, b".")).decode())


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    with asyncio.Runner() as runner:
        runner.run(server.start())
        yield server.url
        runner.run(server.stop())


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = connect(redis_url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def now_ms() -> Callable[[], int]:
    return lambda: int(time.time() * 1000)


@pytest.fixture
async def bus(tmp_path: Path, now_ms: Callable[[], int]) -> AsyncIterator[SqliteBus]:
    opened = SqliteBus(tmp_path / "bus.db", partitions=2, clock=now_ms)
    await opened.open()
    yield opened
    await opened.close()


Until = Callable[[Callable[[], bool]], Awaitable[None]]


@pytest.fixture(scope="session")
def until() -> Until:
    """Wait until something is so, 20 seconds at most."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 (the condition lives in another process or library: no event to wait for)
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("test", ["pr"])


@pytest.fixture
def make_signal() -> Callable[..., Signal]:
    """A signal as the detector makes it; keyword arguments replace fields."""

    def make(id: str = "sig_1", **changes: Any) -> Signal:
        at = to_wire(int(time.time() * 1000))
        signal = Signal(
            id=id,
            incident="inc_1",
            kind=SignalKind.CRISIS,
            edge=Edge.FIRING,
            severity="critical",
            brand="iberluz",
            key="negative",
            rule="negative_burst",
            rule_version=1,
            config="c1",
            at=at,
            window_start=at,
            window_end=at,
            value=40,
            expected=4.2,
            score=9.1,
            threshold=5.0,
            n=38,
            authors=31,
            negative_share=0.8,
            baseline_negative_share=0.2,
            reading=Reading("negative", 40, 9.1, [Scale(1, 40.0, 4.2, 3.9, 9.1)], [1, 2, 3], True),
            drivers=[Drivers("network", 36, [Contribution("x", 40, 4, 36)])],
            evidence=[Evidence("x:1", "x", text="Otra vez sin luz, es un desastre ñ")],
            sentence=Sentence("Suben las quejas.", "Complaints are rising."),
        )
        return msgspec.structs.replace(signal, **changes)

    return make


@pytest.fixture
def to_bus() -> Callable[..., Outgoing]:
    return lambda signal: Outgoing(SIGNALS, signal.brand.encode(), encode(signal))


@pytest.fixture
async def receiver(secret: Callable[[str], Secret]) -> AsyncIterator[Receiver]:
    listening = Receiver([secret("pr")])
    await listening.start()
    yield listening
    await listening.stop()
