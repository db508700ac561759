"""State on Kafka: written over and over, compacted by the broker's cleaner, loaded as it was last."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Callable
from itertools import count
from random import Random

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.kafka.broker import Broker
from deploy.kafka.jars import java, resolve
from pipeline.runtime.kafka import KafkaBus
from pipeline.runtime.kafka.topics import STATE
from tests.integration.kafka.steps import MENTIONS_0, RAW_0, step, values

SEGMENT = 1 << 20
"""The smallest that Kafka takes."""
numbers = count()


async def change(broker: Broker, kind: ConfigResourceType, name: str, settings: dict[str, str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        answers = await admin.alter_configs([ConfigResource(kind, name, settings)])
        assert [code for answer in answers for code, *_ in answer.resources] == [0], answers
    finally:
        await admin.close()


def log_bytes(broker: Broker, topic: str) -> int:
    found = 0
    for file in broker.directory.glob(f"data/{topic}-*/*.log"):
        try:
            found += file.stat().st_size
        except FileNotFoundError:
            # The cleaner has just put another in its place.
            continue
    return found


@pytest.mark.timeout(240)
async def test_state_written_fifty_times_over_is_compacted_and_loads_as_it_was_last(broker: Broker) -> None:
    prefix = f"state-{os.getpid()}-{next(numbers)}."
    bus = KafkaBus(broker.bootstrap, partitions=1, prefix=prefix)
    await bus.open()
    await bus.commit(step(0))
    topic = f"{prefix}{STATE}listen"
    # As in earnest, but for a smaller scale and a cleaner that looks every moment.
    settings = {"cleanup.policy": "compact", "segment.bytes": str(SEGMENT), "min.cleanable.dirty.ratio": "0.3"}
    await change(broker, ConfigResourceType.TOPIC, topic, settings | {"delete.retention.ms": "0"})
    await change(broker, ConfigResourceType.BROKER, "1", {"log.cleaner.backoff.ms": "200"})
    random = Random(1)
    expected: dict[str, bytes] = {}
    written = 0
    for turn in range(1, 51):
        state = {f"brand-{key}": random.randbytes(2500) for key in range(120)}
        gone = f"brand-{turn % 7}"
        await bus.commit(step(turn, outputs=[], state=state | {gone: None}))
        expected = {key: value for key, value in (expected | state).items() if key != gone}
        written += sum(map(len, state.values()))
    await bus.close()
    bound = 3 * SEGMENT + int(sum(map(len, expected.values())) * 1.5)
    assert written > 2 * bound
    deadline = time.monotonic() + 90
    while log_bytes(broker, topic) > bound:
        assert time.monotonic() < deadline, (
            f"{log_bytes(broker, topic)} bytes stay in the log: the cleaner does nothing"
        )
        await asyncio.sleep(0.5)
    again = KafkaBus(broker.bootstrap, prefix=prefix)
    await again.open()
    assert await again.load_state("listen", 0) == expected | {"n": b"0"}
    await again.close()


@pytest.mark.timeout(120)
async def test_the_topics_of_state_are_cut_small_enough_to_be_compacted(broker: Broker) -> None:
    prefix = f"state-{os.getpid()}-{next(numbers)}."
    bus = KafkaBus(broker.bootstrap, partitions=1, prefix=prefix)
    await bus.open()
    await bus.commit(step(1))
    await bus.close()
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    asked = ConfigResource(ConfigResourceType.TOPIC, f"{prefix}{STATE}listen")
    (answer,) = await admin.describe_configs([asked])
    await admin.close()
    found = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    assert found["cleanup.policy"] == "compact"
    assert int(found["segment.bytes"]) <= 64 << 20
    assert float(found["min.cleanable.dirty.ratio"]) < 0.5
    assert 0 < int(found["max.compaction.lag.ms"]) <= 24 * 3600 * 1000


@pytest.mark.timeout(120)
async def test_an_owners_topic_may_be_made_while_connections_and_producers_are_open(broker: Broker) -> None:
    prefix = f"state-{os.getpid()}-{next(numbers)}."
    # Without fencing all owners share one producer, which so is older than the second owner's topic.
    bus = KafkaBus(broker.bootstrap, partitions=1, prefix=prefix, fencing=False)
    await bus.open()
    assert not await bus.wait({RAW_0: 0}, 0.1)
    for number, owner in enumerate(("listen", "archive", "other"), start=1):
        await asyncio.wait_for(bus.commit(step(number, owner=owner)), 20)
        assert await asyncio.wait_for(bus.load_state(owner, 0), 20) == {"n": b"%d" % number}
    assert await values(bus, MENTIONS_0) == ["1", "2", "3"]
    await bus.close()


def limit_reading(broker: Broker, rate: int) -> None:
    """Let every client read so many bytes a second: above it the broker answers with nothing at all, for a while."""
    quota = ("--alter", "--entity-type", "clients", "--entity-default", "--add-config", f"consumer_byte_rate={rate}")
    tool = [
        java(),
        "-cp",
        f"{resolve()}/*",
        "kafka.admin.ConfigCommand",
        "--bootstrap-server",
        broker.bootstrap,
        *quota,
    ]
    subprocess.run(tool, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)


@pytest.mark.timeout(120)
async def test_state_is_loaded_whole_although_a_quota_holds_answers_back(new_broker: Callable[[], Broker]) -> None:
    broker = new_broker()
    broker.start()
    bus = KafkaBus(broker.bootstrap, partitions=1)
    await bus.open()
    expected = {f"brand-{number}": Random(number).randbytes(1_000_000) for number in range(40)}
    for turn, (key, value) in enumerate(expected.items()):
        await bus.commit(step(turn, outputs=[], state={key: value}))
    limit_reading(broker, 4_000_000)
    await bus.release("listen", 0)
    for _ in range(2):
        found = await bus.load_state("listen", 0)
        assert {key: found.get(key) for key in expected} == expected
    await bus.close()
