"""The cluster named by ESCUCHA_KAFKA, opened with patience, and what to say where it cannot be used."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from schemas.topics import RAW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.runtime.kafka import KafkaBus

VARIABLE = "ESCUCHA_KAFKA"
PATIENCE_SECONDS = 60.0
"""How long a start waits for a cluster that does not answer yet: everything of a machine starts at once after a power cut."""
_PAUSE_SECONDS = 1.0
_SAY_SECONDS = 10.0
_CLOSE_SECONDS = 3.0
"""For a farewell. Everything that counts has been committed, or never happened."""
_LONGEST_LINE = 200

Say = Callable[[str], None]
log = logging.getLogger("escucha.kafka")


class KafkaUnfit(Exception):
    """Kafka cannot be used as it is; the message says why and what to do."""


def cluster() -> str | None:
    """`host:port`, several with commas; None where the embedded bus is wanted. Raises KafkaUnfit for anything else."""
    named = os.environ.get(VARIABLE, "").replace(" ", "")
    if not named:
        return None
    for address in named.split(","):
        host, colon, port = address.rpartition(":")
        if not (host and colon and port.isdigit()) or "/" in host or "@" in host:
            # Not shown: who wrote a URL may have written a password in it.
            raise KafkaUnfit(
                f"{VARIABLE} is not host:port, or several of them with commas; it names no scheme or password"
            )
    return named


@asynccontextmanager
async def open_kafka(
    bootstrap: str, say: Say, *, looking: bool = False, patience: float = PATIENCE_SECONDS
) -> AsyncIterator[KafkaBus]:
    """The bus on a cluster, whose topics are there. `looking`: to read only, claiming nothing. Raises KafkaUnfit.

    A cluster that does not answer is tried for `patience` seconds, and `say` is told so.
    """
    try:
        from pipeline.runtime.kafka import KafkaBus
    except ModuleNotFoundError as missing:
        raise KafkaUnfit("Kafka's client is not installed; run: pip install 'escucha[kafka]'") from missing
    bus = KafkaBus(bootstrap, fencing=not looking)
    await _opened(bus, say, patience)
    try:
        yield bus
    finally:
        try:
            await asyncio.wait_for(bus.close(), _CLOSE_SECONDS)
        except TimeoutError:
            log.warning(
                "Kafka at %s does not answer: left without a farewell, which it will notice by itself", bootstrap
            )


async def _opened(bus: KafkaBus, say: Say, patience: float) -> None:
    from aiokafka.errors import KafkaError

    from pipeline.runtime.kafka import KafkaBusError

    loop = asyncio.get_running_loop()
    began = loop.time()
    told = began - _SAY_SECONDS
    with _quiet("aiokafka"):
        while True:
            try:
                await bus.open()
            except KafkaBusError as fault:
                raise KafkaUnfit(str(fault)) from None
            except (KafkaError, OSError) as fault:
                why = str(fault)[:_LONGEST_LINE]
                waited = loop.time() - began
                if waited >= patience:
                    raise KafkaUnfit(
                        f"Kafka at {bus.bootstrap} does not answer after {waited:.0f} s ({why}); "
                        f"check {VARIABLE}, and that the broker runs and can be reached from here"
                    ) from None
                if loop.time() - told >= _SAY_SECONDS:
                    told = loop.time()
                    say(f"Kafka at {bus.bootstrap} does not answer yet; trying for {patience - waited:.0f} s")
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return


async def own_times(bus: KafkaBus) -> bool:
    """Whether social.raw keeps the producer's times, as a source that makes its own time needs."""
    from pipeline.runtime.kafka.topics import admin_of, broker_timed

    async with admin_of(bus.bootstrap) as admin:
        return not await broker_timed(admin, [RAW], bus.prefix)


def faults_of_kafka() -> tuple[type[Exception], ...]:
    """What a cluster may do to a running role: it is gone for too long, or another process took over."""
    try:
        from aiokafka.errors import KafkaError

        from pipeline.runtime.kafka import KafkaBusError
    except ModuleNotFoundError:
        return ()
    return KafkaError, KafkaBusError


def new_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop of roles on Kafka; the standard one where uvloop is not to be had (Windows, PyPy)."""
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    return uvloop.new_event_loop


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """The library logs every attempt as an error, with what we say once in words of our own."""
    log = logging.getLogger(name)
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
