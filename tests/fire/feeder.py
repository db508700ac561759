"""Appends a story at a steady rate, each event once, and ticks with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from aiokafka.errors import KafkaError

from pipeline.record import Outgoing, Partition, Record
from pipeline.runtime.bus import BusFull, is_tick
from pipeline.runtime.kafka import KafkaBus
from schemas.headers import get
from schemas.topics import RAW
from tests.fire.story import Story, id_of

_BATCHES_PER_SECOND: Final = 5
_PAUSE_SECONDS: Final = 0.2


class Feeder:
    """`limit` is the share of the story beyond which it does not go yet: no fault is to find the input at its end.

    An append whose answer got lost is looked up in the log, and only what is missing there is appended again.
    """

    def __init__(self, connect: Callable[[], KafkaBus], story: Story, rate: float) -> None:
        self._connect = connect
        self._story = story
        self._batch = max(1, round(rate / _BATCHES_PER_SECOND))
        self._every = self._batch / rate
        self.limit = 1.0
        self.sent = 0
        """Events known to stand in the log."""
        self.repaired = 0
        """Appends that failed and were looked up."""

    @property
    def share(self) -> float:
        return self.sent / len(self._story.records)

    @property
    def poison_sent(self) -> int:
        return sum(id in self._story.poison for id in self._story.ids[: self.sent])

    async def run(self) -> None:
        """To the end of the story, and with a last tick beyond every window's end."""
        records = self._story.records
        bus = self._connect()
        await bus.open()
        loop = asyncio.get_running_loop()
        due = loop.time()
        while self.sent < len(records):
            reach = min(self.sent + self._batch, int(self.limit * len(records)))
            if reach <= self.sent:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            batch = records[self.sent : reach]
            bus = await self._append(bus, batch, batch[-1].timestamp or 0)
            self.sent = reach
            # Held up by a fault, it does not hurry afterwards: the rate stays steady.
            due = max(due + self._every, loop.time())
            await asyncio.sleep(due - loop.time())
        bus = await self._append(bus, [], self._story.end)
        await bus.close()

    async def _append(self, bus: KafkaBus, batch: Sequence[Outgoing], at: int) -> KafkaBus:
        """Append the events and then a tick; returns the bus to go on with."""
        ends = await _ends(bus)
        missing = list(batch)
        while True:
            try:
                await bus.append([*missing, *self._story.ticks(at, bus.partitions(RAW))])
            except BusFull:
                await asyncio.sleep(_PAUSE_SECONDS)
            except KafkaError:
                self.repaired += 1
                await bus.close()
                # A new producer: the old one's sequence has a hole now.
                bus = self._connect()
                await bus.open()
                there = await _ids_from(bus, ends)
                missing = [record for record in missing if id_of(record) not in there]
            else:
                return bus


async def _ends(bus: KafkaBus) -> dict[Partition, int]:
    partitions = [Partition(RAW, number) for number in range(bus.partitions(RAW))]
    return {partition: await bus.end_offset(partition) for partition in partitions}


async def _ids_from(bus: KafkaBus, positions: dict[Partition, int]) -> set[str]:
    found: set[str] = set()
    for partition, offset in positions.items():
        page: list[Record]
        while page := await bus.read(partition, offset, 500):
            offset = page[-1].offset + 1
            found |= {get(record.headers, "ce_id") or "" for record in page if not is_tick(record.headers)}
    return found
