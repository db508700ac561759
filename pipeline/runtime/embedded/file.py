"""The file of the embedded bus: made, recognised, and refused with a remedy when it is not what we can use."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schemas.topics import TOPICS

APPLICATION_ID: Final = 0x45534355
"""'ESCU' in the file's header: how `file` and we tell a bus from any other SQLite file."""
FORMAT: Final = 1
"""Version of the tables below, kept as user_version."""

# Measured on raw events of 2.5 kB: three of them share a page of 8 kB where 4 kB pages hold one and waste the rest.
_PAGE_BYTES: Final = 8192
_OPEN_TIMEOUT_MS: Final = 5_000
_BUSY_TIMEOUT_MS: Final = 5

_TABLES: Final = (
    """CREATE TABLE partition (
        id INTEGER PRIMARY KEY, topic TEXT NOT NULL, number INTEGER NOT NULL,
        first INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL DEFAULT 0,
        last_timestamp INTEGER NOT NULL DEFAULT 0, events INTEGER NOT NULL DEFAULT 0,
        UNIQUE (topic, number))""",
    """CREATE TABLE position (
        consumer TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
        PRIMARY KEY (consumer, partition)) WITHOUT ROWID""",
    """CREATE TABLE state (
        owner TEXT NOT NULL, partition INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (owner, partition, key))""",
)


class BusFileError(Exception):
    """The file cannot be used as a bus. The message names it, says what is wrong and what to do."""


def open_file(path: Path, partitions: Mapping[str, int] | int | None, *, durable: bool) -> sqlite3.Connection:
    """A connection to the bus at `path`, made if absent. Raises BusFileError.

    `partitions` as in `SqliteBus`. Not durable: nothing waits for the disk; a power cut may cost the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with explained(path):
        db = sqlite3.connect(path, isolation_level=None, timeout=_OPEN_TIMEOUT_MS / 1000, cached_statements=512)
        try:
            _prepare(db, path, partitions)
            db.execute(f"PRAGMA synchronous = {'NORMAL' if durable else 'OFF'}")
            db.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        except BaseException:
            db.close()
            raise
    return db


def _prepare(db: sqlite3.Connection, path: Path, partitions: Mapping[str, int] | int | None) -> None:
    fresh = _is_empty(db)
    if not fresh:
        _recognise(db, path)
    db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA journal_size_limit = 67108864")
    db.execute("BEGIN IMMEDIATE")
    try:
        if _is_empty(db):
            for table in _TABLES:
                db.execute(table)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {FORMAT}")
        _recognise(db, path)
        _declare(db, path, partitions)
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _is_empty(db: sqlite3.Connection) -> bool:
    return _pragma(db, "application_id") == 0 and not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def _recognise(db: sqlite3.Connection, path: Path) -> None:
    if _pragma(db, "application_id") != APPLICATION_ID:
        raise BusFileError(f"{path} is a SQLite file, but no bus of Escucha; name another file, or move this one away")
    if (found := _pragma(db, "user_version")) != FORMAT:
        raise BusFileError(
            f"{path} has bus format {found}; this version of Escucha reads {FORMAT}. "
            "Use the version that wrote it, or move the file away to start anew"
        )


def _pragma(db: sqlite3.Connection, name: str) -> int:
    value: int = db.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _declare(db: sqlite3.Connection, path: Path, partitions: Mapping[str, int] | int | None) -> None:
    there: dict[str, int] = dict(db.execute("SELECT topic, count(*) FROM partition GROUP BY topic"))
    for name in partitions if isinstance(partitions, Mapping) else ():
        if name not in TOPICS:
            raise KeyError(f"partitions are given for {name!r}, which schemas.topics does not declare")
    for name in TOPICS:
        wanted = _wanted(name, partitions)
        if name not in there:
            for number in range(1 if wanted is None else wanted):
                _create_log(db, name, number)
        elif wanted is not None and wanted != there[name]:
            raise BusFileError(
                f"{path}: topic {name} has {there[name]} partitions and {wanted} were asked for. The count is fixed when "
                "the file is made: ask for what is there, or start with a new file"
            )


def _wanted(topic: str, partitions: Mapping[str, int] | int | None) -> int | None:
    if isinstance(partitions, Mapping):
        wanted = partitions.get(topic)
    elif partitions is not None and TOPICS[topic].partitions == 1:
        wanted = 1
    else:
        wanted = partitions
    if wanted is not None and wanted < 1:
        raise ValueError(f"topic {topic} needs at least one partition; {wanted} were asked for")
    return wanted


def _create_log(db: sqlite3.Connection, topic: str, number: int) -> None:
    """One table a partition: an append then always goes to the end of a b-tree (measured: 25 % faster than one table)."""
    made = db.execute("INSERT INTO partition (topic, number) VALUES (?, ?)", (topic, number)).lastrowid
    db.execute(f"CREATE TABLE log_{made} (offset INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key, value, headers)")
    if TOPICS[topic].cleanup == "compact":
        db.execute(f"CREATE INDEX log_{made}_key ON log_{made} (key)")


_REMEDIES: Final[Mapping[int, str]] = {
    sqlite3.SQLITE_NOTADB: "it is not a SQLite file; name another file, or move this one away",
    sqlite3.SQLITE_CORRUPT: "it is damaged; move it and its -wal and -shm files away, then restore a copy or start anew",
    sqlite3.SQLITE_FULL: "the disk is full; make room and start again: what was acknowledged is safe",
    sqlite3.SQLITE_IOERR: "the disk does not read or write; look at the system's log",
    sqlite3.SQLITE_READONLY: "it may not be written; give this user write access to the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; is the path a folder, or the folder closed to this user?",
    sqlite3.SQLITE_BUSY: "another process keeps it locked; end that process and start again",
}


def is_busy(fault: sqlite3.Error) -> bool:
    return _primary(fault) == sqlite3.SQLITE_BUSY


def _primary(fault: sqlite3.Error) -> int:
    # sqlite3 sets the code only on errors that come from the library; the low byte is the primary code.
    code: int = getattr(fault, "sqlite_errorcode", 0)
    return code & 0xFF


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the file's own troubles into BusFileError with a remedy; a fault of our SQL stays what it is."""
    try:
        yield
    except sqlite3.Error as fault:
        remedy = _REMEDIES.get(_primary(fault))
        if remedy is None:
            raise
        raise BusFileError(f"{path}: {remedy} ({fault})") from fault


def damaged(path: Path, detail: str) -> BusFileError:
    return BusFileError(f"{path}: {_REMEDIES[sqlite3.SQLITE_CORRUPT]} ({detail})")
