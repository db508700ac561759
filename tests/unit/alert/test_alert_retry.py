"""What follows an attempt: the decision, exactly."""

from __future__ import annotations

import pytest

from agents.alert.post import _seconds
from agents.alert.retry import SCHEDULE, Action, Decision, Outcome, decide, outcome_of
from pipeline.runtime.metrics import NOTIFICATION_OUTCOMES


def test_the_schedule_tries_an_endpoint_for_27_6_hours() -> None:
    assert sum(SCHEDULE) / 3_600 == pytest.approx(27.58, abs=0.01)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED),
        (204, Outcome.DELIVERED),
        (299, Outcome.DELIVERED),
        (100, Outcome.REJECTED),
        (300, Outcome.REDIRECTED),
        (301, Outcome.REDIRECTED),
        (304, Outcome.REDIRECTED),
        (399, Outcome.REDIRECTED),
        (400, Outcome.REJECTED),
        (404, Outcome.REJECTED),
        (410, Outcome.GONE),
        (429, Outcome.THROTTLED),
        (500, Outcome.REJECTED),
        (501, Outcome.REJECTED),
        (502, Outcome.UNAVAILABLE),
        (503, Outcome.UNAVAILABLE),
        (504, Outcome.UNAVAILABLE),
        (999, Outcome.REJECTED),
    ],
)
def test_only_2xx_is_success(status: int, outcome: Outcome) -> None:
    assert outcome_of(status) is outcome


@pytest.mark.parametrize(
    ("attempt", "outcome", "retry_after", "rand", "action", "delay", "pause"),
    [
        (1, Outcome.DELIVERED, None, 0.5, Action.DONE, 0, 0),
        (8, Outcome.DELIVERED, 9.0, 0.5, Action.DONE, 0, 0),
        (1, Outcome.GONE, None, 0.5, Action.DISABLE, 0, 0),
        (8, Outcome.GONE, None, 0.5, Action.DISABLE, 0, 0),
        (1, Outcome.REJECTED, None, 0.5, Action.RETRY, 5, 0),
        (1, Outcome.REJECTED, None, 0.0, Action.RETRY, 4, 0),
        (1, Outcome.REJECTED, 100.0, 0.5, Action.RETRY, 5, 0),
        (2, Outcome.TIMEOUT, None, 0.5, Action.RETRY, 300, 0),
        (3, Outcome.UNREACHABLE, None, 0.5, Action.RETRY, 1_800, 0),
        (4, Outcome.TLS, None, 0.5, Action.RETRY, 7_200, 0),
        (5, Outcome.FORBIDDEN, None, 0.5, Action.RETRY, 18_000, 0),
        (6, Outcome.REDIRECTED, None, 0.5, Action.RETRY, 36_000, 0),
        (7, Outcome.REJECTED, None, 0.5, Action.RETRY, 36_000, 0),
        (8, Outcome.REJECTED, None, 0.5, Action.GIVE_UP, 0, 0),
        (8, Outcome.THROTTLED, 10.0, 0.5, Action.GIVE_UP, 0, 0),
        (9, Outcome.REJECTED, None, 0.5, Action.GIVE_UP, 0, 0),
        (1, Outcome.THROTTLED, None, 0.5, Action.RETRY, 60, 60),
        (1, Outcome.THROTTLED, 7.0, 0.5, Action.RETRY, 7, 7),
        (1, Outcome.THROTTLED, 1.0, 0.5, Action.RETRY, 5, 1),
        (1, Outcome.THROTTLED, 1e9, 0.5, Action.RETRY, 3_600, 3_600),
        (1, Outcome.THROTTLED, -5.0, 0.5, Action.RETRY, 5, 0),
        (3, Outcome.THROTTLED, None, 0.5, Action.RETRY, 1_800, 60),
        (1, Outcome.UNAVAILABLE, None, 0.5, Action.RETRY, 5, 0),
        (1, Outcome.UNAVAILABLE, 30.0, 0.5, Action.RETRY, 30, 30),
    ],
)
def test_the_decision_after_an_attempt(
    attempt: int, outcome: Outcome, retry_after: float | None, rand: float, action: Action, delay: float, pause: float
) -> None:
    decision = decide(attempt, outcome, retry_after, rand)
    assert decision == Decision(action, decision.reason, delay, pause)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("0", 0.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("9" * 400, 999_999_999.0),
        ("٣", None),
        ("Thu, 01 Jan 1970 00:20:00 GMT", 200.0),
        ("Thu, 01 Jan 1970 00:10:00 GMT", 0.0),
        ("Thu, 01 Jan 99999 00:10:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert _seconds(header, now=1_000) == seconds


def test_every_outcome_is_a_label_value_that_starts_at_zero() -> None:
    assert tuple(Outcome) == NOTIFICATION_OUTCOMES
