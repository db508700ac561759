"""What should run understand on Kafka? The same processor and the same log under Faust, and under plain aiokafka with and without
transactions: cost, and what is left after kill -9 and after a sleep that was too long.

`python -m deploy.kafka.spike` starts a broker, alternates rounds, and prints two tables.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import count, islice
from pathlib import Path
from typing import Any

from deploy.bench.inputs import simulated
from deploy.kafka.broker import Broker
from deploy.kafka.ways import WAYS
from pipeline.normalize import peek
from pipeline.record import Outgoing, Partition, Record, tick_to
from pipeline.runtime.kafka import KafkaBus, apply_topics
from pipeline.runtime.replay.source import read_recorded
from schemas.codec import encode
from schemas.headers import cloud_event
from schemas.topics import AUTHORS, INTERACTIONS, MENTIONS, RAW

PARTITIONS = 2
CHUNK = 1000
_runs = count()


class Spike:
    def __init__(self, bootstrap: str, work: Path, events: int) -> None:
        self._bootstrap = bootstrap
        source = simulated(work)
        self._config = encode(source.config)
        items = islice(read_recorded([str(source.path)], source.network), events)
        self._events = [_raw(item) for item in items]
        self._whole: Counter[bytes] = Counter()

    async def prepare(self) -> KafkaBus:
        """The log on topics of a run's own."""
        prefix = f"spike-{next(_runs)}."
        counts = {RAW: PARTITIONS, MENTIONS: PARTITIONS, INTERACTIONS: 1, AUTHORS: 1}
        await apply_topics(self._bootstrap, partitions=counts, prefix=prefix, replay=True)
        bus = KafkaBus(self._bootstrap, prefix=prefix, clock=lambda: 0, capacity=10**9, fencing=False)
        await bus.open()
        for start in range(0, len(self._events), CHUNK):
            chunk = self._events[start : start + CHUNK]
            at = chunk[-1].timestamp or 0
            await bus.append([*chunk, *(tick_to(RAW, p, at, p) for p in range(PARTITIONS))])
        return bus

    def start(self, way: str, prefix: str, crash_at: str = "") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "deploy.kafka.ways", way, self._bootstrap, prefix, self._config.decode()]
        environment = os.environ | {"ESCUCHA_CRASH_AT": crash_at}
        return subprocess.Popen(  # noqa: S603 (our own arguments)
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    async def cost(self, way: str) -> tuple[float, float]:
        """Events per CPU-second of the worker, and a second, from its first step to its last."""
        bus = await self.prepare()
        told = json.loads((await self._end(self.start(way, bus.prefix))) or b"{}")
        self._whole = self._whole or await mentions(bus)
        await bus.close()
        return len(self._events) / told["cpu"], len(self._events) / told["wall"]

    async def killed(self, way: str) -> tuple[int, int]:
        """Mentions lost and doubled when the worker is killed between its outputs and its offsets, and another goes on."""
        bus = await self.prepare()
        first = self.start(way, bus.prefix, "after_outputs:9")
        await self._end(first)
        if first.returncode != -signal.SIGKILL:
            raise RuntimeError(f"{way} was not killed: {first.returncode}")
        await self._end(self.start(way, bus.prefix))
        return await self._judge(bus)

    async def asleep(self, way: str) -> tuple[int, int]:
        """The same when it is stopped in the middle, another takes over and finishes, and then it wakes."""
        bus = await self.prepare()
        first = self.start(way, bus.prefix)
        while not await _moved(bus):
            if first.poll() is not None:
                raise RuntimeError(f"{way} ended before it was stopped")
            await asyncio.sleep(0.005)
        first.send_signal(signal.SIGSTOP)
        await self._end(self.start(way, bus.prefix))
        first.send_signal(signal.SIGCONT)
        await asyncio.sleep(5)
        first.kill()
        await self._end(first)
        return await self._judge(bus)

    async def _judge(self, bus: KafkaBus) -> tuple[int, int]:
        found = await mentions(bus)
        await bus.close()
        lost = self._whole - found
        return lost.total(), (found - self._whole).total()

    @staticmethod
    async def _end(worker: subprocess.Popen[bytes]) -> bytes:
        out, _ = await asyncio.to_thread(worker.communicate, timeout=120)
        return out


async def _moved(bus: KafkaBus) -> bool:
    committed = await bus.committed("understand")
    return sum(committed.values()) > 0


async def mentions(bus: KafkaBus) -> Counter[bytes]:
    """Every mention on social.mentions as often as a reader of committed records finds it; no ticks."""
    found: Counter[bytes] = Counter()
    for number in range(PARTITIONS):
        page: list[Record] = []
        while page := await bus.read(Partition(MENTIONS, number), page[-1].offset + 1 if page else 0, 500):
            found.update(record.value or b"" for record in page if not record.is_tick)
    return found


def _raw(item: Any) -> Outgoing:
    key = peek(item.network, item.payload).key or item.id
    extra = [("network", item.network), ("source", "spike")]
    headers = cloud_event(id=item.id, source=f"/spike/{item.network}", type=RAW, extra=extra)
    return Outgoing(RAW, key.encode(), item.payload, headers, None, item.at)


async def _run(spike: Spike, rounds: int) -> None:
    costs: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            costs[way].append(await spike.cost(way))
    print("| understand under | events per CPU-second | spread | events per second |\n|---|---|---|---|")
    for way, found in costs.items():
        per_cpu, per_second = zip(*found, strict=True)
        spread = f"{min(per_cpu):,.0f} to {max(per_cpu):,.0f}"
        print(f"| {WAYS[way]} | {statistics.median(per_cpu):,.0f} | {spread} | {statistics.median(per_second):,.0f} |")
    print("\n| | kill -9 between outputs and offsets: lost, doubled | asleep too long, then awake: lost, doubled |")
    print("|---|---|---|")
    for way, name in WAYS.items():
        killed, asleep = await spike.killed(way), await spike.asleep(way)
        print(f"| {name} | {killed[0]}, {killed[1]} | {asleep[0]}, {asleep[1]} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka.spike", description="What should run understand?")
    parser.add_argument("--events", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder) / "broker")
        broker.start()
        try:
            asyncio.run(_run(Spike(broker.bootstrap, Path(folder), asked.events), asked.rounds))
        finally:
            broker.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
