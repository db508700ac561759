"""The garbage collector rests while a processor is restored, and only then."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping

import pytest

from pipeline.record import Outputs
from pipeline.runtime.restoring import restore


class Seen:
    """Looks whether the collector runs while it is restored; fails if told to."""

    held = 0

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.collecting: bool | None = None
        self.state: Mapping[str, bytes] = {}

    def process(self, batch: object) -> Outputs:
        return Outputs()

    def snapshot(self) -> dict[str, bytes | None]:
        return {}

    def resume(self) -> dict[object, int]:
        return {}

    def restore(self, state: Mapping[str, bytes]) -> None:
        self.collecting, self.state = gc.isenabled(), state
        if self.fails:
            raise ValueError("state of another version")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.isenabled()
    yield
    if before:
        gc.enable()
    else:
        gc.disable()


def test_the_collector_rests_during_a_restore_and_goes_on_after_it() -> None:
    gc.enable()
    seen = Seen()
    restore(seen, {"a": b"1"})
    assert seen.state == {"a": b"1"}
    assert seen.collecting is False
    assert gc.isenabled()


def test_it_goes_on_also_when_the_state_cannot_be_restored() -> None:
    gc.enable()
    with pytest.raises(ValueError, match="another version"):
        restore(Seen(fails=True), {})
    assert gc.isenabled()


def test_a_process_that_has_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    restore(Seen(), {})
    assert not gc.isenabled()
