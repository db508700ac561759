"""listen and influence on Faust and a real broker leave what the engine leaves on SQLite, whatever happens on the way."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import faust
import pytest

from deploy.kafka.broker import Broker
from pipeline import processors
from pipeline.record import Outputs, Partition, Processor, Record
from pipeline.runtime.engine import plan_of
from pipeline.runtime.faust import FaustRunner, Patience, runner
from pipeline.runtime.faust.app import StageApp
from pipeline.runtime.faust.transport import Consumer
from pipeline.runtime.kafka import FencedError, KafkaBus, KafkaBusError, apply_topics
from schemas.codec import encode
from schemas.topics import AUTHORS, INTERACTIONS, MENTIONS, RAW

WORKER = Path(__file__).with_name("stage_worker.py")
SOURCES = {"listen": MENTIONS, "influence": INTERACTIONS}
TAKE = 60
"""Small steps, so that a worker stops in the middle of the log."""
PATIENCE = Patience(session=2, heartbeat=0.3, rebalance=5)
OpenBus = Callable[[], Awaitable[KafkaBus]]
workers: list[subprocess.Popen[bytes]] = []

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
async def open_bus(broker: Broker, prefix: str, known: Any) -> AsyncIterator[OpenBus]:
    """Bus objects on topics of the test's own."""
    opened: list[KafkaBus] = []
    counts = {RAW: 2, MENTIONS: 2, INTERACTIONS: 2, AUTHORS: 2}
    await apply_topics(broker.bootstrap, partitions=counts, prefix=prefix, replay=True)

    async def open_one() -> KafkaBus:
        bus = KafkaBus(broker.bootstrap, prefix=prefix, clock=lambda: 0)
        await bus.open()
        opened.append(bus)
        return bus

    yield open_one
    for worker in workers:
        worker.kill()
        worker.wait()
    workers.clear()
    for running in Running.all:
        running.task.cancel()
    await asyncio.gather(*(running.task for running in Running.all), return_exceptions=True)
    Running.all.clear()
    for bus in opened:
        await bus.close()


