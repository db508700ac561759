"""What a transaction costs: the same steps committed in Kafka transactions and by producing first, then committing offsets.

`python -m deploy.kafka.measure` starts a broker, alternates rounds of both, and prints medians as a table.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.kafka.broker import Broker
from pipeline.record import Outgoing, Partition
from pipeline.runtime.bus import Commit
from pipeline.runtime.kafka import KafkaBus, writer
from schemas.topics import MENTIONS, RAW

_VALUE = b"x" * 800
"""About a mention's size."""
_STATE_KEYS = 5
Step = Callable[[int], Awaitable[None]]


def _commit(step: int, size: int) -> Commit:
    outputs = [Outgoing(MENTIONS, b"brand-%d" % (i % 10), _VALUE) for i in range(size)]
    state = {f"key-{i}": _VALUE for i in range(_STATE_KEYS)}
    return Commit("understand", "understand", 0, {Partition(RAW, 0): step + 1}, outputs, state)


async def _plain(bus: KafkaBus, bootstrap: str, size: int) -> tuple[Step, Callable[[], Awaitable[None]]]:
    """Outputs, then state, then offsets, each awaited: what is left in the middle by a crash is repeated."""
    producer = writer.producer(bootstrap)
    await producer.start()
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id="plain", enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(RAW, 0)])

    async def step(number: int) -> None:
        commit = _commit(number, size)
        grouped: dict[Partition, list[Outgoing]] = {}
        now = time.time_ns() // 1_000_000
        for partition, record in bus._place(commit.outputs):
            grouped.setdefault(partition, []).append(record._replace(timestamp=now))
        await writer.send(producer, "", grouped)
        await writer.send(producer, "", await bus._state(commit))
        await consumer.commit({TopicPartition(p.topic, p.number): offset for p, offset in commit.offsets.items()})

    async def close() -> None:
        await producer.stop()
        await consumer.stop()

    return step, close


async def _side_by_side(bootstrap: str, size: int, steps: int, rounds: int) -> tuple[float, float]:
    """Milliseconds by the clock and of our own CPU for a step, with the steps of all partitions under way at once."""
    bus = KafkaBus(bootstrap)
    await bus.open()
    partitions = range(bus.partitions(RAW))

    async def work(partition: int, count: int) -> None:
        for number in range(count):
            commit = replace(
                _commit(number, size), partition=partition, offsets={Partition(RAW, partition): number + 1}
            )
            await bus.commit(commit)

    await asyncio.gather(*(work(partition, 3) for partition in partitions))
    found = []
    for _ in range(rounds):
        started, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work(partition, steps // len(partitions)) for partition in partitions))
        done = steps // len(partitions) * len(partitions)
        found.append(((time.perf_counter() - started) * 1000 / done, (time.process_time() - cpu) * 1000 / done))
    await bus.close()
    took, computed = (statistics.median(values) for values in zip(*found, strict=True))
    return took, computed


async def _rounds(bootstrap: str, size: int, steps: int, rounds: int) -> dict[str, list[tuple[float, float, float]]]:
    """For each way and round: median and 95th percentile of a step in ms, and our own CPU time a step in ms."""
    bus = KafkaBus(bootstrap, partitions=4)
    await bus.open()
    plain, close = await _plain(bus, bootstrap, size)

    async def transaction(number: int) -> None:
        await bus.commit(_commit(number, size))

    ways: dict[str, Step] = {"transaction": transaction, "produce, then commit": plain}
    found: dict[str, list[tuple[float, float, float]]] = {way: [] for way in ways}
    for step in ways.values():
        for number in range(5):
            await step(number)
    for _ in range(rounds):
        for way, step in ways.items():
            took, cpu = [], time.process_time()
            for number in range(steps):
                started = time.perf_counter()
                await step(number)
                took.append((time.perf_counter() - started) * 1000)
            cpu = (time.process_time() - cpu) * 1000 / steps
            found[way].append((statistics.median(took), statistics.quantiles(took, n=20)[-1], cpu))
    await close()
    await bus.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka.measure", description="What a transaction costs.")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        broker.start()
        try:
            print("| outputs a step | way | median ms | p95 ms | CPU ms a step |\n|---|---|---|---|---|")
            for size in (1, 100, 500):
                found = asyncio.run(_rounds(broker.bootstrap, size, asked.steps, asked.rounds))
                for way, rounds in found.items():
                    middle, late, cpu = (statistics.median(values) for values in zip(*rounds, strict=True))
                    print(f"| {size} | {way} | {middle:.1f} | {late:.1f} | {cpu:.1f} |", flush=True)
                took, cpu = asyncio.run(_side_by_side(broker.bootstrap, size, asked.steps, asked.rounds))
                print(f"| {size} | transactions of four partitions at once | {took:.1f} | | {cpu:.1f} |", flush=True)
        finally:
            broker.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
