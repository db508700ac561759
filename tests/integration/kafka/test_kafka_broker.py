"""The broker that development and CI use is a real one: what it acknowledged outlives kill -9."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.kafka.broker import Broker
from deploy.kafka.jars import KafkaUnavailableError, java, resolve

COUNT = 1000
ROOT = Path(__file__).resolve().parents[3]
TOPIC = "proof"


async def produce(broker: Broker) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", enable_idempotence=True) as producer:
        sent = [await producer.send(TOPIC, b"%d" % i, b"key", partition=0) for i in range(COUNT)]
        for future in sent:
            await future


async def read(broker: Broker) -> list[int]:
    found: list[int] = []
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
    async with consumer:
        consumer.assign([TopicPartition(TOPIC, 0)])
        while len(found) < COUNT:
            batch = await consumer.getmany(timeout_ms=30_000)
            assert batch, f"only {len(found)} records came within 30 s"
            found += [int(record.value) for records in batch.values() for record in records]
    return found


@pytest.mark.timeout(300)
async def test_a_thousand_records_outlive_kill_9_of_the_broker(new_broker: Callable[[], Broker]) -> None:
    broker = new_broker()
    broker.start()
    await produce(broker)
    assert await read(broker) == list(range(COUNT))
    first = broker.pid
    assert first is not None
    broker.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    broker.start()
    assert broker.pid not in (None, first)
    assert await read(broker) == list(range(COUNT))


@pytest.mark.timeout(200)
def test_a_broker_told_to_stop_ends_and_comes_back_at_its_address(new_broker: Callable[[], Broker]) -> None:
    broker = new_broker()
    broker.start()
    address = broker.bootstrap
    broker.stop()
    assert broker.pid is None
    broker.restart()
    assert broker.bootstrap == address


@pytest.mark.timeout(200)
def test_a_broker_does_not_outlive_a_parent_that_is_killed(kafka_here: None, tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib; from deploy.kafka.broker import Broker; b = Broker(pathlib.Path(sys.argv[1])); "
    )
    program += "b.start(); print(b.pid, flush=True); time.sleep(600)"
    command = [sys.executable, "-c", program, str(tmp_path / "broker")]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    os.kill(pid, 0)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 20
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.1)


def test_without_java_or_maven_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(KafkaUnavailableError, match="Java 17"):
        java()
    with pytest.raises(KafkaUnavailableError, match="install maven"):
        resolve(tmp_path)
