"""A crew: one worker for each partition that the consumer group gives this process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Final, Protocol, runtime_checkable

from pipeline.record import Outputs, Partition, Processor, Record
from pipeline.runtime.kafka.bus import KafkaBus, wall_clock
from pipeline.runtime.kafka.faults import KafkaBusError
from pipeline.runtime.kafka.members import SESSION_SECONDS, Membership
from pipeline.runtime.runner import Runner
from pipeline.runtime.scoring.scorer import Scorer
from pipeline.runtime.worker import Worker

Observer = Callable[[str, Sequence[Record], Outputs, float], None]

BATCH: Final = 500
GATHER_SECONDS: Final = 0.1
"""Between two steps of a partition with little to do: a step is a transaction, which costs the same for one record as for 500."""
DEADLINE_SECONDS: Final = 60.0
"""How long records may be held although time goes on, where the processor can do without what they wait for."""
_WAIT_SECONDS: Final = 0.5
_PRESENT: Final = 10_000
"""Milliseconds. Whoever works on what is older than that catches up, and does not pause to gather."""
log = logging.getLogger("escucha.crew")


@runtime_checkable
class Impatient(Protocol):
    """A processor that can do without what its records wait for, when told to."""

    def let_go(self) -> None: ...


class Crew:
    """Runs `stage` over its share of `topic`, whose partitions the group of the stage's name divides among processes.

    `make` gives a partition's processor, restored by its worker when it claims the partition. Between two assignments
    workers pause, and go on where a partition stays ours; only what goes to others is given back. `side` and
    `scorer` as in Worker.
    """

    def __init__(
        self,
        bus: KafkaBus,
        stage: str,
        topic: str,
        make: Callable[[int], Processor],
        side: Sequence[Partition] = (),
        observe: Observer | None = None,
        scorer: Scorer | None = None,
        *,
        gather: float = GATHER_SECONDS,
        deadline: float = DEADLINE_SECONDS,
        session: float = SESSION_SECONDS,
    ) -> None:
        """`gather`, `deadline` and `session` in seconds: see GATHER_SECONDS, DEADLINE_SECONDS, members.SESSION_SECONDS."""
        self._bus = bus
        self._stage = stage
        self._topic = topic
        self._make = make
        self._side = side
        self._observe = observe
        self._scorer = scorer
        self._gather = gather
        self._deadline = deadline
        self._membership = Membership(bus.bootstrap, stage, topic, prefix=bus.prefix, session=session)
        self._hands: dict[int, _Hand] = {}
        self._group: asyncio.TaskGroup | None = None

    @property
    def stage(self) -> str:
        return self._stage

    async def run(self, stop: asyncio.Event) -> None:
        """See `Runner`. Raises FencedError when another process took a partition over, KafkaBusError."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                try:
                    await self._membership.run(stop, self._take, self._pause)
                finally:
                    for hand in self._hands.values():
                        hand.task.cancel()
        except BaseExceptionGroup as faults:
            raise _first(faults) from faults
        finally:
            self._group = None
            # Nothing is owed to a bus that is away: what was not committed never happened.
            with contextlib.suppress(TimeoutError, KafkaBusError):
                async with asyncio.timeout(5):
                    for number in list(self._hands):
                        await self._bus.release(self._stage, number)
            self._hands.clear()

    @property
    def partitions(self) -> frozenset[int]:
        return frozenset(number for number, hand in self._hands.items() if hand.ours.is_set())

    def held(self) -> int:
        return sum(hand.worker.processor.held for hand in self._hands.values() if hand.ours.is_set())

    async def lag(self) -> int:
        unread = 0
        for hand in list(self._hands.values()):
            source = hand.worker.source
            position = hand.worker.positions.get(source)
            if position is None:
                # Not restored yet: the work that waits is to begin.
                unread += 1
            elif await self._bus.read(source, position, 1):
                # Asked by reading: behind the last record the log may hold marks of transactions, which nobody reads.
                unread += await self._bus.end_offset(source) - position
        return unread

    async def _take(self, numbers: frozenset[int]) -> None:
        """These are ours now: give back what is not among them, go on with what is, begin with what is new."""
        for number in sorted(self._hands.keys() - numbers):
            hand = self._hands.pop(number)
            hand.task.cancel()
            await asyncio.gather(hand.task, return_exceptions=True)
            await self._bus.release(self._stage, number)
        for number in sorted(numbers):
            if number not in self._hands:
                self._hands[number] = self._new_hand(number)
            self._hands[number].ours.set()
        log.info("%s works on partitions %s", self._stage, sorted(numbers))

    async def _pause(self) -> None:
        """Nothing is ours for now: returns when no worker is in a step."""
        for hand in self._hands.values():
            hand.ours.clear()
        for hand in list(self._hands.values()):
            async with hand.busy:
                pass

    def _new_hand(self, number: int) -> _Hand:
        if self._group is None:
            raise RuntimeError(f"{self._stage} is not running")
        source = Partition(self._topic, number)
        made = self._make(number)
        worker = Worker(self._bus, self._stage, made, source, self._side, BATCH, self._observe, self._scorer)
        hand = _Hand(worker)
        hand.task = self._group.create_task(self._work(hand), name=f"{self._stage}-{number}")
        return hand

    async def _work(self, hand: _Hand) -> None:
        worker = hand.worker
        async with hand.busy:
            await worker.start()
        loop = asyncio.get_running_loop()
        since, resumed = loop.time(), worker.processor.resume()
        retry = False
        while True:
            await hand.ours.wait()
            began = loop.time()
            async with hand.busy:
                if not hand.ours.is_set():
                    continue
                moved = await worker.step(retry)
            retry = False
            if not worker.processor.held or worker.processor.resume() != resumed:
                since, resumed = loop.time(), worker.processor.resume()
            elif loop.time() - since > self._deadline and isinstance(worker.processor, Impatient):
                log.warning(
                    "%s partition %d has held %d records for %.0f s; they go on without what they wait for",
                    *(self._stage, worker.source.number, worker.processor.held, loop.time() - since),
                )
                worker.processor.let_go()
                since, retry = loop.time(), True
            if not moved and not retry:
                await self._bus.wait(worker.waiting_for, _WAIT_SECONDS)
            if moved and not worker.behind and wall_clock() - worker.newest < _PRESENT:
                await asyncio.sleep(max(0.0, began + self._gather - loop.time()))


class _Hand:
    """A worker and its task. `ours`: the group says that it may step. `busy`: held while it starts or steps."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.ours = asyncio.Event()
        self.busy = asyncio.Lock()
        self.task: asyncio.Task[None]


def _first(faults: BaseExceptionGroup[BaseException]) -> BaseException:
    """What began it: the others were told to end because of it."""
    fault: BaseException = faults
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return fault


def _keeps_the_promise(crew: Crew) -> Runner:
    """For the type checker alone."""
    return crew
