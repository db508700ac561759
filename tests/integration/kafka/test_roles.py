"""The roles on a real Kafka, by the real command line: what comes in goes out, whoever starts, stops, dies or stalls."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from redis import Redis

from agents.alert import keys
from agents.alert.receiver import Receiver
from agents.alert.server import EmbeddedRedis
from agents.config import new_secret
from deploy.kafka.broker import Broker
from pipeline.normalize import peek
from pipeline.record import Outgoing, tick_to
from pipeline.runtime.kafka import KafkaBus
from pipeline.simulate import World
from schemas.config import Brand, Target
from schemas.headers import cloud_event
from schemas.kinds import TargetType
from schemas.topics import RAW
from tests.integration.kafka.roles import Deployment, as_compose_calls, until

BRANDS = [Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")])]
CONFIG = """
brands:
  - {id: iberluz, name: Iberluz, targets: [{type: brand, query: 'iberluz'}]}
  - {id: brumal, name: Brumal, targets: [{type: brand, query: 'brumal'}]}
sources: [{id: world, kind: simulator, rate: 0.3}]
"""
ROUTES = """
routes: [{id: pr, kind: webhook, url: '%s', secret_env: PR_SECRET, allow_private: true}]
"""


class Beside:
    """A Redis and a webhook receiver, on an event loop in a thread beside the test."""

    def __init__(self, folder: Path) -> None:
        self.secret = new_secret()
        self.receiver = Receiver([self.secret])
        self.redis = EmbeddedRedis(folder / "redis")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        for work in (self.redis.start(), self.receiver.start()):
            asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def stop(self) -> None:
        for work in (self.receiver.stop(), self.redis.stop()):
            asyncio.run_coroutine_threadsafe(work, self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Beside]:
    made = Beside(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def kafka(new_broker: Callable[[], Broker]) -> Broker:
    broker = new_broker()
    broker.start()
    return broker


@pytest.fixture
def deploy(tmp_path: Path, kafka: Broker) -> Iterator[Callable[..., Deployment]]:
    made: list[Deployment] = []

    def deployment(config: str = CONFIG, **variables: str) -> Deployment:
        (tmp_path / "escucha.yaml").write_text(config)
        made.append(Deployment(tmp_path, kafka.bootstrap, ESCUCHA_CONFIG=str(tmp_path / "escucha.yaml"), **variables))
        return made[-1]

    yield deployment
    for one in made:
        one.end()


def feed(bootstrap: str, count: int, batches: int = 1, pause: float = 0.0) -> None:
    """`count` events of a simulated world onto a live cluster, and the ticks of some seconds after them."""

    async def feeding() -> None:
        bus = KafkaBus(bootstrap)
        await bus.open()
        now = time.time_ns() // 1_000_000
        world = list(World(BRANDS, 5, now - 86_400_000 * 3, rate=1.0).events(now - 86_400_000 * 3, now))[:count]
        assert len(world) == count
        size = -(-count // batches)
        for start in range(0, count, size):
            await bus.append([raw(event, start + index) for index, event in enumerate(world[start : start + size])])
            await tick(bus)
            await asyncio.sleep(pause)
        await asyncio.sleep(1.1)
        await tick(bus)
        await bus.close()

    asyncio.run(feeding())


async def tick(bus: KafkaBus) -> None:
    at = time.time_ns() // 1_000_000
    await bus.append([tick_to(RAW, number, at, number) for number in range(bus.partitions(RAW))])


def raw(event, number: int) -> Outgoing:
    key = peek(event.network, event.payload).key or event.id
    headers = cloud_event(
        id=f"{number}", source="/test", type=RAW, extra=[("network", event.network), ("source", "test")]
    )
    return Outgoing(RAW, key.encode(), event.payload, headers)


@pytest.mark.timeout(200)
def test_every_role_as_compose_calls_it_brings_a_crisis_to_redis_and_to_a_webhook(
    deploy: Callable[..., Deployment], beside: Beside
) -> None:
    escucha = deploy(
        CONFIG + ROUTES % beside.receiver.url, ESCUCHA_REDIS=beside.redis.url, PR_SECRET=beside.secret.reveal()
    )
    before = escucha.run("worker", "--role", "listen")
    assert before.returncode == 2
    assert "escucha topics apply" in before.stderr
    assert "Traceback" not in before.stderr
    live = escucha.run("topics", "apply", "--partitions", 1)
    assert live.returncode == 0, live.stderr
    refused = escucha.run("ingest")
    assert refused.returncode == 2
    assert "topics apply --replay" in refused.stderr
    assert escucha.run(*as_compose_calls("topics")).returncode == 0

    workers = [escucha.start(*as_compose_calls(role)) for role in ("understand", "influence", "listen")]
    # Two alert agents share the signals' partitions, or one stands by; neither shuts the other out.
    alerts = [escucha.start(*as_compose_calls("alert")) for _ in range(2)]
    page = escucha.start(*as_compose_calls("dashboard"))
    ingest = escucha.start(*as_compose_calls("ingest"))
    redis = Redis.from_url(beside.redis.url)
    until(
        lambda: beside.receiver.counts.accepted > 0,
        lambda: "\n".join(role.said for role in [*workers, *alerts, ingest]),
    )
    ids = {fields[b"id"].decode() for _, fields in redis.xrange(keys.PUBLIC_STREAM)}
    assert {webhook.id for webhook in beside.receiver.received} <= ids

    for role in [*workers, *alerts, page, ingest]:
        assert role.process.poll() is None, role.said
        assert role.get("/-/live")[0] == 200
        assert role.ready()
    shown = orjson.loads(page.get("/api/state")[1])
    assert {signal["id"] for signal in shown["signals"]} >= {webhook.id for webhook in beside.receiver.received}
    explained = escucha.run("explain", beside.receiver.received[0].id)
    assert explained.returncode == 0, explained.stderr
    doctor = escucha.run("doctor")
    assert doctor.returncode == 0, doctor.stderr

    assert ingest.stop() == 0, ingest.said
    until(lambda: escucha.ledger()["in_flight"] == 0, lambda: str(escucha.ledger()))
    ledger = escucha.run("ledger")
    assert ledger.returncode == 0, ledger.stdout
    assert orjson.loads(ledger.stdout)["aggregated"] > 1000
    for role in [*workers, *alerts, page]:
        assert role.stop() == 0, role.said
    redis.close()


@pytest.mark.timeout(200)
def test_workers_share_partitions_and_take_over_from_one_that_is_killed(
    deploy: Callable[..., Deployment], kafka: Broker
) -> None:
    escucha = deploy()
    assert escucha.run("topics", "apply").returncode == 0
    others = [escucha.start("worker", "--role", role) for role in ("influence", "listen")]
    first, second = (escucha.start("worker", "--role", "understand").ready() for _ in range(2))
    feed(kafka.bootstrap, 1500, batches=3)
    until(lambda: first.works_on() > 0 and second.works_on() > 0, lambda: first.said + second.said)

    feeder = threading.Thread(target=feed, args=(kafka.bootstrap, 1500, 30, 0.05))
    feeder.start()
    first.process.send_signal(signal.SIGKILL)
    feeder.join()
    until(lambda: escucha.ledger()["in_flight"] == 0, lambda: f"{escucha.ledger()}\n{second.said}")
    ledger = escucha.ledger()
    assert ledger["accepted"] == 3000
    assert sum(ledger.values()) == 6000, "the ledger does not balance"
    assert ledger["aggregated"] > 500
    for role in (second, *others):
        assert role.stop() == 0, role.said


@pytest.mark.timeout(200)
def test_a_worker_whose_broker_hangs_ends_by_itself_and_those_told_to_stop_end_and_say_what_was_left(
    deploy: Callable[..., Deployment], kafka: Broker
) -> None:
    escucha = deploy()
    assert escucha.run("topics", "apply", "--partitions", 1).returncode == 0
    stalling = escucha.start("worker", "--role", "listen", "--stall", "4s").ready()
    told = [escucha.start("worker", "--role", role, "--stall", "1h").ready() for role in ("understand", "influence")]
    kafka.signal(signal.SIGSTOP)
    for role in told:
        role.process.send_signal(signal.SIGTERM)
    assert stalling.process.wait(60) == 1
    assert "stalled, and ends: " in stalling.said
    for role in told:
        assert role.process.wait(60) == 1
        assert "has not left its group" in role.said
        assert "Traceback" not in role.said
