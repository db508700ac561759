"""From the bus to Redis: once in the stream whatever is repeated, and acknowledged only after Redis has answered."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import ResponseError

from agents.alert import keys
from agents.alert.client import connect
from agents.alert.publish import GROUP, Publisher
from agents.alert.server import EmbeddedRedis
from pipeline.record import Outgoing, Partition, tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from schemas.codec import decode
from schemas.config import Route
from schemas.kinds import Edge, LetterReason, SignalKind
from schemas.letter import DeadLetter
from schemas.signal import Signal
from schemas.topics import DEADLETTERS, SIGNALS

MakeSignal = Callable[..., Signal]
ToBus = Callable[[Signal], Outgoing]
ROUTES = [
    Route("pr", "webhook", "https://example.org/", "PR_SECRET", brands=["iberluz"], signals=[SignalKind.CRISIS]),
    Route("all", "webhook", "https://example.org/", "ALL_SECRET"),
]


def _publisher(bus: SqliteBus, redis: Redis, metrics: Metrics, readiness: Readiness | None = None) -> Publisher:
    return Publisher(bus, redis, ROUTES, metrics, Progress(), readiness or Readiness("outbox"))


async def _ids(redis: Redis, stream: str) -> list[str]:
    return [fields[b"id"].decode() for _, fields in await redis.xrange(stream)]


def _value(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0.0


async def test_a_signal_is_in_the_stream_the_state_and_the_outboxes_of_its_routes(
    bus: SqliteBus, redis: Redis, metrics: Metrics, make_signal: MakeSignal, to_bus: ToBus
) -> None:
    crisis = make_signal("sig_1")
    other = make_signal("sig_2", brand="luznorte", kind=SignalKind.OPPORTUNITY, incident="inc_2")
    await bus.append([to_bus(crisis), to_bus(other)])
    publisher = _publisher(bus, redis, metrics)
    assert await publisher.behind() == 2
    await publisher.open()
    await publisher.step(asyncio.Event())
    assert await publisher.behind() == 0

    stream = {fields[b"id"]: fields for _, fields in await redis.xrange(keys.PUBLIC_STREAM)}
    assert decode(Signal, stream[b"sig_1"][b"signal"]) == crisis
    assert stream[b"sig_2"][b"type"] == b"signal.opportunity.firing"
    assert decode(Signal, await redis.hget(keys.state("iberluz"), "inc_1") or b"") == crisis
    assert await _ids(redis, keys.outbox("pr")) == ["sig_1"]
    assert sorted(await _ids(redis, keys.outbox("all"))) == ["sig_1", "sig_2"]
    assert sum((await bus.committed(GROUP)).values()) == 2
    assert _value(metrics, "escucha_signals_total", kind="crisis", edge="firing") == 1
    assert _value(metrics, "escucha_append_to_redis_seconds_count") == 2


async def test_a_signal_told_many_times_stands_once(
    bus: SqliteBus, redis: Redis, metrics: Metrics, make_signal: MakeSignal, to_bus: ToBus
) -> None:
    await bus.append([to_bus(make_signal(f"sig_{i % 5}")) for i in range(200)])
    for _ in range(2):
        publisher = _publisher(bus, redis, metrics)
        await publisher.open()
        publisher._positions = dict.fromkeys(publisher._positions, 0)
        while await publisher.step(asyncio.Event()):
            pass
    expected = [f"sig_{i}" for i in range(5)]
    assert await _ids(redis, keys.PUBLIC_STREAM) == expected
    assert await _ids(redis, keys.outbox("all")) == expected
    assert _value(metrics, "escucha_signals_total", kind="crisis", edge="firing") == 5


_PUBLISHER = """
import asyncio, sys, time
from pathlib import Path
from agents.alert.client import connect
from agents.alert.publish import Publisher
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from schemas.config import Route

async def main():
    bus = SqliteBus(Path(sys.argv[1]), partitions=None, clock=lambda: int(time.time() * 1000))
    await bus.open()
    route = Route("all", "webhook", "https://example.org/", "ALL_SECRET")
    publisher = Publisher(bus, connect(sys.argv[2]), [route], Metrics(), Progress(), Readiness("outbox"))
    await publisher.open()
    while await publisher.step(asyncio.Event()):
        pass

