"""One attempt: a signed POST under a total deadline, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import aiohttp

from agents.alert.retry import Outcome, outcome_of

DEADLINE = 20.0
"""Seconds for a whole attempt, from name lookup to the end of the answer."""
ANSWER_BYTES = 4_096
"""As much of an answer is read, so that a connection can be used again; no more, and none of it is kept."""
_ANSWER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is 0 where no answer came. `retry_after` in seconds, as the endpoint asked."""

    outcome: Outcome
    status: int = 0
    retry_after: float | None = None


async def post(session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str], now: float) -> Answer:
    """Send once; never raises for what the endpoint or the network does. No redirects are followed.

    The status line decides: what follows it cannot turn an accepted webhook into a failure.
    """
    sent = {**headers, "content-type": "application/json", "user-agent": "escucha", "accept-encoding": "identity"}
    try:
        async with session.post(url, data=body, headers=sent, allow_redirects=False) as response:
            answer = Answer(
                outcome_of(response.status), response.status, _seconds(response.headers.get("retry-after"), now)
            )
            with contextlib.suppress(TimeoutError, aiohttp.ClientError):
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await _drain(response)
            return answer
    except TimeoutError:
        return Answer(Outcome.TIMEOUT)
    except aiohttp.ClientSSLError:
        return Answer(Outcome.TLS)
    except aiohttp.ClientConnectorError as fault:
        refused = fault.os_error.errno == errno.EACCES
        return Answer(Outcome.FORBIDDEN if refused else Outcome.UNREACHABLE)
    except aiohttp.InvalidURL:
        return Answer(Outcome.FORBIDDEN)
    except (aiohttp.ClientError, OSError, ValueError):
        return Answer(Outcome.UNREACHABLE)


async def _drain(response: aiohttp.ClientResponse) -> None:
    left = ANSWER_BYTES
    while left > 0:
        part = await response.content.read(left)
        if not part:
            return
        left -= len(part)
    response.close()


def _seconds(header: str | None, now: float) -> float | None:
    """Retry-After, RFC 9110 section 10.2.3: seconds or a date; None when absent or neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError):
        return None
