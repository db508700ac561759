"""External sort, by SQLite: more rows than memory holds, in the order of their keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

KeyPart = int | str


class Sorter:
    """Rows `(key..., payload)` in a throw-away file; iterating gives them by key, equal keys in order of arrival."""

    def __init__(self, path: Path, keys: Sequence[str]) -> None:
        self._path = path
        # A run that was killed may have left its own.
        path.unlink(missing_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA synchronous=OFF")
        columns = ", ".join(f"k{i} {kind}" for i, kind in enumerate(keys))
        self._order = ", ".join(f"k{i}" for i in range(len(keys)))
        self._insert = f"INSERT INTO rows VALUES ({', '.join('?' * (len(keys) + 1))})"  # noqa: S608 - only placeholders
        self._db.execute(f"CREATE TABLE rows ({columns}, payload BLOB)")
        self._db.execute("BEGIN")

    def add(self, rows: Iterable[tuple[KeyPart | bytes, ...]]) -> None:
        self._db.executemany(self._insert, rows)

    def __iter__(self) -> Iterator[tuple[KeyPart | bytes, ...]]:
        query = f"SELECT * FROM rows ORDER BY {self._order}, rowid"  # noqa: S608 - column names made above
        yield from self._db.execute(query)

    def close(self) -> None:
        self._db.close()
        self._path.unlink(missing_ok=True)