asyncio.run(main())
"""


async def test_killed_after_redis_took_the_signals_and_before_the_bus_knows_they_stand_once(
    bus: SqliteBus, redis: Redis, redis_url: str, make_signal: MakeSignal, to_bus: ToBus
) -> None:
    await bus.append([to_bus(make_signal(f"sig_{i:03}", brand=f"b{i}")) for i in range(250)])

    async def run(crash_at: str) -> int:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _PUBLISHER,
            str(bus.path),
            redis_url,
            env={**os.environ, "ESCUCHA_CRASH_AT": crash_at},
        )
        return await child.wait()

    assert await run("after_signal:1") == -signal.SIGKILL
    assert not await bus.committed(GROUP)
    taken = await redis.xlen(keys.PUBLIC_STREAM)
    assert taken > 0
    assert await run("after_signal:2") == -signal.SIGKILL
    assert await run("") == 0
    assert sum((await bus.committed(GROUP)).values()) == 250
    expected = [f"sig_{i:03}" for i in range(250)]
    assert sorted(await _ids(redis, keys.PUBLIC_STREAM)) == expected
    assert sorted(await _ids(redis, keys.outbox("all"))) == expected


async def test_observe_mode_is_visible_and_not_delivered(
    bus: SqliteBus, redis: Redis, metrics: Metrics, make_signal: MakeSignal, to_bus: ToBus
) -> None:
    await bus.append([to_bus(make_signal(observe=True))])
    publisher = _publisher(bus, redis, metrics)
    await publisher.open()
    await publisher.step(asyncio.Event())
    assert await _ids(redis, keys.PUBLIC_STREAM) == ["sig_1"]
    assert not await redis.exists(keys.outbox("pr"), keys.outbox("all"))
    assert _value(metrics, "escucha_signals_observed_total") == 1


async def test_the_state_keeps_the_newest_signal_of_an_incident_whatever_the_order(
    bus: SqliteBus, redis: Redis, metrics: Metrics, make_signal: MakeSignal, to_bus: ToBus
) -> None:
    later = make_signal("sig_2", edge=Edge.RESOLVED, at="2026-11-22T12:10:00.000Z")
    earlier = make_signal("sig_1", at="2026-11-22T12:00:00.000Z")
    await bus.append([to_bus(later), to_bus(earlier)])
    publisher = _publisher(bus, redis, metrics)
    await publisher.open()
    await publisher.step(asyncio.Event())
    assert decode(Signal, await redis.hget(keys.state("iberluz"), "inc_1") or b"").id == "sig_2"


async def test_the_state_forgets_the_longest_resolved_incident_and_no_open_one(
    bus: SqliteBus,
    redis: Redis,
    metrics: Metrics,
    make_signal: MakeSignal,
    to_bus: ToBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.alert.publish.STATES", 3)
    turns = [
        ("open", Edge.FIRING, 0),
        ("old", Edge.RESOLVED, 1),
        ("older", Edge.RESOLVED, 0),
        ("new", Edge.FIRING, 2),
        ("newer", Edge.FIRING, 3),
    ]
    await bus.append(
        [
            to_bus(make_signal(f"sig_{incident}", incident=incident, edge=edge, at=f"2026-11-22T12:0{minute}:00.000Z"))
            for incident, edge, minute in turns
        ]
    )
    publisher = _publisher(bus, redis, metrics)
    await publisher.open()
    await publisher.step(asyncio.Event())
    assert sorted(await redis.hkeys(keys.state("iberluz"))) == [b"new", b"newer", b"open"]


async def test_bytes_that_are_no_signal_become_a_dead_letter_and_the_next_signal_is_published(
    bus: SqliteBus, redis: Redis, metrics: Metrics, make_signal: MakeSignal, to_bus: ToBus
) -> None:
    poison = b'{"id": 7, "kind": "crisis"}'
    await bus.append(
        [
            Outgoing(SIGNALS, b"iberluz", poison),
            Outgoing(SIGNALS, b"iberluz", None),
            tick_to(SIGNALS, 0, 1, 0),
            to_bus(make_signal()),
        ]
    )
    publisher = _publisher(bus, redis, metrics)
    await publisher.open()
    await publisher.step(asyncio.Event())
    letters = [decode(DeadLetter, record.value or b"") for record in await bus.read(Partition(DEADLETTERS, 0), 0, 9)]
    assert [letter.payload for letter in letters] == [poison, b""]
    assert {letter.reason for letter in letters} == {LetterReason.BAD_RECORD}
    assert letters[0].topic == SIGNALS
    assert await _ids(redis, keys.PUBLIC_STREAM) == ["sig_1"]
    assert _value(metrics, "escucha_dead_letters_total", reason="bad_record") == 2
    assert await publisher.step(asyncio.Event()) == 0


async def test_redis_killed_and_back_nothing_is_acknowledged_early_and_nothing_is_lost(
    bus: SqliteBus, tmp_path: Path, metrics: Metrics, make_signal: MakeSignal, to_bus: ToBus
) -> None:
    server = EmbeddedRedis(tmp_path / "redis")
    redis = connect(await server.start())
    readiness = Readiness("outbox")
    publisher = _publisher(bus, redis, metrics, readiness)
    stop = asyncio.Event()
    running = asyncio.create_task(publisher.run(stop))
    try:
        for i in range(30):
            await bus.append([to_bus(make_signal(f"sig_{i:02}", brand=f"b{i}"))])
        await _until_count(redis, 30)
        assert readiness.reasons == {}
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        for i in range(30, 60):
            await bus.append([to_bus(make_signal(f"sig_{i:02}", brand=f"b{i}"))])
        await asyncio.sleep(0.5)
        assert sum((await bus.committed(GROUP)).values()) == 30
        assert "outbox" in readiness.reasons
        assert _value(metrics, "escucha_errors_total", stage="alert", reason="redis") > 0

        watching = asyncio.create_task(server.watch(stop))
        await _until_count(redis, 60)
        assert sorted(await _ids(redis, keys.PUBLIC_STREAM)) == [f"sig_{i:02}" for i in range(60)]
        assert sorted(await _ids(redis, keys.outbox("all"))) == [f"sig_{i:02}" for i in range(60)]
    finally:
        stop.set()
        await running
        await watching
        await redis.aclose()
        await server.stop()
    assert sum((await bus.committed(GROUP)).values()) == 60


async def test_a_full_redis_holds_signals_on_the_bus(
    bus: SqliteBus, redis: Redis, metrics: Metrics, make_signal: MakeSignal, to_bus: ToBus
) -> None:
    await bus.append([to_bus(make_signal())])
    publisher = _publisher(bus, redis, metrics)
    await publisher.open()
    await redis.config_set("maxmemory", 1)
    try:
        step = asyncio.create_task(publisher.step(asyncio.Event()))
        await asyncio.sleep(0.4)
        assert not step.done()
        assert not await bus.committed(GROUP)
    finally:
        await redis.config_set("maxmemory", "256mb")
    await asyncio.wait_for(step, 10)
    assert await _ids(redis, keys.PUBLIC_STREAM) == ["sig_1"]


async def test_an_idle_publisher_is_ready_exactly_when_redis_would_take_a_signal(
    bus: SqliteBus, redis: Redis, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.alert.publish._CHECK_SECONDS", 0)
    readiness = Readiness("outbox")
    publisher = _publisher(bus, redis, metrics, readiness)
    await publisher.open()
    await publisher.step(asyncio.Event())
    assert readiness.reasons == {}
    await redis.config_set("maxmemory", 1)
    try:
        await publisher.step(asyncio.Event())
        assert "OutOfMemoryError" in readiness.reasons["outbox"]
    finally:
        await redis.config_set("maxmemory", "256mb")
    await publisher.step(asyncio.Event())
    assert readiness.reasons == {}


async def test_a_stop_while_redis_is_away_leaves_the_batch_for_the_next_start(
    bus: SqliteBus, metrics: Metrics, make_signal: MakeSignal, to_bus: ToBus, redis: Redis
) -> None:
    await bus.append([to_bus(make_signal())])
    nowhere = connect("unix:///nonexistent/redis.sock")
    stop = asyncio.Event()
    running = asyncio.create_task(_publisher(bus, nowhere, metrics).run(stop))
    await asyncio.sleep(0.3)
    stop.set()
    await asyncio.wait_for(running, 2)
    await nowhere.aclose()
    assert not await bus.committed(GROUP)

    publisher = _publisher(bus, redis, metrics)
    await publisher.open()
    assert await publisher.step(asyncio.Event()) == 1
    assert await _ids(redis, keys.PUBLIC_STREAM) == ["sig_1"]


async def test_a_key_that_someone_else_uses_ends_the_process_instead_of_waiting_for_ever(
    bus: SqliteBus, redis: Redis, metrics: Metrics, make_signal: MakeSignal, to_bus: ToBus
) -> None:
    await redis.set(keys.outbox("all"), "not a stream")
    await bus.append([to_bus(make_signal())])
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await _publisher(bus, redis, metrics).run(asyncio.Event())

    await redis.delete(keys.outbox("all"))
    publisher = _publisher(bus, redis, metrics)
    await publisher.open()
    assert await publisher.step(asyncio.Event()) == 1
    assert await _ids(redis, keys.outbox("all")) == ["sig_1"]


async def test_the_public_stream_is_trimmed_and_the_outbox_is_not(
    bus: SqliteBus,
    redis: Redis,
    metrics: Metrics,
    make_signal: MakeSignal,
    to_bus: ToBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.alert.publish.STREAM_LENGTH", 100)
    small: dict[str, Any] = {"evidence": [], "drivers": []}
    await bus.append([to_bus(msgspec.structs.replace(make_signal(f"sig_{i}"), **small)) for i in range(500)])
    publisher = _publisher(bus, redis, metrics)
    await publisher.open()
    while await publisher.step(asyncio.Event()):
        pass
    assert 100 <= await redis.xlen(keys.PUBLIC_STREAM) < 300
    assert await redis.xlen(keys.outbox("all")) == 500
    assert json.loads((await redis.xrevrange(keys.PUBLIC_STREAM, count=1))[0][1][b"signal"])["id"] == "sig_499"


async def _until_count(redis: Redis, n: int) -> None:
    async with asyncio.timeout(15):
        while True:
            # Away, or back and still reading its file: redis-py calls both a ConnectionError.
            with contextlib.suppress(OSError, RedisAway):
                if await redis.xlen(keys.PUBLIC_STREAM) >= n:
                    return
            await asyncio.sleep(0.05)
