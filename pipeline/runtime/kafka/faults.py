"""What goes wrong between us and Kafka, and how long we are patient with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError, KafkaError, NodeNotReadyError, RequestTimedOutError, for_code

PATIENCE_SECONDS: Final = 60.0
"""How long a broker may be away before a call fails: a restart takes ten seconds, a failover thirty."""
_FIRST_PAUSE_SECONDS: Final = 0.02
_LONGEST_PAUSE_SECONDS: Final = 0.5

T = TypeVar("T")


class KafkaBusError(Exception):
    """The topics or the broker cannot be used as a bus. The message says what is wrong and what to do."""


class FencedError(KafkaBusError):
    """Another process has taken over this group's partition: nothing of this step was written, and this worker must end."""


def raise_for(code: int, what: str) -> None:
    """Raise Kafka's error of this code, if it is one."""
    if code:
        raise for_code(code)(what)


async def patiently(client: AIOKafkaClient, call: Callable[[], Awaitable[T]]) -> T:
    """The call's answer, asked again while leaders move, connections break or the broker restarts."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_SECONDS
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return await call()
        except KafkaError as fault:
            away = isinstance(fault, KafkaConnectionError | NodeNotReadyError | RequestTimedOutError)
            if not (fault.retriable or away) or loop.time() >= deadline:
                raise
            if fault.invalid_metadata or away:
                await client.force_metadata_update()
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
