"""When to try again: the policy of each way a connection can fail, as a pure function."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

LIVED = 60.0
"""Seconds after which a connection counts as good although it delivered nothing."""


class Outcome(StrEnum):
    """How an attempt ended."""

    DROPPED = "dropped"
    """An established stream ended without a reason, or fell silent."""
    UNREACHABLE = "unreachable"
    """TCP, TLS or DNS."""
    REFUSED = "refused"
    """HTTP 4xx or 5xx that may pass."""
    RATE_LIMITED = "rate_limited"
    """HTTP 429 or 420."""
    UNAUTHORISED = "unauthorised"
    """HTTP 401 or 403, or a signature refused."""
    GOING_AWAY = "going_away"
    """HTTP 503, or a close 1001: the server restarts."""
    TOO_SLOW = "too_slow"
    """The server dropped us as a slow reader."""
    CURSOR = "cursor"
    """The cursor is no longer served; the caller has changed it."""
    EMPTY = "empty"
    """A poll brought nothing new."""


class RetryDecision(NamedTuple):
    """Wait `delay` seconds and try again, or stop for good."""

    delay: float
    stop: bool = False


def decide(attempt: int, outcome: Outcome, retry_after: float | None, rand: float) -> RetryDecision:
    """What to do after failure number `attempt` (0 is the first) in a row. `rand` in [0, 1) spreads clients: full jitter.

    `retry_after`: seconds that the server asked for; never undercut. Constants are the networks' own (X, atproto SDK).
    """
    if outcome is Outcome.UNAUTHORISED:
        return RetryDecision(0.0, stop=True)
    if outcome is Outcome.RATE_LIMITED:
        # The wait is mandatory, so jitter only adds to it.
        least = retry_after if retry_after is not None else _doubled(60.0, attempt, 960.0)
        return RetryDecision(least + rand * min(30.0, 0.1 * least + 1.0))
    delay = rand * _ceiling(attempt, outcome)
    return RetryDecision(delay if retry_after is None else retry_after + delay)


def _ceiling(attempt: int, outcome: Outcome) -> float:
    if outcome in (Outcome.DROPPED, Outcome.CURSOR, Outcome.TOO_SLOW):
        return 0.0 if attempt == 0 else _doubled(1.0, attempt - 1, 64.0)
    if outcome is Outcome.UNREACHABLE:
        return min(16.0, 0.25 * (attempt + 1))
    if outcome is Outcome.REFUSED:
        return _doubled(5.0, attempt, 320.0)
    if outcome is Outcome.EMPTY:
        return _doubled(1.0, attempt, 16.0)
    return _doubled(1.0, attempt, 64.0)


def _doubled(first: float, times: int, most: float) -> float:
    return min(most, first * 2.0 ** min(times, 32))


def outcome_of_status(status: int) -> Outcome:
    """The class of an HTTP status that was not a success."""
    if status in (401, 403):
        return Outcome.UNAUTHORISED
    if status in (420, 429):
        return Outcome.RATE_LIMITED
    return Outcome.GOING_AWAY if status == 503 else Outcome.REFUSED


def good(lived: float, delivered: int) -> bool:
    """Whether a connection was good enough to forget earlier failures.

    A bare success of the handshake is not: a server that accepts and closes at once would be hammered.
    """
    return delivered > 0 or lived > LIVED
