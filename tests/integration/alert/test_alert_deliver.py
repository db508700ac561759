"""Delivery over real sockets: signed, retried by the schedule, recorded before it is acknowledged."""

from __future__ import annotations

import asyncio
import gzip
import signal
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

import pytest
from redis.asyncio import Redis

from agents.alert import keys
from agents.alert.deliver import DeliveryWorker, Endpoint
from agents.alert.outbox import LEASE_MS
from agents.alert.receiver import Fault, Receiver
from agents.alert.retry import SCHEDULE
from pipeline.runtime.metrics import Metrics
from schemas.codec import encode
from schemas.config import Route
from schemas.signal import Signal

MakeSignal = Callable[..., Signal]
MakeSecret = Callable[[str], Any]
MakeWorker = Callable[..., DeliveryWorker]


class HandClock:
    """Time moves when told to."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> HandClock:
    """The clock of the worker, and of the library with which the receiver checks a signature's age."""
    hand = HandClock()

    class LibraryTime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> LibraryTime:
            return cls.fromtimestamp(hand.now, tz or UTC)

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", LibraryTime)
    return hand


@pytest.fixture
async def make_worker(
    redis: Redis, metrics: Metrics, secret: MakeSecret, clock: HandClock
) -> AsyncIterator[MakeWorker]:
    made: list[DeliveryWorker] = []

    def make(url: str, route: str = "pr", **options: Any) -> DeliveryWorker:
        secrets = options.pop("secrets", [secret("pr")])
        consumer = options.pop("consumer", "tester")
        endpoint = Endpoint(Route(route, "webhook", url, "PR_SECRET", allow_private=True), secrets)
        worker = DeliveryWorker(endpoint, redis, metrics, consumer, **{"clock": clock, "rand": lambda: 0.5} | options)
        made.append(worker)
        return worker

    yield make
    for worker in made:
        await worker.close()


async def _put(redis: Redis, item: Signal, route: str = "pr") -> None:
    await redis.xadd(keys.outbox(route), {"id": item.id, "signal": encode(item)})


async def _attempt(worker: DeliveryWorker) -> int:
    started = await worker.step(asyncio.Event())
    await worker.settle()
    return started


async def _drain(worker: DeliveryWorker) -> None:
    while await _attempt(worker):
        pass


def _notified(metrics: Metrics, outcome: str, route: str = "pr") -> float:
    return metrics.registry.get_sample_value("escucha_notifications_total", {"route": route, "outcome": outcome}) or 0


async def test_a_signal_arrives_signed_with_its_id_and_leaves_the_outbox(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal, metrics: Metrics
) -> None:
    item = make_signal("sig_1")
    await _put(redis, item)
    await _drain(make_worker(receiver.url))
    assert receiver.counts.accepted == 1
    assert receiver.received[0].id == "sig_1"
    assert receiver.received[0].type == "signal.crisis.firing"
    assert receiver.received[0].timestamp == item.at
    assert receiver.received[0].data["sentence"]["es"] == "Suben las quejas."
    assert await redis.xlen(keys.outbox("pr")) == 0
    assert (await redis.xpending(keys.outbox("pr"), "deliver"))["pending"] == 0
    record = (await redis.xrange(keys.delivered("pr")))[0][1]
    assert (record[b"id"], record[b"attempts"], record[b"status"]) == (b"sig_1", b"1", b"204")
    assert _notified(metrics, "delivered") == 1


async def test_attempts_follow_the_schedule_to_the_end_and_then_it_stands_in_the_dead_stream(
    redis: Redis,
    receiver: Receiver,
    make_worker: MakeWorker,
    make_signal: MakeSignal,
    clock: HandClock,
    metrics: Metrics,
) -> None:
    receiver.faults.extend([Fault(500)] * 20)
    await _put(redis, make_signal("sig_1"))
    worker = make_worker(receiver.url)
    await _drain(worker)
    for made, delay in enumerate(SCHEDULE, start=1):
        assert receiver.counts.requests == made
        clock.advance(delay - 1)
        assert await _attempt(worker) == 0
        clock.advance(1)
        assert await _attempt(worker) == 1
    assert receiver.counts.requests == 8
    assert receiver.ids == ["sig_1"] * 8
    dead = await redis.xrange(keys.dead("pr"))
    assert [fields[b"id"] for _, fields in dead] == [b"sig_1"]
    assert dead[0][1][b"reason"] == b"rejected at attempt 8, the last one"
    assert dead[0][1][b"signal"].startswith(b"{")
    assert await redis.xlen(keys.outbox("pr")) == 0
    assert not await redis.exists(keys.due("pr"), keys.attempts("pr"))
    clock.advance(10 * 86_400)
    assert await _attempt(worker) == 0
    assert metrics.registry.get_sample_value("escucha_notifications_dead_total", {"route": "pr"}) == 1


