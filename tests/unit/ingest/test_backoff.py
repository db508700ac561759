"""The reconnect policy, class by class."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ingest.backoff import Outcome, decide, good, outcome_of_status

WAITING = [outcome for outcome in Outcome if outcome is not Outcome.UNAUTHORISED]
CEILINGS = {
    Outcome.DROPPED: 64.0, Outcome.UNREACHABLE: 16.0, Outcome.REFUSED: 320.0, Outcome.GOING_AWAY: 64.0, Outcome.TOO_SLOW: 64.0,
    Outcome.CURSOR: 64.0, Outcome.EMPTY: 16.0,
}  # fmt: skip


def test_a_stream_that_drops_is_reconnected_at_once_the_first_time() -> None:
    assert decide(0, Outcome.DROPPED, None, 0.99).delay == 0.0
    assert decide(1, Outcome.DROPPED, None, 0.99).delay > 0.5


def test_refused_credentials_are_not_tried_again() -> None:
    assert decide(0, Outcome.UNAUTHORISED, None, 0.5).stop


@pytest.mark.parametrize(("attempt", "most"), [(0, 0.25), (1, 0.5), (9, 2.5), (63, 16.0), (10_000, 16.0)])
def test_an_unreachable_host_is_tried_linearly(attempt: int, most: float) -> None:
    assert decide(attempt, Outcome.UNREACHABLE, None, 1.0).delay == pytest.approx(most)


@pytest.mark.parametrize(("attempt", "most"), [(0, 5.0), (1, 10.0), (5, 160.0), (6, 320.0), (500, 320.0)])
def test_a_refusal_doubles(attempt: int, most: float) -> None:
    assert decide(attempt, Outcome.REFUSED, None, 1.0).delay == pytest.approx(most)


@given(st.integers(0, 10_000), st.sampled_from(WAITING), st.floats(0, 1, exclude_max=True))
def test_waits_stay_within_their_class_and_never_stop(attempt: int, outcome: Outcome, rand: float) -> None:
    decision = decide(attempt, outcome, None, rand)
    assert not decision.stop and 0.0 <= decision.delay <= CEILINGS.get(outcome, 960.0 + 30.0)


@given(st.integers(0, 50), st.sampled_from(WAITING), st.floats(0, 1, exclude_max=True), st.floats(0, 100_000))
def test_a_wait_that_the_server_asks_for_is_never_undercut(
    attempt: int, outcome: Outcome, rand: float, asked: float
) -> None:
    assert decide(attempt, outcome, asked, rand).delay >= asked


@given(st.integers(0, 50), st.floats(0, 1, exclude_max=True))
def test_a_rate_limit_waits_at_least_a_minute_doubling(attempt: int, rand: float) -> None:
    assert decide(attempt, Outcome.RATE_LIMITED, None, rand).delay >= min(960.0, 60.0 * 2**attempt)


@given(st.integers(0, 50), st.sampled_from([o for o in WAITING if o is not Outcome.RATE_LIMITED]))
def test_jitter_is_full(attempt: int, outcome: Outcome) -> None:
    assert decide(attempt, outcome, None, 0.0).delay == 0.0


def test_a_handshake_alone_does_not_forget_earlier_failures() -> None:
    assert not good(0.2, 0)
    assert good(0.2, 1) and good(61.0, 0)


def test_statuses_have_their_class() -> None:
    classes = {
        401: Outcome.UNAUTHORISED,
        403: Outcome.UNAUTHORISED,
        420: Outcome.RATE_LIMITED,
        429: Outcome.RATE_LIMITED,
    }
    classes |= {503: Outcome.GOING_AWAY, 500: Outcome.REFUSED, 404: Outcome.REFUSED, 400: Outcome.REFUSED}
    assert {status: outcome_of_status(status) for status in classes} == classes
