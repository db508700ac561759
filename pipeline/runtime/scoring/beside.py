"""The models in a process beside the stream, which never waits for it longer than a deadline, and never falls with it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import NamedTuple

from pipeline.record import Row, ScoringRequest
from pipeline.runtime.scoring.frames import Answer, Ask, Begin, FromChild, Ready, framed
from pipeline.runtime.scoring.life import Life, ScorerUnfit
from pipeline.runtime.scoring.scorer import Missed, Tally
from pipeline.runtime.scoring.waiting import Call, Line, Text
from pipeline.understand.faults import ModelFault
from pipeline.understand.second import Second, read_second

TOGETHER = 16
"""Texts in one message: few, so that what is ready in time comes in time; enough that the pipe costs next to nothing."""
AHEAD = 2
"""Messages on their way at once: one being read, one that waits for it to be. The rest waits here, where it can be dropped."""
MEMORY = 4 * 1024**3
"""Addresses that the child may have: a model that leaks ends its process, not the machine's."""
START_SECONDS = 20.0
"""A start waits for the models so long, then goes on without them."""
STUCK_SECONDS = 10.0
"""A child that owes an answer for so long is ended, and another started."""
_LOAD_SECONDS = 60.0
_LOOK_SECONDS = 0.5
_LEAST_SECONDS = 0.005
"""Less than this is not worth asking for: the model needs longer for a single text."""
_OVERDUE = 0.9
"""Of the deadline: the clocks of event loops are coarse, and whoever has waited once should not have to again."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
log = logging.getLogger("escucha.tier1")


class _Sent(NamedTuple):
    at: float
    texts: Sequence[Text]


class BesideScorer:
    """One child for all partitions of this process, started again when it ends. Use it as an asynchronous context."""

    def __init__(
        self,
        files: Callable[[], Sequence[dict[str, bytes]]],
        *,
        deadline: float,
        queue: int,
        tally: Tally | None = None,
        memory: int | None = MEMORY,
        stuck: float = STUCK_SECONDS,
    ) -> None:
        """`files` reads those of each model, at every start. `deadline` in seconds, `queue` in texts. Raises ModelFault."""
        self._files = files
        self._deadline = deadline
        self._queue = queue
        self.tally = tally or Tally()
        self._memory = memory
        self._stuck = stuck
        self.models: Sequence[Second] = [read_second(one) for one in files()]
        self._line = Line()
        self._sent: dict[int, _Sent] = {}
        self._number = 0
        self._life: Life | None = None
        self._ready = False
        self._why: str | None = "starting"
        self._unfit: ScorerUnfit | None = None
        self._news = asyncio.Event()
        """Set when the first life is ready, unfit or over."""
        self._over = asyncio.Event()
        """Set while no life is under way."""
        self._answered = False
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The child's, while there is one."""
        return None if self._life is None else self._life.pid

    @property
    def waiting(self) -> int:
        """Texts without an answer yet."""
        return len(self._line) + sum(len(sent.texts) for sent in self._sent.values())

    @property
    def why_not(self) -> str | None:
        """What keeps it from reading; None while it reads."""
        return self._why or ("it does not answer" if self._owes() > _OVERDUE * self._deadline else None)

    async def __aenter__(self) -> BesideScorer:
        """Starts the child and waits a while for its models. Raises ScorerUnfit where they can never be used."""
        self._keeper = asyncio.create_task(self._keep(), name="tier1")
        try:
            await asyncio.wait_for(self._news.wait(), START_SECONDS)
        except TimeoutError:
            log.warning("tier 1 is not ready after %.0f s; mentions go on with tier 0 until it is", START_SECONDS)
        if self._unfit is not None:
            await self.__aexit__(None, None, None)
            raise self._unfit
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        life, self._life = self._life, None
        self._give_up("stopped")
        if life is not None:
            await life.close()

    async def score(self, requests: Sequence[ScoringRequest], patience: float = 1.0) -> Sequence[Row | None]:
        """See `Scorer`. Takes at most the deadline; at once where nobody reads or too many wait."""
        deadline = self._deadline * patience
        rows: list[Row | None] = [None] * len(requests)
        if self.why_not is not None:
            self.tally.missed[Missed.DOWN if self._why else Missed.DEADLINE] += len(requests)
            return rows
        if patience < 1 and deadline < _LEAST_SECONDS:
            self.tally.missed[Missed.BEHIND] += len(requests)
            return rows
        taken = requests[: max(0, self._queue - self.waiting)]
        if len(taken) < len(requests):
            self.tally.missed[Missed.QUEUE] += len(requests) - len(taken)
        if not taken:
            return rows
        loop = asyncio.get_running_loop()
        began = loop.time()
        call = Call(rows, len(taken))
        self._line.join(call, taken)
        self._send()
        try:
            async with asyncio.timeout(deadline):
                await call.over.wait()
        except TimeoutError:
            # Where others have kept the loop busy, an answer in time may lie in the pipe, unread until the loop turns.
            await asyncio.sleep(0)
            self.tally.missed[Missed.DEADLINE if patience == 1 else Missed.BEHIND] += call.left
        finally:
            call.abandoned = True
            self._line.leave(call)
            self.tally.waited(loop.time() - began)
        return rows

    def _send(self) -> None:
        while self._life is not None and self._ready and len(self._line) and len(self._sent) < AHEAD:
            texts = self._line.next(TOGETHER)
            self._number += 1
            self._sent[self._number] = _Sent(asyncio.get_running_loop().time(), texts)
            self._life.ask(Ask(self._number, [text.request for text in texts]))

    def _owes(self) -> float:
        """Seconds that the oldest message has been without an answer."""
        oldest = next(iter(self._sent.values()), None)
        return 0.0 if oldest is None else asyncio.get_running_loop().time() - oldest.at

    def _heard(self, message: FromChild) -> None:
        if isinstance(message, Answer):
            self._answered = True
            for text, row in zip(self._sent.pop(message.number).texts, message.rows, strict=True):
                if text.call.abandoned:
                    self.tally.late += 1
                else:
                    text.answer(row)
                    self._count(row)
            self._send()
        elif isinstance(message, Ready):
            self._ready, self._why = True, None
            self._news.set()
        else:
            self._unfit = ScorerUnfit(f"{message.message}. {message.remedy}")
            self._news.set()

    def _count(self, row: Row | None) -> None:
        if row is None:
            self.tally.missed[Missed.DOWN] += 1
        else:
            self.tally.read += 1

    def _ended(self, how: str) -> None:
        self._life, self._ready = None, False
        self._give_up(f"its process ended ({how})")
        self._over.set()
        self._news.set()

    def _give_up(self, why: str) -> None:
        """Nobody answers what is asked by now: whoever waits goes on at once."""
        self._why = why
        for text in [text for sent in self._sent.values() for text in sent.texts] + self._line.clear():
            if not text.call.abandoned:
                self.tally.missed[Missed.DOWN] += 1
                text.answer(None)
        self._sent.clear()

    async def _keep(self) -> None:
        """Have a child at any time, sooner after one that was of use, later and later after ones that were not."""
        failures = 0
        while True:
            self._over.clear()
            self._answered = False
            self.tally.starts += 1
            try:
                # Reading and packing tens of megabytes is not for the event loop.
                begin = await asyncio.to_thread(lambda: framed(Begin(list(self._files()), self._memory)))
                self._life = await Life.begin(begin, self._heard, self._ended)
            except (OSError, ModelFault) as fault:
                self._ended(str(fault))
            await self._watched()
            self._life = None
            failures = 0 if self._answered else failures + 1
            pause = min(_FIRST_PAUSE * 2.0 ** min(failures, 16), _LONGEST_PAUSE)
            log.warning("tier 1: %s; mentions go on with tier 0, and it is started again in %.1f s", self._why, pause)
            await asyncio.sleep(pause)

    async def _watched(self) -> None:
        """Returns when the child is over; ends one that does not answer, or does not come to its first."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), _LOOK_SECONDS)
            silent = self._owes() if self._ready else loop.time() - began
            if self._life is not None and silent > (self._stuck if self._ready else _LOAD_SECONDS):
                log.warning("tier 1 has not answered for %.0f s; it is ended", silent)
                self._life.kill()
