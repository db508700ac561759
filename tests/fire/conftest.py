"""Where Kafka can run, and where the real payloads are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.kafka.jars import KafkaUnavailableError, java, resolve
from tests.fire.member import ROOT


@pytest.fixture(scope="session")
def kafka_here() -> None:
    """Fails where Kafka cannot run, unless KAFKA=skip."""
    if os.environ.get("KAFKA") == "skip":
        pytest.skip("KAFKA=skip: nothing is put under fire on a real Kafka")
    try:
        java()
        resolve()
    except KafkaUnavailableError as missing:
        pytest.fail(f"{missing}\nSay KAFKA=skip to test without Kafka.", pytrace=False)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with `fixtures/` and `bulk/`, named by ESCUCHA_SHARED; without it the test is skipped."""
    folder = Path(os.environ.get("ESCUCHA_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no real payloads: {folder} is absent (ESCUCHA_SHARED)")
    return folder
