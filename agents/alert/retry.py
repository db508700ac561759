"""What follows an attempt to deliver: a pure decision. Schedule and jitter as Svix publishes them, 27.6 h in all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SCHEDULE = (5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 36_000.0)
"""Seconds from the n-th failed attempt to the next; after the last of them an attempt that fails is the last."""
JITTER = 0.2
RETRY_AFTER_MAX = 3_600.0
"""The longest wait an endpoint may ask for, in seconds."""
THROTTLED_MIN = 60.0
"""The wait after 429 when the endpoint names none."""


class Outcome(StrEnum):
    """How one attempt ended. Bounded: it is a metric label."""

    DELIVERED = "delivered"
    GONE = "gone"
    """410: the receiver says that it is no more."""
    THROTTLED = "throttled"
    """429: too fast."""
    UNAVAILABLE = "unavailable"
    """502, 503, 504: down for now."""
    REJECTED = "rejected"
    """Any other answer that is not 2xx."""
    REDIRECTED = "redirected"
    """3xx: not followed, and a failure."""
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """No connection, or one that broke before an answer."""
    TLS = "tls"
    FORBIDDEN = "forbidden"
    """The guard refused the address."""


class Action(StrEnum):
    DONE = "done"
    RETRY = "retry"
    GIVE_UP = "give_up"
    DISABLE = "disable"


@dataclass(frozen=True, slots=True)
class Decision:
    """`delay` is seconds until the next attempt (RETRY), `pause` seconds in which the whole endpoint is left alone."""

    action: Action
    reason: str
    delay: float = 0.0
    pause: float = 0.0


def outcome_of(status: int) -> Outcome:
    """The outcome of an answer with this HTTP status."""
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if 300 <= status < 400:
        return Outcome.REDIRECTED
    if status == 410:
        return Outcome.GONE
    if status == 429:
        return Outcome.THROTTLED
    return Outcome.UNAVAILABLE if status in (502, 503, 504) else Outcome.REJECTED


def decide(attempt: int, outcome: Outcome, retry_after: float | None, rand: float) -> Decision:
    """What to do after attempt number `attempt` (from 1). `retry_after` in seconds as the endpoint asked; `rand` in [0, 1).

    A delay is the schedule's with +-20 % jitter. 429, 502, 503 and 504 are waited out as the endpoint asks, never
    shorter than the schedule and at most RETRY_AFTER_MAX longer than none.
    """
    if outcome is Outcome.DELIVERED:
        return Decision(Action.DONE, "the endpoint accepted it")
    if outcome is Outcome.GONE:
        return Decision(Action.DISABLE, "the endpoint answered 410 Gone")
    if attempt > len(SCHEDULE):
        return Decision(Action.GIVE_UP, f"{outcome} at attempt {attempt}, the last one")
    delay = SCHEDULE[attempt - 1] * (1 + JITTER * (2 * rand - 1))
    pause = 0.0
    if outcome in (Outcome.THROTTLED, Outcome.UNAVAILABLE):
        if retry_after is not None:
            pause = min(max(retry_after, 0.0), RETRY_AFTER_MAX)
        elif outcome is Outcome.THROTTLED:
            pause = THROTTLED_MIN
    return Decision(Action.RETRY, f"{outcome} at attempt {attempt}", max(delay, pause), pause)
