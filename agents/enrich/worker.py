"""A worker process from its parent's side: started, asked, and done with when it dies, hangs or talks nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence

import msgspec

from agents.enrich.faults import EnrichUnfit
from agents.enrich.frames import Answer, Begin, FrameFault, Ready, Refused, Request, Row, Rows, frame, next_frame

START_SECONDS = 900.0
"""For a model that is first to be downloaded."""
READ_SECONDS = 60.0
"""For one request; a process that is silent for longer hangs."""
_END_SECONDS = 2.0
PROGRAM = ("-P", "-m", "agents.enrich.child")
"""Arguments of the interpreter. -P: a folder `agents` where somebody happens to stand is not ours."""


class WorkerLost(Exception):
    """The process is gone, or as good as gone; what it was asked is to be asked again."""


class Worker:
    """One process with one copy of the model. Not running until `start`; after WorkerLost it may be started again."""

    def __init__(self, begin: Begin, patience: float = READ_SECONDS, program: Sequence[str] = PROGRAM) -> None:
        """`patience` in seconds, for one request. `program`: arguments of the interpreter."""
        self._begin = begin
        self._program = program
        self._patience = patience
        self._process: asyncio.subprocess.Process | None = None
        self._asked = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    async def start(self) -> Ready:
        """Load the model. Raises EnrichUnfit where it never will be, WorkerLost where the process ended before it was."""
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._program,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, **_QUIET},
            )
        except OSError as fault:
            raise WorkerLost(f"no worker process can be started: {fault}") from None
        answer = await self._ask(msgspec.msgpack.encode(self._begin), START_SECONDS)
        if isinstance(answer, Refused):
            await self.stop()
            raise EnrichUnfit(answer.why)
        if not isinstance(answer, Ready):
            raise await self._lost("answers with something else than that it is ready")
        return answer

    async def read(self, texts: Sequence[str]) -> list[Row | None]:
        """A row a text, in order; None where the model gave no numbers. Raises WorkerLost."""
        self._asked += 1
        request = Request(self._asked, list(texts))
        answer = await self._ask(msgspec.msgpack.encode(request), self._patience)
        if not isinstance(answer, Rows) or answer.id != request.id or len(answer.rows) != len(texts):
            raise await self._lost("answers something else than it was asked")
        return answer.rows

    async def stop(self) -> None:
        """Let it go: it ends when its input does, or is ended."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _END_SECONDS)
        except TimeoutError:
            await _kill(process)

    async def _ask(self, data: bytes, patience: float) -> Answer:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise WorkerLost("the process does not run")
        try:
            async with asyncio.timeout(patience):
                process.stdin.write(frame(data))
                await process.stdin.drain()
                answer: Answer = msgspec.msgpack.decode(await next_frame(process.stdout), type=Answer)
                return answer
        except TimeoutError:
            raise await self._lost(f"has been silent for {patience:.0f} s") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._lost("has ended") from None
        except (FrameFault, msgspec.DecodeError) as fault:
            raise await self._lost(f"talks nonsense ({fault})") from None

    async def _lost(self, what: str) -> WorkerLost:
        process, self._process = self._process, None
        if process is None:
            return WorkerLost(what)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 0.2)
        await _kill(process)
        code = process.returncode or 0
        how = f", by {signal.Signals(-code).name}" if code < 0 and what == "has ended" else ""
        why = " (out of memory?)" if code == -signal.SIGKILL and what == "has ended" else ""
        return WorkerLost(f"worker process {process.pid} {what}{how}{why}")


_QUIET = {
    "OMP_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}
"""One core a process, and no words that nobody asked for."""


async def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
