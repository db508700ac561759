"""Worker processes side by side. What is given to them is read, whoever of them dies over it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.enrich.faults import EnrichUnfit
from agents.enrich.frames import Begin, Ready, Row
from agents.enrich.model import TOGETHER
from agents.enrich.worker import PROGRAM, READ_SECONDS, Worker, WorkerLost

TRIES = 2
"""So many processes may die over the same texts before these are suspected, and tried apart."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries to start a process that does not start any more."""
log = logging.getLogger("escucha.enrich")


@dataclass(slots=True)
class _Chunk:
    """Texts that are read together, and where their rows are awaited."""

    texts: list[str]
    rows: list[asyncio.Future[Row | None]]
    tries: int = 0

    @property
    def wanted(self) -> bool:
        return not all(row.done() for row in self.rows)

    def halves(self) -> list[_Chunk]:
        middle = len(self.texts) // 2
        parts = (slice(0, middle), slice(middle, None))
        return [_Chunk(self.texts[part], self.rows[part], TRIES - 1) for part in parts]


class Pool:
    """`workers` processes, each with its own copy of the model. `start`, then `read` from as many tasks as wanted, then `stop`."""

    def __init__(
        self,
        begin: Begin,
        workers: int,
        *,
        patience: float = READ_SECONDS,
        program: Sequence[str] = PROGRAM,
        lost: Callable[[], None] = lambda: None,
        alive: Callable[[int], None] = lambda _: None,
        stirred: Callable[[], None] = lambda: None,
    ) -> None:
        """`lost` is called for every process that was lost, `alive` with how many have the model whenever that changes,
        `stirred` whenever something is done or tried. `patience` and `program`: see `Worker`."""
        self._workers = [Worker(begin, patience, program) for _ in range(workers)]
        self._lost, self._alive, self._stirred = lost, alive, stirred
        self._ready: set[Worker] = set()
        self._queue: asyncio.Queue[_Chunk] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def pids(self) -> list[int]:
        return [pid for worker in self._workers if (pid := worker.pid) is not None]

    async def start(self) -> Ready:
        """Load the model in every process. Raises EnrichUnfit: it cannot be loaded, and why."""
        try:
            ready = await self._first(self._workers[0])
            await asyncio.gather(*(self._first(worker) for worker in self._workers[1:]))
        except BaseException:
            await self.stop()
            raise
        self._tasks = [
            asyncio.create_task(self._work(worker), name=f"tier2-{number}")
            for number, worker in enumerate(self._workers)
        ]
        return ready

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def read(self, texts: Sequence[str]) -> list[Row | None]:
        """A row a text, in order; None for one that the model makes no numbers of, or over which process after process died.

        May be cancelled."""
        loop = asyncio.get_running_loop()
        rows: list[asyncio.Future[Row | None]] = [loop.create_future() for _ in texts]
        # Texts of like length together: padding costs as much as words.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for start in range(0, len(order), TOGETHER):
            chosen = order[start : start + TOGETHER]
            self._queue.put_nowait(_Chunk([texts[n] for n in chosen], [rows[n] for n in chosen]))
        return list(await asyncio.gather(*rows))

    async def _first(self, worker: Worker) -> Ready:
        try:
            ready = await worker.start()
        except WorkerLost as fault:
            raise EnrichUnfit(
                f"the model could not be loaded: {fault}; does it fit into the memory of this machine?"
            ) from None
        self._turned(worker, ready=True)
        return ready

    async def _work(self, worker: Worker) -> None:
        while True:
            chunk = await self._queue.get()
            if not chunk.wanted:
                continue
            try:
                rows = await worker.read(chunk.texts)
            except WorkerLost as fault:
                log.warning("tier 2: %s; its %d texts are read again", fault, len(chunk.texts))
                self._lost()
                self._turned(worker, ready=False)
                self._again(chunk)
                await self._restart(worker)
            else:
                _answer(chunk, rows)
            self._stirred()

    def _again(self, chunk: _Chunk) -> None:
        chunk.tries += 1
        if chunk.tries < TRIES or (len(chunk.texts) == 1 and chunk.tries == TRIES):
            self._queue.put_nowait(chunk)
        elif len(chunk.texts) > 1:
            for half in chunk.halves():
                self._queue.put_nowait(half)
        else:
            log.error("tier 2: a text of %d characters is left unread: every process dies over it", len(chunk.texts[0]))
            _answer(chunk, [None])

    async def _restart(self, worker: Worker) -> None:
        pause = 0.1
        while True:
            self._stirred()
            try:
                await worker.start()
            except (WorkerLost, EnrichUnfit) as fault:
                log.warning("tier 2: a worker process does not start again (%s); trying again in %.0f s", fault, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self._turned(worker, ready=True)
                return

    def _turned(self, worker: Worker, *, ready: bool) -> None:
        (self._ready.add if ready else self._ready.discard)(worker)
        self._alive(len(self._ready))


def _answer(chunk: _Chunk, rows: Sequence[Row | None]) -> None:
    for waiting, row in zip(chunk.rows, rows, strict=True):
        if not waiting.done():
            waiting.set_result(row)
