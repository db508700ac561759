"""The embedded bus: `pipeline.runtime.bus.Bus` on one SQLite file in WAL mode."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pipeline.record import Outgoing, Partition, Record
from pipeline.runtime.bus import BusFull, Commit, is_tick
from pipeline.runtime.crashpoints import reach
from pipeline.runtime.embedded import retention
from pipeline.runtime.embedded.file import damaged, explained, is_busy, open_file
from pipeline.runtime.embedded.log import Log
from pipeline.runtime.embedded.logs import Logs
from schemas.topics import MENTIONS, RAW, SIGNALS

_POLL_SECONDS: Final = 0.05
"""How often to look for what other processes appended."""
_TURN_SECONDS: Final = 0.001
"""How long a loop of calls may keep the event loop to itself."""
_RETRY_SECONDS: Final = 0.002
_PATIENCE_SECONDS: Final = 30.0
"""How long to wait for another process's write before calling it stuck; our writes take milliseconds."""


class SqliteBus:
    """Survives kill -9 at any point; several processes may open the same file on one machine's own disk.

    `partitions`: the count for each topic (one number: for those with more than one in the table of topics), fixed when
    the file is made; None takes what is there, or 1. `clock`: append time in milliseconds for records that bring none.
    `capacity`: how many records of social.raw the slowest consumer group may lag before events are refused; passed by
    at most one batch a producer. `durable`: SQLite's synchronous=NORMAL, so that a power cut costs at most the last
    moments and never the file; False, for logs one can make again, lets a power cut cost the file.

    Calls run on the caller's thread (SQLite answers in microseconds) and let other tasks run every millisecond, so a
    loop of calls starves nobody. Use one object from one event loop.
    """

    def __init__(
        self,
        path: Path,
        *,
        partitions: Mapping[str, int] | int | None = 1,
        clock: Callable[[], int],
        capacity: int = 50_000,
        durable: bool = True,
    ) -> None:
        self.path = path
        self._wanted_partitions = partitions
        self._clock = clock
        self._capacity = capacity
        self._durable = durable
        self._opened: tuple[sqlite3.Connection, Logs] | None = None
        self._grown = asyncio.Event()
        self._breathed = 0.0

    async def open(self) -> None:
        """Open or make the file. Raises BusFileError for a file that is no bus, of another format or partition count."""
        if self._opened is None:
            db = open_file(self.path, self._wanted_partitions, durable=self._durable)
            self._opened = db, Logs(db)

    async def close(self) -> None:
        if self._opened is not None:
            self._opened[0].close()
            self._opened = None

    async def append(self, records: Sequence[Outgoing]) -> None:
        await self._breathe()
        if any(record.topic == RAW and not is_tick(record.headers) for record in records):
            self._refuse_when_full()
        await self._begin()
        with self._transaction() as (db, logs):
            logs.write(db, records, self._clock())
            reach("during_append")
        reach("after_append")
        self._announce()

    async def read(self, partition: Partition, offset: int, limit: int) -> list[Record]:
        await self._breathe()
        db, logs = self._file
        with explained(self.path):
            return logs.at(partition).read(db, offset, limit)

    async def wait(self, partitions: Mapping[Partition, int], timeout: float) -> bool:  # noqa: ASYNC109 (an answer, not a fault)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        await asyncio.sleep(0)
        while True:
            grown = self._grown
            with self._fresh() as (db, logs):
                if any(logs.at(partition).has_from(db, offset) for partition, offset in partitions.items()):
                    return True
            left = deadline - loop.time()
            if left <= 0:
                return False
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, _POLL_SECONDS)):
                    await grown.wait()

    async def commit(self, commit: Commit) -> None:
        await self._breathe()
        owned = [(commit.owner, commit.partition, key, value) for key, value in commit.state.items()]
        await self._begin()
        with self._transaction() as (db, logs):
            topics = logs.write(db, commit.outputs, self._clock())
            reach("after_outputs")
            if MENTIONS in topics:
                reach("mentions_produced")
            if SIGNALS in topics:
                reach("signals_produced")
            db.executemany(
                "INSERT INTO state VALUES (?, ?, ?, ?) "
                "ON CONFLICT (owner, partition, key) DO UPDATE SET value = excluded.value",
                [row for row in owned if row[3] is not None],
            )
            db.executemany(
                "DELETE FROM state WHERE owner = ? AND partition = ? AND key = ?",
                [row[:3] for row in owned if row[3] is None],
            )
            reach("after_state")
            logs.move(db, commit.group, commit.offsets)
        reach("before_ack")
        self._announce()

    async def committed(self, group: str) -> Mapping[Partition, int]:
        with self._fresh() as (_, logs):
            return logs.offsets(group)

    async def load_state(self, owner: str, partition: int) -> Mapping[str, bytes]:
        query = "SELECT key, value FROM state WHERE owner = ? AND partition = ?"
        with self._fresh() as (db, _):
            return dict(db.execute(query, (owner, partition)).fetchall())

    async def end_offset(self, partition: Partition) -> int:
        with self._fresh() as (_, logs):
            return logs.at(partition).next

    async def offset_at(self, partition: Partition, timestamp: int) -> int:
        with self._fresh() as (db, logs):
            return logs.at(partition).offset_at(db, timestamp)

    async def events_appended(self, topic: str) -> int:
        with self._fresh() as (_, logs):
            return sum(log.events for log in logs.of(topic))

    def partitions(self, topic: str) -> int:
        return len(self._file[1].of(topic))

    async def prune(self, now: int) -> int:
        """Let go of what the topics' retention allows at `now`, never above the offset of a group reading the topic.

        Compacted topics keep the latest record of each key, and its tombstone for a day. Returns how many records went.
        Their room in the file is used again. Works in short transactions, other tasks and processes between them.
        """
        removed = 0
        for log in list(self._file[1]):
            if log.compacted:
                removed += await self._compact(log, now)
            elif log.retention is not None:
                removed += await self._expire(log, now)
        return removed

    async def forget(self, group: str) -> None:
        """Drop the offsets of a group that is gone for good: until then it holds back retention and producers."""
        await self._begin()
        with self._transaction() as (db, logs):
            logs.forget(db, group)

    async def check(self) -> None:
        """Read the whole file; raises BusFileError when it is damaged. Takes seconds per gigabyte."""
        with self._fresh() as (db, _):
            found = [row[0] for row in db.execute("PRAGMA quick_check").fetchall()]
            if found != ["ok"]:
                raise damaged(self.path, "; ".join(found[:3]))

    @property
    def _file(self) -> tuple[sqlite3.Connection, Logs]:
        if self._opened is None:
            raise RuntimeError(f"the bus {self.path} is not open")
        return self._opened

    @contextmanager
    def _fresh(self) -> Iterator[tuple[sqlite3.Connection, Logs]]:
        """The file with all that other processes have committed so far."""
        db, logs = self._file
        with explained(self.path):
            logs.refresh(db)
            yield db, logs

    async def _begin(self) -> None:
        """Take the write lock without holding up the event loop. Raises BusFileError when another process keeps it."""
        db, _ = self._file
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE_SECONDS
        while True:
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as fault:
                if not is_busy(fault) or loop.time() >= deadline:
                    with explained(self.path):
                        raise
            else:
                return
            await asyncio.sleep(_RETRY_SECONDS)

    @contextmanager
    def _transaction(self) -> Iterator[tuple[sqlite3.Connection, Logs]]:
        """The body of a transaction begun: all of it or nothing, the heads in memory included. No await inside."""
        db, logs = self._file
        with explained(self.path):
            try:
                logs.refresh(db)
                yield db, logs
                db.execute("COMMIT")
            except BaseException:
                logs.distrust()
                # When the disk is full SQLite has rolled back by itself.
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _refuse_when_full(self) -> None:
        with self._fresh() as (_, logs):
            for group, unread in logs.unread(RAW).items():
                if unread >= self._capacity:
                    raise BusFull(
                        f"{group} has {unread} records of {RAW} to read; the bus holds {self._capacity} unread"
                    )

    async def _expire(self, log: Log, now: int) -> int:
        removed, before = 0, -1
        while before < log.first:
            before = log.first
            await self._begin()
            with self._transaction() as (db, logs):
                removed += retention.expire(db, log, now, logs.passed(log))
            await asyncio.sleep(0)
        return removed

    async def _compact(self, log: Log, now: int) -> int:
        removed, start = 0, 0
        db, logs = self._file
        end = logs.passed(log)
        if log.compaction_lag:
            end = min(end, log.offset_at(db, now - log.compaction_lag))
        while start < end:
            await self._begin()
            with self._transaction() as (db, _):
                gone, start = retention.compact(db, log, now, start, end)
            removed += gone
            await asyncio.sleep(0)
        return removed

    async def _breathe(self) -> None:
        """Let other tasks run, unless they have just had their turn: a turn costs as much as a read."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._breathed >= _TURN_SECONDS:
            await asyncio.sleep(0)
            self._breathed = loop.time()

    def _announce(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()
