"""The broker that development and CI use is a real one: what it acknowledged outlives kill -9."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.kafka.broker import Broker
from deploy.kafka.jars import KafkaUnavailableError, java, resolve

COUNT = 1000
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


def test_without_java_or_maven_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(KafkaUnavailableError, match="Java 17"):
        java()
    with pytest.raises(KafkaUnavailableError, match="install maven"):
        resolve(tmp_path)