async def test_an_endpoint_that_returns_within_the_schedule_gets_its_signal(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal, clock: HandClock
) -> None:
    receiver.faults.extend([Fault(500)] * 7)
    await _put(redis, make_signal("sig_1"))
    worker = make_worker(receiver.url)
    await _drain(worker)
    for delay in SCHEDULE:
        clock.advance(delay)
        await _drain(worker)
    assert receiver.counts.accepted == 1
    assert (await redis.xrange(keys.delivered("pr")))[0][1][b"attempts"] == b"8"


@pytest.mark.parametrize(
    ("fault", "outcome", "wait"),
    [
        (Fault(500), "rejected", 5),
        (Fault(400), "rejected", 5),
        (Fault(401), "rejected", 5),
        (Fault(404), "rejected", 5),
        (Fault(429), "throttled", 60),
        (Fault(429, {"Retry-After": "120"}), "throttled", 120),
        (Fault(429, {"Retry-After": "999999"}), "throttled", 3_600),
        (Fault(429, {"Retry-After": "soon"}), "throttled", 60),
        (Fault(503, {"Retry-After": "30"}), "unavailable", 30),
        (Fault(503, {"Retry-After": "1"}), "unavailable", 5),
        (Fault(502), "unavailable", 5),
        (Fault(504), "unavailable", 5),
        (Fault(manner="close"), "unreachable", 5),
        (Fault(500, manner="slow_headers"), "timeout", 5),
        (Fault(500, delay=30), "timeout", 5),
    ],
)
async def test_what_an_endpoint_does_decides_when_it_is_tried_again(
    redis: Redis,
    receiver: Receiver,
    make_worker: MakeWorker,
    make_signal: MakeSignal,
    clock: HandClock,
    metrics: Metrics,
    fault: Fault,
    outcome: str,
    wait: float,
) -> None:
    receiver.faults.append(fault)
    await _put(redis, make_signal("sig_1"))
    worker = make_worker(receiver.url, deadline=0.6)
    started = time.monotonic()
    await _drain(worker)
    assert time.monotonic() - started < 0.6 + 0.5
    assert _notified(metrics, outcome) == 1
    clock.advance(wait - 1)
    assert await _attempt(worker) == 0
    clock.advance(1)
    await _drain(worker)
    assert receiver.counts.accepted == 1
    assert await redis.xlen(keys.outbox("pr")) == 0


async def test_an_endpoint_that_asks_for_a_pause_is_left_alone_with_every_signal(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal, clock: HandClock
) -> None:
    receiver.faults.append(Fault(429, {"Retry-After": "120"}))
    await _put(redis, make_signal("sig_1"))
    worker = make_worker(receiver.url)
    await _drain(worker)
    await _put(redis, make_signal("sig_2"))
    clock.advance(119)
    await _drain(worker)
    assert receiver.counts.requests == 1
    clock.advance(1)
    await _drain(worker)
    assert receiver.counts.accepted == 2


async def test_a_redirect_is_a_failure_and_its_target_is_never_visited(
    redis: Redis,
    receiver: Receiver,
    make_worker: MakeWorker,
    make_signal: MakeSignal,
    secret: MakeSecret,
    metrics: Metrics,
) -> None:
    target = Receiver([secret("pr")])
    await target.start()
    receiver.faults.extend(Fault(status, {"Location": target.url}) for status in (301, 302, 307, 308))
    for i in range(4):
        await _put(redis, make_signal(f"sig_{i}"))
    await _drain(make_worker(receiver.url))
    await target.stop()
    assert target.counts.requests == 0
    assert _notified(metrics, "redirected") == 4


async def test_410_disables_the_endpoint_and_what_waits_is_delivered_once_it_is_enabled(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal, metrics: Metrics
) -> None:
    receiver.faults.append(Fault(410))
    await _put(redis, make_signal("sig_1"))
    worker = make_worker(receiver.url)
    await _drain(worker)
    await _put(redis, make_signal("sig_2"))
    await _drain(worker)
    assert receiver.counts.requests == 1
    assert metrics.registry.get_sample_value("escucha_endpoint_disabled", {"route": "pr"}) == 1
    assert await redis.xlen(keys.outbox("pr")) == 2

    again = make_worker(receiver.url)
    await _drain(again)
    assert receiver.counts.requests == 1

    await again.enable()
    await _drain(again)
    assert sorted(receiver.ids[1:]) == ["sig_1", "sig_2"]
    assert metrics.registry.get_sample_value("escucha_endpoint_disabled", {"route": "pr"}) == 0


