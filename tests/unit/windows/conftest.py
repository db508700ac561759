"""A log under construction, for every test of this folder that asks for one."""

import pytest

from tests.unit.windows.listening import Log


@pytest.fixture
def log():
    return Log()
