"""Back pressure: how far the readers of social.raw lag behind, asked seldom while there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from pipeline.record import Partition
from pipeline.runtime.bus import BusFull
from pipeline.runtime.kafka.groups import Groups
from pipeline.runtime.kafka.reader import EARLIEST, LATEST, Reader

_SECONDS: Final = 1.0
"""For how long a look holds, while a twentieth of the capacity is not used up."""


class Pressure:
    """Lags are counted in offsets: the markers of transactions count as records, so it refuses a little early, never late."""

    def __init__(self, groups: Groups, reader: Reader) -> None:
        self._groups = groups
        self._reader = reader
        self._until = 0.0
        self._left = 0

    async def check(self, events: int, partitions: Sequence[Partition], readers: Sequence[str], capacity: int) -> None:
        """Raises BusFull when one of the readers has `capacity` offsets or more to read."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._until and self._left > events:
            self._left -= events
            return
        self._left = 0
        for group in readers:
            unread = await self._unread(group, partitions)
            if unread >= capacity:
                raise BusFull(
                    f"{group} has {unread} offsets of {partitions[0].topic} to read; the bus holds {capacity} unread"
                )
        self._left = capacity // 20 - events
        self._until = loop.time() + _SECONDS

    async def _unread(self, group: str, partitions: Sequence[Partition]) -> int:
        """0 for a group that never committed: it reads nothing yet."""
        positions = await self._groups.committed(group)
        if not any(partition in positions for partition in partitions):
            return 0
        ends = await self._reader.offsets(partitions, LATEST)
        firsts = await self._reader.offsets(partitions, EARLIEST)
        return sum(ends[p] - max(positions.get(p, 0), firsts[p]) for p in partitions)
