"""understand under one of three engines, until it has read its log to the end: what `deploy.kafka.spike` starts and kills.

`python -m deploy.kafka.ways faust|transactions|plain BROKER PREFIX CONFIG` prints CPU and wall seconds from the first step to
the last as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from time import perf_counter, process_time

import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline import processors
from pipeline.letters import letter_record
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.record import Outgoing, Outputs, Partition, Processor, Record, tick_to
from pipeline.runtime.bus import Commit
from pipeline.runtime.crashpoints import reach
from pipeline.runtime.engine import plan_of
from pipeline.runtime.faust import FaustRunner, Patience
from pipeline.runtime.kafka import KafkaBus, writer
from pipeline.runtime.worker import Worker
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.codec import decode
from schemas.config import Config
from schemas.topics import AUTHORS, RAW

WAYS = {
    "faust": "Faust, steps as transactions",
    "transactions": "aiokafka, steps as transactions",
    "plain": "aiokafka, produce, then commit offsets",
}
BATCH = 500
_LATER = 1 << 42


class Alone:
    """understand without influence beside it: every author's score is known to be none, for ever."""

    def __init__(self, inner: Processor, origins: int) -> None:
        self._inner = inner
        self._origins = origins

    def restore(self, state: Mapping[str, bytes]) -> None:
        self._inner.restore(state)
        ticks = [tick_to(AUTHORS, 0, _LATER, origin) for origin in range(self._origins)]
        self._inner.process([Record(AUTHORS, 0, i, _LATER, None, t.value, t.headers) for i, t in enumerate(ticks)])

    def process(self, batch: Sequence[Record]) -> Outputs:
        return self._inner.process(batch)

    def snapshot(self) -> Mapping[str, bytes | None]:
        return self._inner.snapshot()

    @property
    def held(self) -> int:
        return self._inner.held

    def resume(self) -> Mapping[Partition, int]:
        return self._inner.resume()


class Clock:
    """From the first step to the last, which is when every partition has been read to its end."""

    def __init__(self, ends: Mapping[int, int]) -> None:
        self._missing = dict(ends)
        self._from: tuple[float, float] | None = None
        self.done = asyncio.Event()
        self.told = ""

    def observe(self, _: str, batch: Sequence[Record], __: Outputs, took: float) -> None:
        self._from = self._from or (process_time() - took, perf_counter() - took)
        number, last = batch[-1].partition, batch[-1].offset
        if last + 1 >= self._missing.get(number, 0):
            self._missing.pop(number, None)
        if not self._missing:
            self.told = json.dumps({"cpu": process_time() - self._from[0], "wall": perf_counter() - self._from[1]})
            self.done.set()


async def main(way: str, bootstrap: str, prefix: str, config: Config) -> None:
    bus = KafkaBus(bootstrap, prefix=prefix, clock=lambda: 0, fencing=way != "plain")
    await bus.open()
    plan = plan_of(bus)
    timeline = Timeline(0, Matcher(config.brands, config_version(config)))
    model = Tier0(packaged_model())
    sources = [Partition(RAW, number) for number in range(plan.raw)]
    ends = {source.number: await bus.end_offset(source) for source in sources}
    committed = await bus.committed("understand")
    clock = Clock({number: end for number, end in ends.items() if committed.get(Partition(RAW, number), 0) < end})

    def make(number: int) -> Processor:
        return Alone(processors.understand(number, plan, timeline, model, config), plan.interactions)

    if way == "faust":
        patience = Patience(session=2, heartbeat=0.3, rebalance=5)
        await FaustRunner(bus, "understand", RAW, make, clock.observe, patience=patience, take=BATCH).run(clock.done)
    elif way == "transactions":
        workers = [Worker(bus, "understand", make(s.number), s, (), BATCH, clock.observe) for s in sources]
        for worker in workers:
            await worker.start()
        while not clock.done.is_set():
            for worker in workers:
                await worker.step()
    else:
        await _plain(bus, prefix, sources, make, clock)
    print(clock.told, flush=True)
    # The zombie's end is not measured: connections go with the process.
    os._exit(0)


async def _plain(bus: KafkaBus, prefix: str, sources: Sequence[Partition], make: object, clock: Clock) -> None:
    """Produce, wait, then commit the offsets: state and outputs first, so that nothing is lost."""
    assert callable(make)
    producer = writer.producer(bus.bootstrap)
    await producer.start()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bus.bootstrap,
        group_id=f"{prefix}understand",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_poll_records=BATCH,
    )
    await consumer.start()
    shares: dict[TopicPartition, Processor] = {}
    for source in sources:
        share = shares[TopicPartition(prefix + RAW, source.number)] = make(source.number)
        share.restore(await bus.load_state("understand", source.number))
    consumer.assign(list(shares))
    while not clock.done.is_set():
        for place, found in (await consumer.getmany(timeout_ms=500, max_records=BATCH)).items():
            share = shares[place]
            batch = [Record(RAW, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers)) for r in found]
            started = perf_counter()
            outputs = share.process(batch)
            took = perf_counter() - started
            records = [*outputs.records, *map(letter_record, outputs.letters)]
            await _send(bus, producer, prefix, records)
            reach("after_outputs")
            state = Commit("understand", "understand", place.partition, {}, (), share.snapshot())
            await writer.send(producer, prefix, await bus._state(state))
            await consumer.commit({place: share.resume()[Partition(RAW, place.partition)]})
            clock.observe("understand", batch, outputs, took)


async def _send(bus: KafkaBus, producer: writer.AIOKafkaProducer, prefix: str, records: Sequence[Outgoing]) -> None:
    grouped: dict[Partition, list[Outgoing]] = {}
    latest = 0
    for partition, record in bus._place(records):
        latest = max(latest, record.timestamp or 0)
        grouped.setdefault(partition, []).append(record._replace(timestamp=latest))
    await writer.send(producer, prefix, grouped)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], sys.argv[3], decode(Config, sys.argv[4].encode())))
