"""What an open bus holds: connections, and the parts that work through them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient

from pipeline.record import Outgoing, Partition
from pipeline.runtime.kafka import writer
from pipeline.runtime.kafka.counts import Counts
from pipeline.runtime.kafka.groups import Groups
from pipeline.runtime.kafka.pressure import Pressure
from pipeline.runtime.kafka.reader import Reader
from pipeline.runtime.kafka.transactions import Transactions


class Opened:
    """Connections, and what goes through them. `partitions` by topic, those of state included."""

    def __init__(
        self,
        bootstrap: str,
        prefix: str,
        client: AIOKafkaClient,
        producer: AIOKafkaProducer,
        partitions: dict[str, int],
        timed: set[str],
        fencing: bool,
    ) -> None:
        self.stack = contextlib.AsyncExitStack()
        self.prefix = prefix
        self.bootstrap = bootstrap
        self.client = client
        self.producer = producer
        self.partitions = partitions
        self.reader = Reader(client, prefix)
        self.clocks = writer.Clocks(self.reader, timed)
        self.groups = Groups(client, prefix)
        self.transactions = Transactions(bootstrap, prefix, fencing=fencing)
        self.counts = Counts(self.reader, self._save)
        self.writing = asyncio.Lock()
        self.counting = asyncio.Lock()
        self.pressure = Pressure(self.groups, self.reader)
        self._listeners: list[AIOKafkaClient] = []

    async def close(self) -> None:
        try:
            await self.counts.checkpoint()
        finally:
            for client in self._listeners:
                await client.close()
            await self.transactions.close()
            await self.stack.aclose()

    @contextlib.asynccontextmanager
    async def listener(self) -> AsyncIterator[AIOKafkaClient]:
        """A connection for one who waits: the broker answers each connection's requests one after the other."""
        if self._listeners:
            client = self._listeners.pop()
        else:
            client = await connect(self.bootstrap, [self.prefix + topic for topic in self.partitions])
        try:
            yield client
        except BaseException:
            # Its request may still wait at the broker: whoever took this connection next would wait for it too.
            await asyncio.shield(client.close())
            raise
        self._listeners.append(client)

    async def _save(self, records: Sequence[Outgoing]) -> None:
        now = time.time_ns() // 1_000_000
        stamped = {Partition(records[0].topic, 0): [record._replace(timestamp=now) for record in records]}
        await writer.send(self.producer, self.prefix, stamped)


async def connect(bootstrap: str, names: Sequence[str]) -> AIOKafkaClient:
    """A client that knows the leaders of the named topics."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap, client_id=f"escucha-{os.getpid()}", retry_backoff_ms=20)
    await client.bootstrap()
    await client.set_topics(names)
    return client