class Running:
    """A runner at work in this process."""

    all: ClassVar[list[Running]] = []

    def __init__(
        self, bus: KafkaBus, stage: str, config: Any, wrap: Callable[[Processor], Processor] = lambda p: p
    ) -> None:
        plan = plan_of(bus)
        make: Callable[[int], Processor] = lambda number: wrap(  # noqa: E731 (either of two)
            processors.listen(number, plan, config) if stage == "listen" else processors.influence(number, plan)
        )
        self.steps = 0
        self.runner = FaustRunner(bus, stage, SOURCES[stage], make, self._count, patience=PATIENCE, take=TAKE)
        self._stop = asyncio.Event()
        self.task = asyncio.create_task(self.runner.run(self._stop))
        self.all.append(self)

    def _count(self, *_: object) -> None:
        self.steps += 1

    async def has(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Wait until the condition holds; a runner that ends meanwhile is a failure."""
        while not await condition():
            if self.task.done():
                self.task.result()
                raise AssertionError("the runner ended")
            await asyncio.sleep(0.05)

    async def works_on(self, *partitions: int) -> None:
        async def condition() -> bool:
            return self.runner.partitions == set(partitions)

        await self.has(condition)

    async def has_taken_steps(self, count: int) -> None:
        async def condition() -> bool:
            return self.steps >= count

        await self.has(condition)

    async def stop(self) -> None:
        self._stop.set()
        await self.task


async def ends(bus: KafkaBus, stage: str) -> dict[Partition, int]:
    """Behind the last record of every input partition."""
    found = {}
    for number in range(2):
        source = Partition(SOURCES[stage], number)
        page = [Record(*source, -1, 0, None, None)]
        while more := await bus.read(source, page[-1].offset + 1, 500):
            page = more
        found[source] = page[-1].offset + 1
    return found


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again: no broker tells us."""
    while True:
        if await condition():
            return
        await asyncio.sleep(0.05)


async def done(bus: KafkaBus, *stages: str) -> None:
    """Wait until the groups' offsets stand behind the last record."""
    for stage in stages:
        last = await ends(bus, stage)

        async def reached(stage: str = stage, last: dict[Partition, int] = last) -> bool:
            return await bus.committed(stage) == last

        await until(reached)


async def test_both_stages_in_one_process_leave_what_the_engine_leaves_also_after_a_restart(
    open_bus: OpenBus, known: Any, results: Any
) -> None:
    bus = await open_bus()
    half = len(known.inputs) // 2
    await bus.append(known.inputs[:half])
    for _ in ("first", "second"):
        both = [Running(await open_bus(), stage, known.config) for stage in SOURCES]
        for running in both:
            await running.works_on(0, 1)
            await running.has_taken_steps(2)
        if _ == "first":
            for running in both:
                await running.stop()
            await bus.append(known.inputs[half:])
    await done(bus, *SOURCES)
    for running in both:
        assert await running.runner.lag() == 0
        assert running.runner.held() == 0
        await running.stop()
        assert running.runner.partitions == frozenset()
    assert await results(bus) == known.results


async def test_until_the_group_has_answered_work_may_wait_and_is_counted(open_bus: OpenBus, known: Any) -> None:
    running = Running(await open_bus(), "listen", known.config)
    await asyncio.sleep(0)
    assert running.runner.partitions == frozenset()
    assert await running.runner.lag() == 1
    await running.works_on(0, 1)
    assert await running.runner.lag() == 0
    await running.stop()
    assert await running.runner.lag() == 0


@pytest.mark.parametrize("point", ["after_state:6", "before_ack:4"])
async def test_a_listener_killed_in_the_middle_of_a_step_loses_and_doubles_nothing(
    open_bus: OpenBus, known: Any, results: Any, broker: Broker, prefix: str, point: str
) -> None:
    bus = await open_bus()
    await bus.append(known.inputs)
    first = start_worker(broker, prefix, "listen", known, point)
    assert await asyncio.to_thread(first.wait) == -signal.SIGKILL
    at = await bus.committed("listen")
    assert 0 < sum(at.values()) < sum((await ends(bus, "listen")).values()), "it was not killed in the middle"
    second = start_worker(broker, prefix, "listen", known)
    await done(bus, "listen")
    second.terminate()
    assert await asyncio.to_thread(second.wait) == 0
    assert without_authors(await results(bus)) == without_authors(known.results)


async def test_a_worker_that_was_asleep_too_long_is_shut_out_and_changes_nothing(
    open_bus: OpenBus, known: Any, results: Any, broker: Broker, prefix: str
) -> None:
    bus = await open_bus()
    half = len(known.inputs) // 2
    await bus.append(known.inputs[:half])
    zombie = start_worker(broker, prefix, "listen", known)

    async def begun() -> bool:
        return sum((await bus.committed("listen")).values()) > 0

    await until(begun)
    zombie.send_signal(signal.SIGSTOP)
    await bus.append(known.inputs[half:])
    second = Running(await open_bus(), "listen", known.config)
    await second.works_on(0, 1)
    await second.has_taken_steps(1)
    zombie.send_signal(signal.SIGCONT)
    await done(bus, "listen")
    await second.stop()
    zombie.terminate()
    assert await asyncio.to_thread(zombie.wait) in (0, 3)
    assert without_authors(await results(bus)) == without_authors(known.results)


async def test_workers_that_join_and_leave_share_the_partitions(open_bus: OpenBus, known: Any, results: Any) -> None:
    bus = await open_bus()
    third = len(known.inputs) // 3
    first = Running(await open_bus(), "listen", known.config)
    await first.works_on(0, 1)
    await bus.append(known.inputs[:third])
    await first.has_taken_steps(2)
    second = Running(await open_bus(), "listen", known.config)
    await bus.append(known.inputs[third : 2 * third])

    async def shared() -> bool:
        return len(first.runner.partitions) == len(second.runner.partitions) == 1

    await until(shared)
    assert first.runner.partitions | second.runner.partitions == {0, 1}
    await second.has_taken_steps(1)
    await second.stop()
    await bus.append(known.inputs[2 * third :])
    await first.works_on(0, 1)
    await done(bus, "listen")
    await first.stop()
    assert without_authors(await results(bus)) == without_authors(known.results)


async def test_another_who_takes_over_ends_the_runner(open_bus: OpenBus, known: Any) -> None:
    bus = await open_bus()
    running = Running(await open_bus(), "listen", known.config)
    await running.works_on(0, 1)
    await bus.load_state("listen", 0)
    await bus.append(known.inputs)
    with pytest.raises(FencedError):
        await running.task


class Faulty:
    """A listener that fails at its third step."""

    def __init__(self, inner: Processor) -> None:
        self._inner = inner
        self._steps = 0

    def process(self, batch: Sequence[Record]) -> Outputs:
        self._steps += 1
        if self._steps == 3:
            raise ZeroDivisionError("our own fault")
        return self._inner.process(batch)

    def snapshot(self) -> Mapping[str, bytes | None]:
        return self._inner.snapshot()

    def restore(self, state: Mapping[str, bytes]) -> None:
        self._inner.restore(state)

    @property
    def held(self) -> int:
        return self._inner.held

    def resume(self) -> Mapping[Partition, int]:
        return self._inner.resume()


async def test_our_own_fault_ends_the_runner_and_skips_nothing(open_bus: OpenBus, known: Any, results: Any) -> None:
    bus = await open_bus()
    await bus.append(known.inputs)
    faulty = Running(await open_bus(), "listen", known.config, Faulty)
    with pytest.raises(ZeroDivisionError, match="our own fault"):
        await faulty.task
    assert await bus.committed("listen") != await ends(bus, "listen")
    whole = Running(await open_bus(), "listen", known.config)
    await done(bus, "listen")
    await whole.stop()
    assert without_authors(await results(bus)) == without_authors(known.results)


async def test_a_stream_that_faust_ends_without_a_word_ends_the_runner(
    open_bus: OpenBus, known: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Faust's default codec ends a stream at the first message that is not JSON.
    monkeypatch.setattr(StageApp, "topic", lambda app, name, **_: faust.App.topic(app, name, acks=False))
    as_it_is = Consumer._to_message

    def with_a_value(consumer: Consumer, tp: Any, arrivals: Any) -> Any:
        message = as_it_is(consumer, tp, arrivals)
        message.value = b"not JSON"
        return message

    monkeypatch.setattr(Consumer, "_to_message", with_a_value)
    bus = await open_bus()
    await bus.append(known.inputs)
    running = Running(await open_bus(), "listen", known.config)
    with pytest.raises(RuntimeError, match="Faust ended the stream"):
        await running.task


# The reader's thread is left behind, as the message says, and dies with its connection.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_stop_without_a_broker_ends_and_says_so(
    known: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LEAVE_SECONDS", 2.0)
    broker = Broker(tmp_path / "broker")
    broker.start()
    try:
        bus = KafkaBus(broker.bootstrap, partitions=2, clock=lambda: 0)
        await bus.open()
        running = Running(bus, "influence", known.config)
        await running.works_on(0, 1)
        broker.kill()
        with pytest.raises(KafkaBusError, match="influence has not left its group after 2 s; is the broker away"):
            await running.stop()
    finally:
        broker.kill()


def start_worker(broker: Broker, prefix: str, stage: str, known: Any, crash_at: str = "") -> subprocess.Popen[bytes]:
    command = [sys.executable, str(WORKER), broker.bootstrap, prefix, stage, encode(known.config).decode(), str(TAKE)]
    workers.append(subprocess.Popen(command, env=os.environ | {"ESCUCHA_CRASH_AT": crash_at}, stdin=subprocess.DEVNULL))
    return workers[-1]


def without_authors(found: dict[str, list[bytes]]) -> dict[str, list[bytes]]:
    """What listen left."""
    return {topic: values for topic, values in found.items() if topic != AUTHORS}