async def test_a_new_url_in_the_configuration_is_a_new_endpoint(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal
) -> None:
    receiver.faults.append(Fault(410))
    await _put(redis, make_signal("sig_1"))
    await _drain(make_worker(receiver.url))
    await _drain(make_worker(receiver.url + "v2"))
    assert receiver.counts.accepted == 1


async def test_an_answer_without_end_is_cut_and_costs_no_memory(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal, metrics: Metrics
) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    receiver.faults.extend(
        [
            Fault(200, {"Content-Encoding": "gzip"}, "plain", bomb),
            Fault(200, manner="huge", body=b"." * 65_536),
            Fault(200, manner="slow_body"),
            Fault(200, {"X-Long": "h" * 7_000}),
        ]
    )
    worker = make_worker(receiver.url, deadline=5)
    await worker.step(asyncio.Event())
    for i in range(4):
        await _put(redis, make_signal(f"sig_{i}"))
    tracemalloc.start()
    started = time.monotonic()
    await _drain(worker)
    took, (_, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 4
    assert peak < 8_000_000
    assert worker._session is not None
    assert not worker._session.auto_decompress
    assert _notified(metrics, "delivered") == 4
    assert await redis.xlen(keys.outbox("pr")) == 0


async def test_during_rotation_a_receiver_with_either_secret_accepts(
    redis: Redis, make_worker: MakeWorker, make_signal: MakeSignal, secret: MakeSecret
) -> None:
    for known in ("old", "new"):
        listening = Receiver([secret(known)])
        await _put(redis, make_signal(f"sig_{known}"))
        worker = make_worker(await listening.start(), secrets=[secret("new"), secret("old")])
        await _drain(worker)
        await listening.stop()
        assert listening.counts.accepted == 1


async def test_a_receiver_with_another_secret_refuses_and_the_signal_stays(
    redis: Redis, make_worker: MakeWorker, make_signal: MakeSignal, secret: MakeSecret
) -> None:
    stranger = Receiver([secret("other")])
    await _put(redis, make_signal())
    await _drain(make_worker(await stranger.start()))
    await stranger.stop()
    assert (stranger.counts.refused, stranger.counts.accepted) == (1, 0)
    assert await redis.xlen(keys.outbox("pr")) == 1


async def test_an_outbox_entry_that_is_no_signal_goes_to_the_dead_stream_and_blocks_nothing(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal
) -> None:
    await redis.xadd(keys.outbox("pr"), {"id": "sig_0", "signal": b"\xff{"})
    await _put(redis, make_signal("sig_1"))
    await _drain(make_worker(receiver.url))
    assert [item.id for item in receiver.received] == ["sig_1"]
    dead = (await redis.xrange(keys.dead("pr")))[0][1]
    assert (dead[b"id"], dead[b"signal"]) == (b"sig_0", b"\xff{")


async def test_what_a_dead_worker_had_taken_for_retry_is_due_again_when_its_lease_ends(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal, clock: HandClock
) -> None:
    receiver.faults.append(Fault(500))
    await _put(redis, make_signal("sig_1"))
    worker = make_worker(receiver.url)
    await _drain(worker)
    clock.advance(5)
    assert len(await worker._outbox.take_due(clock(), 9)) == 1
    other = make_worker(receiver.url, consumer="other")
    assert await _attempt(other) == 0
    clock.advance(LEASE_MS / 1000)
    assert await _attempt(other) == 1
    assert receiver.counts.accepted == 1


async def test_what_a_vanished_consumer_had_taken_is_claimed(
    redis: Redis,
    receiver: Receiver,
    make_worker: MakeWorker,
    make_signal: MakeSignal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.alert.outbox.LEASE_MS", 50)
    await _put(redis, make_signal("sig_1"))
    vanished = make_worker(receiver.url, consumer="vanished")
    await vanished._outbox.open()
    assert len(await vanished._outbox.take_new(9, 0)) == 1
    await asyncio.sleep(0.06)
    await _drain(make_worker(receiver.url, consumer="other"))
    assert receiver.counts.accepted == 1
    assert await redis.xlen(keys.outbox("pr")) == 0


async def test_a_zombie_s_late_verdict_changes_nothing(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal, clock: HandClock
) -> None:
    await _put(redis, make_signal("sig_1"))
    zombie = make_worker(receiver.url, consumer="zombie")
    await zombie._outbox.open()
    [taken] = await zombie._outbox.take_new(1, 0)
    await zombie._outbox.delivered(taken, clock(), 200)
    await zombie._outbox.postpone(taken, clock(), 1)
    await zombie._outbox.give_up(taken, clock(), "late")
    await zombie._outbox.delivered(taken, clock(), 200)
    assert await redis.xlen(keys.delivered("pr")) == 1
    assert not await redis.exists(keys.dead("pr"), keys.due("pr"), keys.attempts("pr"))


_WORKER = """
import asyncio, sys
from agents.alert.client import connect
from agents.alert.deliver import DeliveryWorker, Endpoint
from pipeline.runtime.metrics import Metrics
from schemas.config import Route

class Secret:
    def reveal(self):
        return sys.argv[3]

async def main():
    route = Route("pr", "webhook", sys.argv[2], "PR_SECRET", allow_private=True)
    worker = DeliveryWorker(Endpoint(route, [Secret()]), connect(sys.argv[1]), Metrics(), "tester")
    await worker.run(asyncio.Event())

asyncio.run(main())
"""


async def test_killed_between_the_post_and_its_record_the_same_id_comes_again_and_nothing_is_lost(
    redis: Redis, redis_url: str, make_signal: MakeSignal, secret: MakeSecret
) -> None:
    listening = Receiver([secret("pr")])
    kills = 0

    async def launch() -> asyncio.subprocess.Process:
        arguments = (redis_url, listening.url, secret("pr").reveal())
        return await asyncio.create_subprocess_exec(sys.executable, "-c", _WORKER, *arguments)

    for i in range(10):
        await _put(redis, make_signal(f"sig_{i}"))
    await listening.start()
    child = await launch()
    try:
        async with asyncio.timeout(60):
            while listening.counts.accepted < 10 or await redis.xlen(keys.outbox("pr")):
                if kills < 3 and listening.counts.requests > 3 * kills:
                    child.send_signal(signal.SIGKILL)
                    await child.wait()
                    kills += 1
                    child = await launch()
                await asyncio.sleep(0)
    finally:
        child.kill()
        await child.wait()
        await listening.stop()
    assert kills == 3
    assert sorted(item.id for item in listening.received) == [f"sig_{i}" for i in range(10)]
    assert listening.counts.repeated > 0
    assert listening.counts.refused == 0


async def test_a_dead_endpoint_slows_no_other(
    redis: Redis,
    make_worker: MakeWorker,
    make_signal: MakeSignal,
    secret: MakeSecret,
    until: Callable[..., Awaitable[None]],
) -> None:
    routes = [f"r{i}" for i in range(5)]
    listening = [Receiver([secret("pr")]) for _ in routes]
    dead = Receiver([secret("pr")], faults=[Fault(500, delay=30)] * 500)
    workers = [make_worker(await one.start(), route) for route, one in zip(routes, listening, strict=True)]
    workers.append(make_worker(await dead.start(), "dead", deadline=2))
    for i in range(20):
        for route in [*routes, "dead"]:
            await _put(redis, make_signal(f"sig_{i}"), route)
    stop = asyncio.Event()
    running = [asyncio.create_task(worker.run(stop)) for worker in workers]
    started = time.monotonic()
    await until(lambda: all(one.counts.accepted == 20 for one in listening))
    took = time.monotonic() - started
    stop.set()
    await asyncio.gather(*running)
    await asyncio.gather(*(one.stop() for one in [*listening, dead]))
    assert took < 2
    assert 0 < dead.counts.requests <= 8
    assert await redis.xlen(keys.outbox("dead")) == 20


async def test_redis_away_between_the_post_and_its_record_the_record_is_made_later(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal, metrics: Metrics
) -> None:
    receiver.faults.append(Fault(200, delay=0.3))
    await _put(redis, make_signal("sig_1"))
    worker = make_worker(receiver.url)
    await worker.step(asyncio.Event())
    await asyncio.sleep(0.1)
    await redis.config_set("maxmemory", 1)
    await asyncio.sleep(0.5)
    await redis.config_set("maxmemory", "256mb")
    await worker.settle()
    assert await redis.xlen(keys.delivered("pr")) == 1
    assert receiver.counts.requests == 1
    assert metrics.registry.get_sample_value("escucha_errors_total", {"stage": "alert", "reason": "redis"})


async def test_the_outbox_s_depth_and_age_are_shown(
    redis: Redis, receiver: Receiver, make_worker: MakeWorker, make_signal: MakeSignal, metrics: Metrics
) -> None:
    receiver.faults.append(Fault(410))
    for i in range(3):
        entry = f"{int((time.time() - 90) * 1000)}-{i}"
        await redis.xadd(keys.outbox("pr"), {"id": f"sig_{i}", "signal": encode(make_signal(f"sig_{i}"))}, id=entry)
    worker = make_worker(receiver.url, clock=time.time)
    await worker.step(asyncio.Event())
    await worker.settle()
    assert metrics.registry.get_sample_value("escucha_outbox_pending", {"route": "pr"}) == 3
    age = metrics.registry.get_sample_value("escucha_outbox_oldest_age_seconds", {"route": "pr"})
    assert age == pytest.approx(90, abs=3)
