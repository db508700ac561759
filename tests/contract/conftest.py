"""The buses that the contract suite holds to one behaviour. A new bus is one more entry in IMPLEMENTATIONS."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from deploy.kafka.broker import Broker
from deploy.kafka.jars import KafkaUnavailableError, java, resolve
from pipeline.runtime.bus import Bus
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.kafka import KafkaBus


class BusFactory(Protocol):
    """Makes buses that are not open yet; equal `store`s are one log, as two processes of a deployment would see it."""

    gaps: bool
    """Whether offsets may have gaps, so that a lag counted in offsets is larger than one counted in records."""
    examples: int
    """How many random histories the bus can be put through in the time that a test may take."""

    def __call__(
        self, store: str = "bus", *, partitions: Mapping[str, int] | int | None = 1, capacity: int = 50_000
    ) -> Bus: ...

    def now(self) -> int:
        """The time that this bus stamps, in milliseconds."""
        ...

    async def pass_time(self, millis: int) -> None: ...


class SqliteFactory:
    gaps = False
    examples = 60

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._now = 1_764_000_000_000

    def __call__(
        self, store: str = "bus", *, partitions: Mapping[str, int] | int | None = 1, capacity: int = 50_000
    ) -> Bus:
        path = self._folder / f"{store}.db"
        return SqliteBus(path, partitions=partitions, clock=self.now, capacity=capacity, durable=False)

    def now(self) -> int:
        return self._now

    async def pass_time(self, millis: int) -> None:
        self._now += millis


class KafkaFactory:
    """Topics of its own for each store on one broker. The producer says the append times, as for a replay."""

    gaps = True
    examples = 12
    _made = count()

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._prefix = f"test-{os.getpid()}-{next(self._made)}."
        self._now = 1_764_000_000_000

    def __call__(
        self, store: str = "bus", *, partitions: Mapping[str, int] | int | None = 1, capacity: int = 50_000
    ) -> Bus:
        return KafkaBus(
            self._broker.bootstrap,
            partitions=partitions,
            prefix=f"{self._prefix}{store}.",
            clock=self.now,
            capacity=capacity,
            readers=("understand", "archive"),
            # Two views of one store commit in turn for one group here; that the later one shuts the earlier one out is
            # tested in tests/integration/kafka.
            fencing=False,
            replay=True,
        )

    def now(self) -> int:
        return self._now

    async def pass_time(self, millis: int) -> None:
        self._now += millis


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One real broker for all tests of a session."""
    if os.environ.get("KAFKA") == "skip":
        pytest.skip("KAFKA=skip: the bus on Kafka is not held to the contract")
    try:
        java()
        resolve()
    except KafkaUnavailableError as missing:
        pytest.fail(f"{missing}\nSay KAFKA=skip to test without Kafka.", pytrace=False)
    broker = Broker(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.kill()


IMPLEMENTATIONS = ("sqlite", "kafka")


@pytest.fixture(params=IMPLEMENTATIONS)
def bus_factory(request: pytest.FixtureRequest, tmp_path: Path) -> BusFactory:
    if request.param == "kafka":
        return KafkaFactory(request.getfixturevalue("kafka_broker"))
    return SqliteFactory(tmp_path)


@pytest.fixture
async def open_bus(bus_factory: BusFactory) -> AsyncIterator[Callable[..., Awaitable[Bus]]]:
    """`await open_bus(...)` takes what the factory takes; every bus is closed at the end of the test."""
    opened: list[Bus] = []

    async def open_one(store: str = "bus", **options: object) -> Bus:
        bus = bus_factory(store, **options)
        await bus.open()
        opened.append(bus)
        return bus

    yield open_one
    for bus in opened:
        await bus.close()
