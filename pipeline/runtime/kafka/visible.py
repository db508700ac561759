"""After a commit: Kafka answers when the outcome is certain, and shows it to readers a moment later."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiokafka.errors import KafkaError

from pipeline.record import Partition
from pipeline.runtime.kafka.groups import Groups
from pipeline.runtime.kafka.reader import LATEST, Reader

_SECONDS: Final = 2.0
"""Another's unfinished transaction on a partition may hold the showing back for longer: then we go on."""
_FIRST_PAUSE_SECONDS: Final = 0.001
_LONGEST_PAUSE_SECONDS: Final = 0.05


async def until_visible(
    reader: Reader, groups: Groups, group: str, offsets: Mapping[Partition, int], ends: Mapping[Partition, int]
) -> dict[Partition, int]:
    """Wait until readers see the group at `offsets` and each partition's end at or after `ends`; returns the ends they see.

    Waiting costs little time: a producer that begins again before the broker is done is told to wait 20 ms. Whatever
    goes wrong here, the commit stands: then we go on.
    """
    seen: dict[Partition, int] = {}

    async def written() -> bool:
        behind = [partition for partition, end in ends.items() if seen.get(partition, 0) < end]
        if behind:
            seen.update(await reader.offsets(behind, LATEST))
        return all(seen[partition] >= end for partition, end in ends.items())

    async def moved() -> bool:
        found = await groups.committed(group, list(offsets))
        return all(found.get(partition) == offset for partition, offset in offsets.items())

    waits = [*([written] if ends else ()), *([moved] if offsets else ())]
    with contextlib.suppress(KafkaError, TimeoutError):
        async with asyncio.timeout(_SECONDS):
            await asyncio.gather(*map(_until, waits))
    return seen


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    pause = _FIRST_PAUSE_SECONDS
    while not await holds():
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
