"""New queries for a worker on a real Kafka: handed over by the command line, in force without a restart."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from deploy.kafka.broker import Broker
from pipeline.record import Outgoing, Partition, tick_to
from pipeline.runtime.kafka import KafkaBus
from schemas.codec import decode
from schemas.headers import cloud_event
from schemas.instants import from_wire
from schemas.mention import Mention
from schemas.topics import MENTIONS, RAW
from tests.integration.kafka.roles import Deployment, until

BRAND = "  - {id: %s, name: %s, targets: [{type: brand, query: '%s'}]}\n"


def _config(folder: Path, name: str, *brands: str) -> Path:
    path = folder / name
    path.write_text("brands:\n" + "".join(BRAND % (one, one.title(), one) for one in brands))
    return path


async def _heard(bootstrap: str, text: str) -> list[str]:
    """Say it now; the brands that hear it."""
    bus = KafkaBus(bootstrap, fencing=False)
    await bus.open()
    try:
        now = time.time_ns() // 1_000_000
        id = str(10**18 + now)
        payload = orjson.dumps({"data": {"id": id, "author_id": "5", "text": text}})
        headers = cloud_event(id=id, source="/test", type=RAW, extra=[("network", "x"), ("source", "test")])
        await bus.append([Outgoing(RAW, id.encode(), payload, headers)])
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            at = time.time_ns() // 1_000_000
            await bus.append([tick_to(RAW, number, at, number) for number in range(bus.partitions(RAW))])
            found = []
            for number in range(bus.partitions(MENTIONS)):
                for record in await bus.read(Partition(MENTIONS, number), 0, 1_000):
                    if not record.is_tick and text.encode() in (record.value or b""):
                        mention = decode(Mention, record.value or b"")
                        found.append(mention.match.brand if mention.match else "")
            if found:
                return sorted(found)
            await asyncio.sleep(0.3)
    finally:
        await bus.close()
    raise AssertionError("nobody heard it")


@pytest.mark.timeout(200)
def test_a_worker_on_kafka_takes_new_queries_without_a_restart(
    new_broker: Callable[[], Broker], tmp_path: Path
) -> None:
    broker = new_broker()
    broker.start()
    old, new = _config(tmp_path, "old.yaml", "iberluz"), _config(tmp_path, "new.yaml", "iberluz", "veloz")
    escucha = Deployment(tmp_path, broker.bootstrap, ESCUCHA_CONFIG=str(old))
    try:
        assert escucha.run("topics", "apply", "--partitions", 1).returncode == 0
        worker = escucha.start("worker").ready()
        assert asyncio.run(_heard(broker.bootstrap, "Iberluz y Veloz antes")) == ["iberluz"]
        done = escucha.run("brands", "apply", new)
        assert done.returncode == 0, done.stderr
        said = orjson.loads(done.stdout)
        until(
            lambda: f"the queries of {said['version']} hold from {said['effective_at']}" in worker.said,
            lambda: worker.said,
        )
        time.sleep(max(0.0, from_wire(said["effective_at"]) / 1000 - time.time()) + 0.1)
        assert asyncio.run(_heard(broker.bootstrap, "Iberluz y Veloz después")) == ["iberluz", "veloz"]
        assert worker.stop() == 0, worker.said
    finally:
        escucha.end()
