"""Crash points do nothing unless armed, and then kill at the right one, the right time."""

from __future__ import annotations

import pytest

from pipeline.runtime.crashpoints import POINTS, CrashPlan, reach


def deaths(plan: str | None, reached: list[str]) -> list[int]:
    died: list[int] = []
    walked: list[str] = []
    armed = CrashPlan(plan, lambda: died.append(len(walked)))
    for point in reached:
        armed.reach(point)
        walked.append(point)
    return died


def test_nothing_happens_unarmed() -> None:
    assert deaths(None, list(POINTS) * 3) == []
    for point in POINTS:
        reach(point)


def test_the_process_dies_the_nth_time_that_the_point_is_reached_and_only_then() -> None:
    walk = ["after_outputs", "after_state", "after_outputs", "after_outputs", "after_outputs"]
    assert deaths("after_outputs:1", walk) == [0]
    assert deaths("after_outputs:3", walk) == [3]
    assert deaths("after_state:1", walk) == [1]
    assert deaths("after_state:2", walk) == []


def test_a_point_that_does_not_exist_is_an_error_armed_or_not() -> None:
    with pytest.raises(ValueError, match="after_ouputs"):
        CrashPlan(None, lambda: None).reach("after_ouputs")
    with pytest.raises(ValueError, match=r"ESCUCHA_CRASH_AT=after_ouputs:1: no crash point.*there are during_append"):
        CrashPlan("after_ouputs:1", lambda: None)


@pytest.mark.parametrize(
    "plan", ["after_state", "after_state:", "after_state:0", "after_state:-1", "after_state:x", "after_state:²"]
)
def test_a_plan_without_a_count_says_how_to_write_it(plan: str) -> None:
    with pytest.raises(ValueError, match="write after_state:N"):
        CrashPlan(plan, lambda: None)
