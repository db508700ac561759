"""Reading a compacted topic whole: the latest value of every key."""

from __future__ import annotations

import asyncio
from typing import Final

from aiokafka.client import AIOKafkaClient

from pipeline.record import Partition
from pipeline.runtime.kafka.batches import pairs
from pipeline.runtime.kafka.faults import PATIENCE_SECONDS, KafkaBusError
from pipeline.runtime.kafka.reader import EARLIEST, LATEST, Reader

_BYTES: Final = 8 << 20
"""What is asked for at a time: large enough that the round trips do not count."""
_PAUSE_SECONDS: Final = 0.1


async def latest(reader: Reader, partition: Partition, client: AIOKafkaClient) -> dict[bytes, bytes]:
    """The last committed value of every key, less those removed.

    While one stretch is taken in, the broker already reads the next. Only the last value of a key is kept, and nothing
    else of a record is looked at: before compaction has come round there may be many of each.

    The end is asked for and reached: a broker that leads since a moment ago may show less for a while, and a state that
    lacks its end would be written on. Raises KafkaBusError when that does not pass.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_SECONDS
    found: dict[bytes | None, bytes | None] = {}
    end = (await reader.offsets([partition], LATEST))[partition]
    position = (await reader.offsets([partition], EARLIEST))[partition]
    coming = asyncio.ensure_future(reader.ask(partition, position, _BYTES, client))
    try:
        while (answer := await coming).next != position or position < end:
            if answer.next == position:
                if loop.time() >= deadline:
                    raise KafkaBusError(
                        f"{partition.topic}/{partition.number} ends at {end}, but shows nothing from {position} on"
                    )
                await asyncio.sleep(_PAUSE_SECONDS)
            position = answer.next
            coming = asyncio.ensure_future(reader.ask(partition, position, _BYTES, client))
            # The request leaves before we compute.
            await asyncio.sleep(0)
            found.update(pairs(partition, answer))
    finally:
        coming.cancel()
    return {key: value for key, value in found.items() if key is not None and value is not None}
