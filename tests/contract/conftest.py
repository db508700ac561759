"""The buses that the contract suite holds to one behaviour. A new bus is one more entry in IMPLEMENTATIONS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from pipeline.runtime.bus import Bus
from pipeline.runtime.embedded import SqliteBus


class BusFactory(Protocol):
    """Makes buses that are not open yet; equal `store`s are one log, as two processes of a deployment would see it."""

    def __call__(
        self, store: str = "bus", *, partitions: Mapping[str, int] | int | None = 1, capacity: int = 50_000
    ) -> Bus: ...

    def now(self) -> int:
        """The time that this bus stamps, in milliseconds."""
        ...

    async def pass_time(self, millis: int) -> None: ...


class SqliteFactory:
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


IMPLEMENTATIONS: dict[str, Callable[[Path], BusFactory]] = {"sqlite": SqliteFactory}


@pytest.fixture(params=IMPLEMENTATIONS)
def bus_factory(request: pytest.FixtureRequest, tmp_path: Path) -> BusFactory:
    return IMPLEMENTATIONS[request.param](tmp_path)


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
