"""The bus on Kafka: `pipeline.runtime.bus.Bus` on a cluster's topics, groups and transactions."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence

from aiokafka.errors import KafkaError

from pipeline.record import Outgoing, Partition, Record
from pipeline.runtime.bus import Bus, Commit, is_tick, partition_of
from pipeline.runtime.crashpoints import reach
from pipeline.runtime.kafka import state, topics, writer
from pipeline.runtime.kafka.faults import PATIENCE_SECONDS, KafkaBusError
from pipeline.runtime.kafka.opened import Opened, connect
from pipeline.runtime.kafka.reader import EARLIEST, LATEST
from pipeline.runtime.kafka.visible import until_visible
from schemas.topics import MENTIONS, RAW, SIGNALS, TOPICS


def wall_clock() -> int:
    """Now, in milliseconds."""
    return time.time_ns() // 1_000_000


class KafkaBus:
    """Any number of processes may open it; the state of an owner's partition belongs to the one that loaded it last.

    `partitions`: the count for each topic (one number: for those with more than one in the table), made where a topic is
    missing (with one partition where nothing else is said); None takes what is there and makes nothing (`escucha topics
    apply` does). `prefix` stands before the names of topics, groups and transactions on the cluster. The broker says the
    append times, and a record's own `timestamp` is not kept. `replay`: topics made here take the producer's times, and
    `clock` (milliseconds) says it for records that bring none. `capacity`: how many records of social.raw one of the
    `readers` may lag, counted in offsets, before events are refused.

    `fencing`: one transactional.id per owner of state and partition. Who loads the state takes over: commits of whoever
    had it before raise FencedError from then on, and write nothing. False, for those who only look, gives each object an
    id of its own.

    `append` is all or nothing when it refuses a record. A process killed in the middle of one may leave a part of it: its
    producer appends the batch again, and the events' ids tell. Commits are transactions, and readers see committed
    records only. Use one object from one event loop.
    """

    def __init__(
        self,
        bootstrap: str,
        *,
        partitions: Mapping[str, int] | int | None = None,
        prefix: str = "",
        clock: Callable[[], int] = wall_clock,
        capacity: int = 50_000,
        readers: Sequence[str] = ("understand",),
        fencing: bool = True,
        replay: bool = False,
    ) -> None:
        self.bootstrap = bootstrap
        self.prefix = prefix
        self._wanted_partitions = partitions
        self._prefix = prefix
        self._clock = clock
        self._capacity = capacity
        self._readers = readers
        self._fencing = fencing
        self._replay = replay
        self._opened: Opened | None = None

    async def open(self) -> None:
        """Connect, and make missing topics if partitions were given. Raises KafkaBusError."""
        if self._opened is None:
            async with contextlib.AsyncExitStack() as stack:
                opened = await self._open(stack)
                opened.stack = stack.pop_all()
            self._opened = opened

    async def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()

    async def append(self, records: Sequence[Outgoing]) -> None:
        bus = self._bus
        placed = self._place(records)
        events = sum(record.topic == RAW and not is_tick(record.headers) for record in records)
        if events:
            raw = [Partition(RAW, number) for number in range(self.partitions(RAW))]
            await bus.pressure.check(events, raw, self._readers, self._capacity)
        if not placed:
            return
        async with self._in_turn(placed):
            stamped = await bus.clocks.stamp(placed, self._clock())
            reach("during_append")
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    ends = await writer.send(bus.producer, self._prefix, stamped)
            except (KafkaError, TimeoutError) as fault:
                named = ", ".join(sorted({partition.topic for partition in stamped}))
                raise KafkaBusError(f"{len(placed)} records for {named} could not be written: {fault!r}") from fault
            bus.clocks.sent(stamped, ends)
        reach("after_append")

    async def read(self, partition: Partition, offset: int, limit: int) -> list[Record]:
        self._check(partition)
        return await self._bus.reader.read(partition, offset, limit)

    async def wait(self, partitions: Mapping[Partition, int], timeout: float) -> bool:  # noqa: ASYNC109 (an answer, not a fault)
        bus = self._bus
        for partition in partitions:
            self._check(partition)
        if not partitions:
            await asyncio.sleep(timeout)
            return False
        async with bus.listener() as client:
            return await bus.reader.has_from(partitions, timeout, client)

    async def commit(self, commit: Commit) -> None:
        bus = self._bus
        placed = self._place(commit.outputs)
        for partition in commit.offsets:
            self._check(partition)
        kept = await self._state(commit)
        async with (
            self._in_turn(placed),
            bus.transactions.begin(commit.group, commit.owner, commit.partition) as transaction,
        ):
            stamped = await bus.clocks.stamp(placed, self._clock())
            ends = await transaction.write(stamped | kept, commit.offsets)
            reach("after_outputs")
            written = {record.topic for record in commit.outputs}
            if MENTIONS in written:
                reach("mentions_produced")
            if SIGNALS in written:
                reach("signals_produced")
            reach("after_state")
            await transaction.commit()
            seen = await until_visible(bus.reader, bus.groups, commit.group, commit.offsets, ends)
            bus.clocks.sent(stamped, seen)
        reach("before_ack")

    async def committed(self, group: str) -> Mapping[Partition, int]:
        bus = self._bus
        found = await bus.groups.committed(group)
        return {p: offset for p, offset in found.items() if p.number < bus.partitions.get(p.topic, 0)}

    async def load_state(self, owner: str, partition: int) -> Mapping[str, bytes]:
        bus = self._bus
        # First of all: a predecessor that still commits would change what is read here.
        await bus.transactions.claim(owner, partition)
        topic = topics.STATE + owner
        if topic not in bus.partitions and not await self._find(topic):
            return {}
        home = Partition(topic, partition % bus.partitions[topic])
        ours = f"{partition}/".encode()
        # A connection of its own: a worker with several partitions loads them side by side.
        async with bus.listener() as client:
            # It may be older than the topic.
            await client.add_topic(self._prefix + topic)
            found = await state.latest(bus.reader, home, client)
        return {key[len(ours) :].decode(): value for key, value in found.items() if key.startswith(ours)}

    async def release(self, owner: str, partition: int) -> None:
        """Give back what `load_state` claimed, so that this object may claim it again later, also after a FencedError.

        What the group assigns to another process is released here, or a second claim would find the first one's marks.
        Waits for a commit under way. Releasing what nobody claimed does nothing.
        """
        await self._bus.transactions.release(owner, partition)

    async def end_offset(self, partition: Partition) -> int:
        self._check(partition)
        return (await self._bus.reader.offsets([partition], LATEST))[partition]

    async def offset_at(self, partition: Partition, timestamp: int) -> int:
        end = await self.end_offset(partition)
        if partition.topic in self._bus.clocks.broker_timed:
            found = (await self._bus.reader.offsets([partition], max(timestamp, 0)))[partition]
        else:
            found = await self._search(partition, timestamp, end)
        # It may be a transaction's marker that was found.
        record = next(iter(await self._bus.reader.read(partition, found, 1)), None) if found >= 0 else None
        return end if record is None else record.offset

    async def events_appended(self, topic: str) -> int:
        bus = self._bus
        numbers = range(self.partitions(topic))
        async with bus.counting:
            return await bus.counts.events([Partition(topic, number) for number in numbers])

    def partitions(self, topic: str) -> int:
        if topic not in TOPICS:
            raise KeyError(f"topic {topic!r} is not declared in schemas.topics")
        return self._bus.partitions[topic]

    @property
    def _bus(self) -> Opened:
        if self._opened is None:
            raise RuntimeError(f"the bus at {self.bootstrap} is not open")
        return self._opened

    async def _open(self, stack: contextlib.AsyncExitStack) -> Opened:
        wanted = self._wanted_partitions
        async with topics.admin_of(self.bootstrap) as admin:
            there = await topics.describe(admin, self._prefix)
            if wanted is not None and not {*TOPICS, topics.COUNTS} <= there.keys():
                full = {topic: topics.wanted_partitions(topic, wanted) or there.get(topic, 1) for topic in TOPICS}
                await topics.apply_topics(self.bootstrap, partitions=full, prefix=self._prefix, replay=self._replay)
                there = await topics.describe(admin, self._prefix)
            for topic in (*TOPICS, topics.COUNTS):
                if topic not in there:
                    raise KafkaBusError(
                        f"topic {self._prefix}{topic} is not on {self.bootstrap}; "
                        f"run: escucha topics apply --kafka {self.bootstrap}"
                    )
            for topic in TOPICS:
                if (asked := topics.wanted_partitions(topic, wanted)) not in (None, there[topic]):
                    raise topics.mismatch(topic, there[topic], asked)
            timed = await topics.broker_timed(admin, TOPICS, self._prefix)
        client = await connect(self.bootstrap, [self._prefix + topic for topic in there])
        stack.push_async_callback(client.close)
        producer = writer.producer(self.bootstrap)
        await producer.start()
        stack.push_async_callback(producer.stop)
        return Opened(self.bootstrap, self._prefix, client, producer, there, timed, self._fencing)

    def _in_turn(self, placed: Sequence[tuple[Partition, Outgoing]]) -> contextlib.AbstractAsyncContextManager[object]:
        """Held while records are stamped and written, where that must not cross with another write of this object."""
        timed = self._bus.clocks.broker_timed
        if all(partition.topic in timed for partition, _ in placed):
            return contextlib.nullcontext()
        return self._bus.writing

    def _check(self, partition: Partition) -> None:
        """Raises KeyError where there is no such partition."""
        count = self.partitions(partition.topic)
        if not 0 <= partition.number < count:
            raise KeyError(f"topic {partition.topic} has partitions 0 to {count - 1}, not {partition.number}")

    def _place(self, records: Sequence[Outgoing]) -> list[tuple[Partition, Outgoing]]:
        """Each record with its partition. Raises before anything is written: KeyError, ValueError."""
        placed = []
        for record in records:
            count = self.partitions(record.topic)
            if record.key is None and TOPICS[record.topic].cleanup == "compact":
                raise ValueError(
                    f"a record on the compacted topic {record.topic} needs a key: by it the latest is kept"
                )
            number = partition_of(record.key, count) if record.partition is None else record.partition
            partition = Partition(record.topic, number)
            self._check(partition)
            placed.append((partition, record))
        return placed

    async def _search(self, partition: Partition, timestamp: int, end: int) -> int:
        """Where the first record at or after `timestamp` is, by bisection over records: not the broker's own search.

        That one looks at transactions' markers too, whose time is the broker's clock at the commit, and where producers
        say the times (a replay) years after the records around them.
        """
        reader = self._bus.reader
        low, high = (await reader.offsets([partition], EARLIEST))[partition], end
        found = None
        while low < high:
            middle = (low + high) // 2
            record = next(iter(await reader.read(partition, middle, 1)), None)
            if record is None or record.offset >= high:
                high = middle
            elif record.timestamp >= timestamp:
                high, found = middle, record.offset
            else:
                low = record.offset + 1
        return low if found is None else found

    async def _state(self, commit: Commit) -> dict[Partition, list[Outgoing]]:
        """The commit's state as records of the owner's topic, which is made at its first state."""
        if not commit.state:
            return {}
        bus = self._bus
        topic = topics.STATE + commit.owner
        if topic not in bus.partitions and not await self._find(topic):
            async with topics.admin_of(self.bootstrap) as admin:
                count = max(bus.partitions[topic] for topic in TOPICS)
                await topics.make(admin, {topic: count}, self._prefix, replay=self._replay)
            await self._find(topic)
        home = Partition(topic, commit.partition % bus.partitions[topic])
        now = self._clock()
        return {
            home: [
                Outgoing(topic, f"{commit.partition}/{key}".encode(), value, timestamp=now)
                for key, value in commit.state.items()
            ]
        }

    async def _find(self, topic: str) -> bool:
        """Whether the cluster has the topic by now."""
        bus = self._bus
        async with topics.admin_of(self.bootstrap) as admin:
            count = (await topics.describe(admin, self._prefix)).get(topic)
        if count is None:
            return False
        await bus.client.add_topic(self._prefix + topic)
        bus.partitions[topic] = count
        return True


def _keeps_the_contract(bus: KafkaBus) -> Bus:
    """For the type checker alone."""
    return bus
