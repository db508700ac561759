"""What a step and its readers meet when the broker goes away, a topic is gone, or a worker dies in the middle."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from itertools import count

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.kafka.broker import Broker
from pipeline.letters import letter_record
from pipeline.record import Outgoing, Partition
from pipeline.runtime.kafka import FencedError, KafkaBus, KafkaBusError, apply_topics, transactions, writer
from schemas.kinds import LetterReason, Stage
from schemas.letter import DeadLetter
from schemas.topics import DEADLETTERS, RAW
from tests.integration.kafka.steps import MENTIONS_0, RAW_0, step, values

numbers = count()
LETTER = DeadLetter(
    Stage.LISTEN, LetterReason.NOT_JSON, "cut off", b"{", "2026-11-22T10:00:00.000Z", topic=RAW, partition=0, offset=7
)

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def prefix() -> str:
    return f"faults-{os.getpid()}-{next(numbers)}."


@pytest.fixture
async def bus(broker: Broker, prefix: str) -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(broker.bootstrap, partitions=1, prefix=prefix)
    await bus.open()
    yield bus
    await bus.close()


class TestTheBrokerGoesAway:
    async def test_stopped_for_twenty_seconds_everything_goes_on_and_nothing_is_lost_or_doubled(
        self, new_broker: Callable[[], Broker]
    ) -> None:
        broker = new_broker()
        broker.start()
        bus = KafkaBus(broker.bootstrap, partitions=2)
        await bus.open()
        under_way, back = asyncio.Event(), asyncio.Event()
        done = dict.fromkeys(("append", 0, 1), 0)

        async def append() -> None:
            while not back.is_set() or done["append"] < 50:
                await bus.append([Outgoing(RAW, b"k", b"%d" % done["append"], partition=0)])
                done["append"] += 1
                await asyncio.sleep(0.02)

        async def commit(number: int) -> None:
            while not back.is_set() or done[number] < 20:
                at = done[number] + 1
                output = Outgoing("social.mentions", b"b", b"%d" % at, partition=number)
                await bus.commit(step(at, partition=number, offsets={Partition(RAW, number): at}, outputs=[output]))
                done[number] = at
                if min(done.values()) >= 5:
                    under_way.set()
                await asyncio.sleep(0.02)

        async def stop() -> None:
            await under_way.wait()
            await asyncio.to_thread(broker.stop)
            await asyncio.sleep(20)
            await asyncio.to_thread(broker.start)
            back.set()

        await asyncio.gather(append(), commit(0), commit(1), stop())
        assert await values(bus, RAW_0) == [str(number) for number in range(done["append"])]
        for number in range(2):
            found = await values(bus, Partition("social.mentions", number))
            assert found == [str(at) for at in range(1, done[number] + 1)]
            assert await bus.load_state("listen", number) == {"n": b"%d" % done[number]}
        await bus.close()

    async def test_a_transaction_under_way_when_it_is_killed_is_committed_when_it_is_back(
        self, new_broker: Callable[[], Broker]
    ) -> None:
        broker = new_broker()
        broker.start()
        bus = KafkaBus(broker.bootstrap, partitions=1)
        await bus.open()
        await bus.commit(step(1))
        async with bus._bus.transactions.begin("listen", "listen", 0) as transaction:
            await transaction.write({MENTIONS_0: [Outgoing("social.mentions", b"b", b"2", timestamp=1)]}, {RAW_0: 2})
            broker.kill()
            await asyncio.to_thread(broker.start)
            await transaction.commit()
        await bus.commit(step(3))
        assert await values(bus, MENTIONS_0) == ["1", "2", "3"]
        assert await bus.committed("listen") == {RAW_0: 3}
        await bus.close()


class TestAnUnfinishedTransaction:
    async def test_is_undone_by_the_broker_and_holds_readers_up_no_longer(
        self, broker: Broker, prefix: str, bus: KafkaBus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writer, "TRANSACTION_MILLIS", 1000)
        forgetful = KafkaBus(broker.bootstrap, prefix=prefix)
        await forgetful.open()
        with pytest.raises(FencedError, match="away for too long"):
            async with forgetful._bus.transactions.begin("listen", "listen", 0) as transaction:
                await transaction.write({MENTIONS_0: [Outgoing("social.mentions", b"b", b"1", timestamp=1)]}, {})
                await bus.append([Outgoing("social.mentions", b"b", b"2")])
                assert await values(bus, MENTIONS_0) == []
                # The broker looks for such transactions every ten seconds.
                assert await bus.wait({MENTIONS_0: 0}, 30)
                await transaction.commit()
        assert await values(bus, MENTIONS_0) == ["2"]
        await forgetful.close()


class TestATopicThatCannotBeWritten:
    @pytest.mark.parametrize("known", [False, True], ids=["never written before", "written before"])
    async def test_without_the_dead_letter_topic_a_step_with_a_letter_is_not_acknowledged_and_says_so(
        self, broker: Broker, prefix: str, bus: KafkaBus, monkeypatch: pytest.MonkeyPatch, known: bool
    ) -> None:
        letter = letter_record(LETTER)
        await bus.commit(step(1, outputs=[*step(1).outputs, *([letter] if known else [])]))
        monkeypatch.setattr(transactions, "PATIENCE_SECONDS", 3.0)
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
        await admin.start()
        await admin.delete_topics([prefix + DEADLETTERS])
        # The broker answers before it is done.
        while list(broker.directory.glob(f"data/{prefix}{DEADLETTERS}-0")):  # noqa: ASYNC110 (nothing tells us)
            await asyncio.sleep(0.05)
        await admin.close()
        with pytest.raises(KafkaBusError, match=r"listen partition 0 was not committed.*is a topic gone"):
            await bus.commit(step(2, outputs=[*step(2).outputs, letter]))
        if known:
            # What was handed to the library cannot be taken back.
            with pytest.raises(KafkaBusError, match="load its state anew"):
                await bus.commit(step(3))
        assert await bus.committed("listen") == {RAW_0: 1}
        await apply_topics(broker.bootstrap, partitions=1, prefix=prefix)
        successor = KafkaBus(broker.bootstrap, prefix=prefix)
        await successor.open()
        assert await successor.load_state("listen", 0) == {"n": b"1"}
        await successor.commit(step(2, outputs=[*step(2).outputs, letter]))
        assert await values(successor, MENTIONS_0) == ["1", "2"]
        assert len(await values(successor, Partition(DEADLETTERS, 0))) == 1
        await successor.close()

    async def test_a_record_that_the_topic_refuses_leaves_nothing_of_its_step(
        self, broker: Broker, prefix: str, bus: KafkaBus
    ) -> None:
        await bus.commit(step(1))
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
        await admin.start()
        small = {"max.message.bytes": "2000", "message.timestamp.type": "LogAppendTime"}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, prefix + DEADLETTERS, small)])
        await admin.close()
        large = Outgoing(DEADLETTERS, b"listen", b"x" * 10_000)
        with pytest.raises(KafkaBusError, match="MessageSizeTooLarge"):
            await bus.commit(step(2, outputs=[*step(2).outputs, large]))
        assert await values(bus, MENTIONS_0) == ["1"]
        assert await bus.committed("listen") == {RAW_0: 1}
        await bus.commit(step(2))
        assert await values(bus, MENTIONS_0) == ["1", "2"]
        with pytest.raises(KafkaBusError, match=r"social\.deadletters could not be written"):
            await bus.append([large])
