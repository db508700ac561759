"""The parts of a run refuse what they cannot honour, and say so."""

import pytest

from agents.parts import open_bus
from pipeline.runtime.embedded import BusFileError


async def test_a_wish_for_kafka_is_refused_rather_than_ignored(tmp_path, monkeypatch):
    monkeypatch.setenv("ESCUCHA_KAFKA", "127.0.0.1:9092")
    with pytest.raises(BusFileError, match="unset it"):
        async with open_bus(tmp_path):
            pass
    assert not list(tmp_path.iterdir())
