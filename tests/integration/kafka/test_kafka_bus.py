"""What only Kafka's bus has to keep: fencing, a broker that dies, the broker's own time, retention by the broker."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import orjson
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from deploy.kafka.broker import Broker
from pipeline.record import Outgoing, Partition, tick_to
from pipeline.runtime.kafka import FencedError, KafkaBus, KafkaBusError, apply_topics
from schemas.topics import AUTHORS, MENTIONS, RAW, SIGNALS, TOPICS
from tests.integration.kafka.steps import MENTIONS_0, RAW_0, step, values

WORKER = Path(__file__).with_name("committing_worker.py")
SIGNALS_0 = Partition(SIGNALS, 0)
OpenBus = Callable[..., Awaitable[KafkaBus]]
numbers = count()

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def prefix() -> str:
    return f"bus-{os.getpid()}-{next(numbers)}."


@pytest.fixture
async def open_bus(broker: Broker, prefix: str) -> AsyncIterator[OpenBus]:
    opened: list[KafkaBus] = []

    async def open_one(**options: object) -> KafkaBus:
        bus = KafkaBus(broker.bootstrap, **({"partitions": 1, "prefix": prefix} | options))
        await bus.open()
        opened.append(bus)
        return bus

    yield open_one
    for bus in opened:
        await bus.close()


def start_worker(broker: Broker, prefix: str, steps: int, crash_at: str = "") -> subprocess.Popen[str]:
    environment = os.environ | {"ESCUCHA_CRASH_AT": crash_at}
    command = [sys.executable, str(WORKER), broker.bootstrap, prefix, str(steps)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


class TestFencing:
    async def test_a_second_worker_on_a_partition_shuts_the_first_out(self, open_bus: OpenBus) -> None:
        first, second = await open_bus(), await open_bus()
        await first.commit(step(1))
        await second.commit(step(2))
        with pytest.raises(FencedError, match="listen partition 0"):
            await first.commit(step(99))
        with pytest.raises(FencedError):
            await first.commit(step(99))
        onlooker = await open_bus(fencing=False)
        assert await values(onlooker, MENTIONS_0) == ["1", "2"]
        assert await onlooker.load_state("listen", 0) == {"n": b"2"}
        assert await onlooker.committed("listen") == {RAW_0: 2}
        await second.commit(step(3))
        assert await values(first, MENTIONS_0) == ["1", "2", "3"]

    async def test_who_loads_the_state_takes_over_before_anything_else_is_written(self, open_bus: OpenBus) -> None:
        first, second = await open_bus(), await open_bus()
        await first.commit(step(1))
        assert await second.load_state("listen", 0) == {"n": b"1"}
        with pytest.raises(FencedError):
            await first.commit(step(99))
        with pytest.raises(FencedError):
            await first.load_state("listen", 0)
        assert await second.load_state("listen", 0) == {"n": b"1"}

    async def test_workers_on_other_partitions_or_groups_are_left_alone(self, open_bus: OpenBus) -> None:
        first, second = await open_bus(partitions=2), await open_bus(partitions=2)
        await first.commit(step(1))
        await second.commit(step(2, partition=1))
        await second.commit(step(3, group="influence", owner="influence"))
        await first.commit(step(4))
        assert await first.load_state("listen", 0) == {"n": b"4"}

    async def test_what_is_released_can_be_claimed_by_turns(self, open_bus: OpenBus) -> None:
        first, second = await open_bus(), await open_bus()
        for number, (bus, other) in enumerate([(first, second), (second, first), (first, second)], start=1):
            state = await bus.load_state("listen", 0)
            assert state == ({"n": b"%d" % (number - 1)} if number > 1 else {})
            await bus.commit(step(number))
            await bus.release("listen", 0)
            await other.release("listen", 0)
        assert await values(second, MENTIONS_0) == ["1", "2", "3"]
        assert await second.committed("listen") == {RAW_0: 3}

    async def test_one_who_was_shut_out_may_claim_again_once_it_has_released(self, open_bus: OpenBus) -> None:
        first, second = await open_bus(), await open_bus()
        await first.commit(step(1))
        await second.commit(step(2))
        with pytest.raises(FencedError):
            await first.commit(step(99))
        await first.release("listen", 0)
        assert await first.load_state("listen", 0) == {"n": b"2"}
        await first.commit(step(3))
        with pytest.raises(FencedError):
            await second.commit(step(99))
        assert await values(first, MENTIONS_0) == ["1", "2", "3"]

    async def test_a_zombie_that_wakes_up_writes_nothing_and_ends(
        self, broker: Broker, prefix: str, open_bus: OpenBus
    ) -> None:
        bus = await open_bus()
        zombie = start_worker(broker, prefix, 100_000)
        try:
            assert zombie.stdout is not None
            for _ in range(3):
                assert zombie.stdout.readline(), "the worker ended before its time"
            zombie.send_signal(signal.SIGSTOP)
            await bus.commit(step(0, state={"n": b"successor"}))
            before = await values(bus, MENTIONS_0)
            zombie.send_signal(signal.SIGCONT)
            assert await asyncio.to_thread(zombie.wait, 60) == 3
        finally:
            zombie.kill()
            zombie.wait()
        assert await values(bus, MENTIONS_0) == before
        assert await bus.load_state("listen", 0) == {"n": b"successor"}
        assert await bus.committed("listen") == {RAW_0: 0}


class TestCrashes:
    @pytest.mark.parametrize("point", ["after_outputs", "signals_produced", "after_state", "before_ack"])
    async def test_a_worker_killed_in_a_step_leaves_all_of_it_or_nothing(
        self, broker: Broker, prefix: str, open_bus: OpenBus, point: str
    ) -> None:
        bus = await open_bus()
        killed = start_worker(broker, prefix, 6, crash_at=f"{point}:3")
        assert await asyncio.to_thread(killed.wait, 60) == -signal.SIGKILL
        again = start_worker(broker, prefix, 6)
        assert await asyncio.to_thread(again.wait, 60) == 0
        assert again.stdout is not None
        assert int(again.stdout.readline()) == (4 if point == "before_ack" else 3)
        expected = [str(number) for number in range(1, 7)]
        assert await values(bus, MENTIONS_0) == await values(bus, SIGNALS_0) == expected
        assert await bus.load_state("listen", 0) == {"n": b"6"}
        assert await bus.committed("listen") == {RAW_0: 6}

    async def test_nothing_acknowledged_is_lost_or_doubled_when_the_broker_is_killed(
        self, new_broker: Callable[[], Broker]
    ) -> None:
        broker = new_broker()
        broker.start()
        bus = KafkaBus(broker.bootstrap, partitions=1)
        await bus.open()
        appended, committed = 0, 0
        under_way = asyncio.Event()

        async def append() -> None:
            nonlocal appended
            while appended < 400:
                await bus.append([Outgoing(RAW, b"k", b"%d" % appended)])
                appended += 1
                await asyncio.sleep(0.01)

        async def commit() -> None:
            nonlocal committed
            while committed < 100:
                await bus.commit(step(committed + 1))
                committed += 1
                if committed == 10:
                    under_way.set()
                await asyncio.sleep(0.02)

        async def kill() -> None:
            await under_way.wait()
            broker.kill()
            assert appended < 400
            assert committed < 100
            await asyncio.sleep(1)
            await asyncio.to_thread(broker.start)

        await asyncio.gather(append(), commit(), kill())
        for seen in (bus, KafkaBus(broker.bootstrap)):
            await seen.open()
            assert await values(seen, RAW_0) == [str(i) for i in range(400)]
            assert await values(seen, MENTIONS_0) == [str(i + 1) for i in range(100)]
            assert await seen.load_state("listen", 0) == {"n": b"100"}
            assert await seen.events_appended(RAW) == 400
            await seen.close()


class TestTime:
    async def test_the_broker_says_when_a_record_was_appended_whatever_its_producer_says(
        self, open_bus: OpenBus
    ) -> None:
        bus = await open_bus()
        before = time.time_ns() // 1_000_000
        await bus.append([Outgoing(RAW, b"k", b"a", timestamp=5), tick_to(RAW, 0, 6, 0)])
        await bus.append([Outgoing(MENTIONS, b"k", b"m", timestamp=5)])
        await bus.commit(step(1, outputs=[Outgoing(MENTIONS, b"k", b"n", timestamp=6)]))
        for partition in (RAW_0, MENTIONS_0):
            times = [record.timestamp for record in await bus.read(partition, 0, 10)]
            assert len(times) == 2
            assert before - 1000 <= times[0] <= times[1] <= before + 60_000
            assert await bus.offset_at(partition, 6) == 0
            found = await bus.read(partition, await bus.offset_at(partition, times[1]), 10)
            assert [record.timestamp for record in found] == [time for time in times if time >= times[1]]
            assert await bus.offset_at(partition, times[1] + 60_000) == await bus.end_offset(partition)

    async def test_on_a_replays_topics_the_producer_says_it(self, open_bus: OpenBus) -> None:
        bus = await open_bus(replay=True)
        await bus.append([Outgoing(RAW, b"k", b"a", timestamp=5), Outgoing(RAW, b"k", b"b", timestamp=4)])
        await bus.commit(step(1, outputs=[Outgoing(MENTIONS, b"k", b"n", timestamp=7)]))
        await bus.commit(step(1, outputs=[Outgoing(MENTIONS, b"k", b"n", timestamp=6)]))
        assert [record.timestamp for record in await bus.read(RAW_0, 0, 10)] == [5, 5]
        assert [record.timestamp for record in await bus.read(MENTIONS_0, 0, 10)] == [7, 7]


class TestSideBySide:
    @pytest.mark.parametrize("replay", [False, True])
    async def test_steps_of_several_partitions_at_once_are_each_whole_and_in_their_order(
        self, open_bus: OpenBus, replay: bool
    ) -> None:
        bus = await open_bus(partitions=3, replay=replay)

        async def work(number: int) -> None:
            for at in range(1, 16):
                output = Outgoing(MENTIONS, b"k", b"%d/%02d" % (number, at), partition=0, timestamp=1000 * at)
                await bus.commit(
                    step(
                        0,
                        partition=number,
                        offsets={Partition(RAW, number): at},
                        outputs=[output],
                        state={"n": b"%d" % at},
                    )
                )

        await asyncio.gather(work(0), work(1), work(2))
        found = await values(bus, MENTIONS_0)
        for number in range(3):
            assert [v for v in found if v.startswith(f"{number}/")] == [f"{number}/{at:02}" for at in range(1, 16)]
            assert await bus.load_state("listen", number) == {"n": b"15"}
        times = [record.timestamp for record in await bus.read(MENTIONS_0, 0, 100)]
        assert times == sorted(times)
        assert await bus.committed("listen") == {Partition(RAW, number): 15 for number in range(3)}


class TestWaiting:
    async def test_a_wait_that_is_given_up_holds_nobody_up(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(bus.wait({MENTIONS_0: 0}, 30), 0.1)
        waiting = asyncio.create_task(bus.wait({MENTIONS_0: 0}, 30))
        await asyncio.sleep(0.1)
        await bus.append([Outgoing(MENTIONS, b"k", b"m")])
        assert await asyncio.wait_for(waiting, 3)

    async def test_several_may_wait_at_once(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        idle = asyncio.create_task(bus.wait({SIGNALS_0: 0}, 20))
        waiting = asyncio.create_task(bus.wait({MENTIONS_0: 0}, 20))
        await asyncio.sleep(0.2)
        await bus.append([Outgoing(MENTIONS, b"k", b"m")])
        assert await asyncio.wait_for(waiting, 3)
        assert not idle.done()
        await bus.append([Outgoing(SIGNALS, b"k", b"s")])
        assert await asyncio.wait_for(idle, 3)


class TestRetention:
    async def test_counts_outlive_the_records(self, open_bus: OpenBus, broker: Broker, prefix: str) -> None:
        bus = await open_bus()
        await bus.append([Outgoing(RAW, b"k", b"%d" % i) for i in range(10)])
        assert await bus.events_appended(RAW) == 10
        await bus.close()
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
        await admin.start()
        await admin.delete_records({TopicPartition(prefix + RAW, 0): RecordsToDelete(8)})
        await admin.close()
        again = await open_bus()
        await again.append([Outgoing(RAW, b"k", b"more"), tick_to(RAW, 0, 6, 0)])
        assert await again.events_appended(RAW) == 11
        assert [record.offset for record in await again.read(RAW_0, 0, 10)] == [8, 9, 10, 11]

    async def test_what_went_before_anyone_counted_it_is_said(
        self, open_bus: OpenBus, broker: Broker, prefix: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        bus = await open_bus()
        await bus.append([Outgoing(RAW, b"k", b"%d" % i) for i in range(10)])
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
        await admin.start()
        await admin.delete_records({TopicPartition(prefix + RAW, 0): RecordsToDelete(4)})
        await admin.close()
        assert await bus.events_appended(RAW) == 6
        assert "offsets 0 to 3" in caplog.text


class TestState:
    async def test_a_large_state_comes_back_whole(self, open_bus: OpenBus) -> None:
        bus = await open_bus()
        expected: dict[str, bytes] = {"large": b"x" * 3_000_000}
        await bus.commit(step(1, state=expected))
        for number in range(4):
            state = {f"brand-{number * 500 + i}": os.urandom(2000) for i in range(500)}
            await bus.commit(step(number + 2, state=state))
            expected |= state
        assert await (await open_bus()).load_state("listen", 0) == expected


class TestTopicsOnACluster:
    async def test_a_bus_on_a_cluster_without_topics_says_how_to_make_them(self, broker: Broker, prefix: str) -> None:
        with pytest.raises(KafkaBusError, match="escucha topics apply --kafka"):
            await KafkaBus(broker.bootstrap, prefix=prefix).open()

    async def test_applying_makes_then_keeps_then_changes(self, broker: Broker, prefix: str) -> None:
        async def apply(**options: object) -> dict[str, str]:
            applied = await apply_topics(broker.bootstrap, prefix=prefix, **options)
            return {change.topic: change.change for change in applied}

        async def declared(**options: object) -> set[str]:
            return {change for topic, change in (await apply(**options)).items() if topic in TOPICS}

        made = await apply()
        assert made.keys() >= TOPICS.keys() | {"escucha.state.listen", "escucha.counts"}
        assert set(made.values()) == {"made"}
        assert set((await apply()).values()) == {"there"}
        assert await declared(replay=True) == {"changed"}
        assert set((await apply(replay=True)).values()) == {"there"}
        assert await declared() == {"changed"}
        with pytest.raises(KafkaBusError, match=r"social\.raw has 4 partitions and 3 were asked for"):
            await apply(partitions=3)
        bus = KafkaBus(broker.bootstrap, prefix=prefix)
        await bus.open()
        assert {topic: bus.partitions(topic) for topic in TOPICS} == {t: TOPICS[t].partitions for t in TOPICS}
        await bus.append([Outgoing(AUTHORS, b"x:1", b"a")])
        await bus.close()

    def test_the_command_makes_them_and_prints_what_it_did(self, broker: Broker) -> None:
        command = [sys.executable, "-m", "agents.cli", "topics", "apply", "--kafka", broker.bootstrap]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert {row["change"] for row in orjson.loads(done.stdout)} == {"made"}
        refused = subprocess.run([*command, "--partitions", "9"], capture_output=True, text=True, timeout=120)
        assert refused.returncode == 2
        assert "ask for 4" in refused.stderr
