"""Alive means progress where there is work; ready means every condition holds."""

from __future__ import annotations

import pytest

from pipeline.runtime.health import Progress, Readiness, Stall


def test_an_idle_stage_is_alive_for_ever() -> None:
    progress = Progress(stall=30)
    progress.advanced("listen", 0)
    progress.backlog("listen", 0, 0)
    assert progress.stalled(1e9) == []


def test_a_stage_with_work_that_does_not_advance_is_stalled_after_the_limit() -> None:
    progress = Progress(stall=30)
    progress.backlog("listen", 5, 100)
    assert progress.stalled(130) == []
    assert progress.stalled(131) == [Stall("listen", 5, 31)]


def test_a_stall_is_timed_from_the_work_not_from_the_idle_time_before_it() -> None:
    progress = Progress(stall=30)
    progress.advanced("listen", 0)
    progress.backlog("listen", 0, 3_599)
    progress.backlog("listen", 7, 3_600)
    assert progress.stalled(3_630) == []
    assert [stall.stage for stall in progress.stalled(3_631)] == ["listen"]


def test_a_growing_backlog_does_not_restart_the_clock_and_an_advance_does() -> None:
    progress = Progress(stall=30)
    for second in range(0, 40, 10):
        progress.backlog("listen", 1 + second, second)
    assert progress.stalled(31) != []
    progress.advanced("listen", 31)
    assert progress.stalled(61) == []
    assert progress.stalled(62) != []


def test_one_stalled_stage_is_named_beside_healthy_ones() -> None:
    progress = Progress(stall=30)
    for stage in ("understand", "listen", "alert"):
        progress.backlog(stage, 1, 0)
    progress.advanced("understand", 40)
    progress.backlog("alert", 0, 40)
    assert [stall.stage for stall in progress.stalled(41)] == ["listen"]


def test_time_reported_out_of_order_takes_nothing_back() -> None:
    progress = Progress(stall=30)
    progress.backlog("listen", 1, 0)
    progress.advanced("listen", 50)
    progress.advanced("listen", 10)
    assert progress.stalled(80) == []


def test_ready_when_every_condition_holds() -> None:
    readiness = Readiness("restored", "bus", "outbox")
    assert readiness.reasons == {"restored": "not yet", "bus": "not yet", "outbox": "not yet"}
    for condition in ("restored", "bus", "outbox"):
        readiness.met(condition)
    assert readiness.reasons == {}
    readiness.unmet("outbox", "Redis is away")
    assert readiness.reasons == {"outbox": "Redis is away"}


def test_a_condition_nobody_declared_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="outboks"):
        Readiness("outbox").met("outboks")
