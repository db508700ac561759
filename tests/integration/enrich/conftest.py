"""A small model of the tests' own, and a bus with brands on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from tests.tinymodel import make_model


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows a few words; what it does not know is neutral to it."""
    return make_model(tmp_path_factory.mktemp("model") / "words")


@pytest.fixture(scope="session")
def tier0() -> Tier0:
    return Tier0(packaged_model())
