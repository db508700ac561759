"""How long a restart of listen takes: real state of very many brands, committed step after step, loaded and restored.

`python -m deploy.kafka.restore` starts a broker, makes the state with the real processor from a simulated world (minutes),
and prints what stands in the log, before and after compaction, and how long it takes to read it back.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from deploy.kafka.broker import Broker
from deploy.kafka.crowd import Crowd
from pipeline.record import Partition
from pipeline.runtime.bus import Commit
from pipeline.runtime.kafka import KafkaBus
from pipeline.runtime.kafka.topics import STATE
from pipeline.runtime.restoring import restore
from schemas.topics import MENTIONS

_STAGE: Final = "listen"
_PATIENCE_SECONDS: Final = 180.0
State = Mapping[str, bytes]


class Written(NamedTuple):
    mentions: int
    updates: int
    size: int
    states: list[dict[str, bytes]]


async def write(bus: KafkaBus, crowd: Crowd) -> Written:
    """Every step of every partition as its worker would commit it; only the outputs are left out."""
    listens = crowd.listens()
    states: list[dict[str, bytes]] = [{} for _ in listens]
    mentions = updates = size = 0
    for step in crowd.batches():
        for number, (listen, records) in enumerate(zip(listens, step, strict=True)):
            listen.process(records)
            changed = listen.snapshot()
            await bus.commit(
                Commit(_STAGE, _STAGE, number, {Partition(MENTIONS, number): records[-1].offset + 1}, (), changed)
            )
            mentions += len(records) - 1
            updates += len(changed)
            for key, value in changed.items():
                size += len(key) + len(value or b"")
                if value is None:
                    states[number].pop(key, None)
                else:
                    states[number][key] = value
    return Written(mentions, updates, size, states)


async def load(bootstrap: str, partitions: int) -> tuple[list[State], float, float]:
    """The states as one process loads them that gets every partition: with seconds by the clock, and of our own CPU."""
    bus = KafkaBus(bootstrap)
    await bus.open()
    started, cpu = time.perf_counter(), time.process_time()
    states = await asyncio.gather(*(bus.load_state(_STAGE, number) for number in range(partitions)))
    took = time.perf_counter() - started, time.process_time() - cpu
    await bus.close()
    return list(states), *took


def restored(crowd: Crowd, states: Sequence[State]) -> tuple[float, float]:
    """Seconds that listen takes to restore them, by the clock and of CPU."""
    listens = crowd.listens()
    gc.collect()
    started, cpu = time.perf_counter(), time.process_time()
    for listen, state in zip(listens, states, strict=True):
        restore(listen, state)
    return time.perf_counter() - started, time.process_time() - cpu


def log_bytes(broker: Broker) -> int:
    """What the state's log takes on the broker's disk."""
    folders = broker.directory.glob(f"data/{STATE}{_STAGE}-*")
    return sum(file.stat().st_size for folder in folders for file in folder.glob("*.log"))


def settled(size: Callable[[], int]) -> int:
    """The log's size once the cleaner, which looks every 15 s, has left it as it is for a while."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    known, since = size(), time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - since < 40:
        time.sleep(1)
        if size() != known:
            known, since = size(), time.monotonic()
    return known


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka.restore", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--brands", type=int, default=2000)
    parser.add_argument("--days", type=float, default=8.1)
    parser.add_argument("--partitions", type=int, default=4)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        broker.start()
        try:
            return asyncio.run(measure(broker, Crowd(asked.brands, asked.partitions, asked.days)))
        finally:
            broker.stop()


async def measure(broker: Broker, crowd: Crowd) -> int:
    bus = KafkaBus(broker.bootstrap, partitions=crowd.partitions)
    await bus.open()
    written = await write(bus, crowd)
    await bus.close()
    kept = sum(len(key) + len(value) for state in written.states for key, value in state.items())
    keys = sum(map(len, written.states))
    print(f"{len(crowd.brands)} brands, {written.mentions} mentions, {crowd.partitions} partitions")
    print(f"state: {keys} keys, {kept / 1e6:.1f} MB; written {written.updates} times, {written.size / 1e6:.0f} MB")
    print("| log | MB | load s | CPU s | restore s | CPU s |\n|---|---|---|---|---|---|", flush=True)
    same = True
    for name in ("as written", "compacted"):
        size = await asyncio.to_thread(settled, lambda: log_bytes(broker)) if name == "compacted" else log_bytes(broker)
        states, seconds, cpu = await load(broker.bootstrap, crowd.partitions)
        restoring, computing = restored(crowd, states)
        print(
            f"| {name} | {size / 1e6:.0f} | {seconds:.1f} | {cpu:.1f} | {restoring:.1f} | {computing:.1f} |", flush=True
        )
        same = same and states == written.states
    print("what was loaded is what was written" if same else "WHAT WAS LOADED DIFFERS FROM WHAT WAS WRITTEN")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
