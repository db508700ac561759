"""The embedded bus wakes its own waiters at once, sees other processes soon, and holds nobody up."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from pipeline.record import Outgoing, Partition
from pipeline.runtime.embedded import SqliteBus
from schemas.topics import RAW

RAW_0 = Partition(RAW, 0)
POLL = "pipeline.runtime.embedded.bus._POLL_SECONDS"


async def opened(path: Path) -> SqliteBus:
    bus = SqliteBus(path, clock=lambda: 0, durable=False)
    await bus.open()
    return bus


async def test_an_append_in_the_process_wakes_every_waiter_without_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(POLL, 60.0)
    bus = await opened(tmp_path / "bus.db")
    waiting = [asyncio.create_task(bus.wait({RAW_0: 0}, 60)) for _ in range(3)]
    await asyncio.sleep(0.01)
    await bus.append([Outgoing(RAW, b"k", b"v")])
    assert await asyncio.wait_for(asyncio.gather(*waiting), 5) == [True] * 3
    await bus.close()


async def test_an_append_between_the_look_and_the_wait_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(POLL, 60.0)
    bus = await opened(tmp_path / "bus.db")
    for turn in range(50):
        woken, _ = await asyncio.wait_for(
            asyncio.gather(bus.wait({RAW_0: turn}, 60), bus.append([Outgoing(RAW, b"k", b"v")])), 5
        )
        assert woken
    await bus.close()


async def test_a_writer_elsewhere_does_not_stop_the_event_loop(tmp_path: Path) -> None:
    bus = await opened(tmp_path / "bus.db")
    other = sqlite3.connect(tmp_path / "bus.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    appending = asyncio.create_task(bus.append([Outgoing(RAW, b"k", b"v")]))
    loop = asyncio.get_running_loop()
    longest = 0.0
    for _ in range(20):
        started = loop.time()
        await asyncio.sleep(0.005)
        longest = max(longest, loop.time() - started)
    assert not appending.done()
    assert longest < 0.2
    assert await bus.read(RAW_0, 0, 1) == []
    other.execute("ROLLBACK")
    await asyncio.wait_for(appending, 5)
    assert await bus.end_offset(RAW_0) == 1
    await bus.close()


async def test_a_cancelled_append_has_not_happened(tmp_path: Path) -> None:
    bus = await opened(tmp_path / "bus.db")
    appending = asyncio.create_task(bus.append([Outgoing(RAW, b"k", b"v")]))
    await asyncio.sleep(0)
    appending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await appending
    assert await bus.end_offset(RAW_0) == 0
    await bus.append([Outgoing(RAW, b"k", b"v")])
    assert await bus.end_offset(RAW_0) == 1
    await bus.close()
