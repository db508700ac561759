"""One life of the child: started, asked, answering, ended."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from typing import cast

from pipeline.runtime.scoring.frames import Ask, Frames, FromChild, framed, read_from_child

_STDIN, _STDOUT = 0, 1
_LAST_WORDS, _LAST_LINE = 2_000, 300
_FAREWELL_SECONDS = 2.0


class ScorerUnfit(Exception):
    """The models cannot be used here; the message says why and what to do."""


class Life(asyncio.SubprocessProtocol):
    """`heard` gets every message, `ended` the reason, once. Both are called by the event loop and must not block."""

    def __init__(self, heard: Callable[[FromChild], None], ended: Callable[[str], None]) -> None:
        self._heard = heard
        self._ended = ended
        self._frames = Frames()
        self._transport: asyncio.SubprocessTransport | None = None
        self._words = b""
        self._over = asyncio.Event()

    @classmethod
    async def begin(cls, first: bytes, heard: Callable[[FromChild], None], ended: Callable[[str], None]) -> Life:
        """Start a child and send it its first frame. Raises OSError where the machine has no room for a process."""
        loop = asyncio.get_running_loop()
        # -P: a folder `pipeline` where somebody happens to stand is not ours.
        command = (sys.executable, "-P", "-m", "pipeline.runtime.scoring.child")
        _, life = await loop.subprocess_exec(lambda: cls(heard, ended), *command)
        life._write(first)
        return life

    @property
    def pid(self) -> int | None:
        return None if self._transport is None else self._transport.get_pid()

    def ask(self, ask: Ask) -> None:
        """Never blocks: whoever asks bounds what is on its way."""
        self._write(framed(ask))

    def kill(self) -> None:
        """Also one that is stopped: SIGKILL waits for nobody."""
        if self._transport is not None:
            with contextlib.suppress(ProcessLookupError):
                self._transport.kill()

    async def close(self) -> None:
        """Let it finish by itself, or not."""
        pipe = self._input()
        if pipe is not None:
            pipe.close()
        try:
            await asyncio.wait_for(self._over.wait(), _FAREWELL_SECONDS)
        except TimeoutError:
            self.kill()
            await self._over.wait()
        if self._transport is not None:
            self._transport.close()

    def _write(self, data: bytes) -> None:
        pipe = self._input()
        if pipe is not None and not pipe.is_closing():
            pipe.write(data)

    def _input(self) -> asyncio.WriteTransport | None:
        if self._transport is None:
            return None
        return cast("asyncio.WriteTransport | None", self._transport.get_pipe_transport(_STDIN))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == _STDOUT:
            # The event loop may tell of the end before it has read the pipe empty: by then nobody waits for these answers.
            if self._over.is_set():
                return
            for body in self._frames.feed(data):
                self._heard(read_from_child(body))
        else:
            self._words = (self._words + data)[-_LAST_WORDS:]

    def process_exited(self) -> None:
        if self._over.is_set():
            return
        self._over.set()
        code = self._transport.get_returncode() if self._transport is not None else None
        said = self._words.decode(errors="replace").strip().rpartition("\n")[2][-_LAST_LINE:]
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        self._ended(f"{how}: {said}" if said else how)
