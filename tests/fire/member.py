"""One process of a role, started again whenever it ends, as a restart policy would."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.runtime.crashpoints import VARIABLE
from tests.fire.waiting import until

ROOT: Final = Path(__file__).resolve().parents[2]
_FIRST_PAUSE_SECONDS: Final = 0.2
_LONGEST_PAUSE_SECONDS: Final = 5.0
_HEALTHY_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.02
_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True)
class Exit:
    """How a process ended. `crash`: the point at which it was started to die. `shot`: we had sent it SIGKILL."""

    code: int
    crash: str | None
    shot: bool


class Member:
    """`start` and `retire` once; in between it is killed, frozen and woken at will. What it says stands in `log`."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self.exits: list[Exit] = []
        self.crash_next: str | None = None
        """A crash point for the next start alone."""
        self.held = asyncio.Event()
        """Clear it, and an ended process stays away."""
        self.held.set()
        self._command = command
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._shot = False
        self._retired = False
        self._life: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._life = asyncio.create_task(self._live(), name=self.name)

    @property
    def pid(self) -> int | None:
        """The process, while it lives."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def starts(self) -> int:
        return len(self.exits) + (self.pid is not None)

    def send(self, number: signal.Signals) -> None:
        """A signal to the process, if it lives."""
        process = self._process
        if process is not None and process.poll() is None:
            self._shot |= number is signal.SIGKILL
            process.send_signal(number)

    async def ended(self, before: int, seconds: float) -> Exit:
        """The exit after `before` others. Raises TimeoutError after so many seconds without it."""
        await until(lambda: len(self.exits) > before, f"end of {self.name}", seconds, _LOOK_SECONDS)
        return self.exits[before]

    async def retire(self, patience: float) -> int:
        """SIGTERM for good; the exit code, that of SIGKILL after so many seconds."""
        self._retired = True
        self.held.set()
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await until(lambda: self.pid is None, f"end of {self.name}", patience, _LOOK_SECONDS)
        self.send(signal.SIGKILL)
        if self._life is not None:
            await self._life
        return self.exits[-1].code if self.exits else 0

    async def _live(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._retired:
            started = time.monotonic()
            crash, self.crash_next = self.crash_next, None
            process = self._process = self._spawn(crash)
            await until(lambda: self.pid is None, f"end of {self.name}", math.inf, _LOOK_SECONDS)
            self.exits.append(Exit(process.returncode, crash, self._shot))
            self._shot = False
            pause = _FIRST_PAUSE_SECONDS if time.monotonic() - started > _HEALTHY_SECONDS else pause
            if not self._retired:
                await asyncio.sleep(pause)
                await self.held.wait()
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _spawn(self, crash: str | None) -> subprocess.Popen[bytes]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("ESCUCHA_")}
        environment |= {"PYTHONPATH": str(ROOT), **self._environment}
        if crash is not None:
            environment[VARIABLE] = crash
        with self.log.open("ab") as log:
            log.write(f"--- start {len(self.exits) + 1}{f', to die at {crash}' if crash else ''}\n".encode())
            log.flush()
            return subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                preexec_fn=_die_with_us,  # noqa: PLW1509 (one system call, which takes no lock)
            )


def _die_with_us() -> None:
    """The kernel ends the process when the one that started it ends, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
