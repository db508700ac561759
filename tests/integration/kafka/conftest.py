"""Brokers for tests: one shared by a session, and fresh ones to be killed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.kafka.broker import Broker
from deploy.kafka.jars import KafkaUnavailableError, java, resolve


@pytest.fixture(scope="session")
def kafka_here() -> None:
    """Fails where Kafka cannot run, unless KAFKA=skip."""
    if os.environ.get("KAFKA") == "skip":
        pytest.skip("KAFKA=skip: nothing on a real Kafka is tested")
    try:
        java()
        resolve()
    except KafkaUnavailableError as missing:
        pytest.fail(f"{missing}\nSay KAFKA=skip to test without Kafka.", pytrace=False)


@pytest.fixture
def new_broker(kafka_here: None, tmp_path: Path) -> Iterator[Callable[[], Broker]]:
    """`new_broker()` is a broker of the test's own, not started; it is killed at the end."""
    made: list[Broker] = []

    def make() -> Broker:
        made.append(Broker(tmp_path / f"broker-{len(made)}"))
        return made[-1]

    yield make
    for broker in made:
        broker.kill()


@pytest.fixture(scope="session")
def broker(kafka_here: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One running broker for the whole session."""
    broker = Broker(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.kill()
