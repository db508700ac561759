"""All logs of the file and the groups' offsets, as of the last look: one cheap question tells whether to look again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.record import Outgoing, Partition
from pipeline.runtime.bus import partition_of
from pipeline.runtime.embedded.log import Log, Row

Offsets = dict[int, int]
"""Next offset to read, by the log's id."""


class Logs:
    """Writes move the heads in memory along with the file; after a rollback call `distrust` to read them anew."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._topics: dict[str, list[Log]] = {}
        for id, topic, number in db.execute("SELECT id, topic, number FROM partition ORDER BY topic, number"):
            self._topics.setdefault(topic, []).append(Log(id, topic, number))
        self._groups: dict[str, Offsets] = {}
        self._seen_version = -1

    def __iter__(self) -> Iterator[Log]:
        for logs in self._topics.values():
            yield from logs

    def of(self, topic: str) -> Sequence[Log]:
        """The topic's logs by partition number. Raises KeyError for an undeclared topic."""
        logs = self._topics.get(topic)
        if logs is None:
            raise KeyError(f"topic {topic!r} is not declared in schemas.topics")
        return logs

    def at(self, partition: Partition) -> Log:
        """The partition's log. Raises KeyError where there is none."""
        return _numbered(self.of(partition.topic), partition.number)

    def refresh(self, db: sqlite3.Connection) -> None:
        """Take in what other processes committed since the last look."""
        version = db.execute("PRAGMA data_version").fetchone()[0]
        if version == self._seen_version:
            return
        logs = {log.id: log for log in self}
        query = "SELECT id, first, next, last_timestamp, events FROM partition"
        for id, first, next, last_timestamp, events in db.execute(query).fetchall():
            if log := logs.get(id):
                log.first, log.next, log.last_timestamp, log.events = first, next, last_timestamp, events
        self._groups = {}
        for consumer, id, next in db.execute("SELECT consumer, partition, next FROM position").fetchall():
            if id in logs:
                self._groups.setdefault(consumer, {})[id] = next
        self._seen_version = version

    def distrust(self) -> None:
        self._seen_version = -1

    def write(self, db: sqlite3.Connection, records: Iterable[Outgoing], now: int) -> set[str]:
        """Add the records to their logs, inside a transaction; `now` for those without a timestamp. Returns the topics."""
        written: dict[Log, list[Row]] = {}
        for record in records:
            topic, key, _, _, number, timestamp = record
            logs = self.of(topic)
            log = logs[partition_of(key, len(logs))] if number is None else _numbered(logs, number)
            row = log.row(record, now if timestamp is None else timestamp)
            rows = written.get(log)
            if rows is None:
                written[log] = [row]
            else:
                rows.append(row)
        for log, rows in written.items():
            log.insert(db, rows)
        db.executemany(
            "UPDATE partition SET next = ?, last_timestamp = ?, events = ? WHERE id = ?",
            [(log.next, log.last_timestamp, log.events, log.id) for log in written],
        )
        return {log.partition.topic for log in written}

    def move(self, db: sqlite3.Connection, group: str, offsets: Mapping[Partition, int]) -> None:
        """Set the group's offsets, inside a transaction."""
        moved = {self.at(partition).id: next for partition, next in offsets.items()}
        db.executemany(
            "INSERT INTO position VALUES (?, ?, ?) ON CONFLICT (consumer, partition) DO UPDATE SET next = excluded.next",
            [(group, id, next) for id, next in moved.items()],
        )
        if moved:
            self._groups.setdefault(group, {}).update(moved)

    def forget(self, db: sqlite3.Connection, group: str) -> None:
        db.execute("DELETE FROM position WHERE consumer = ?", (group,))
        self._groups.pop(group, None)

    def offsets(self, group: str) -> dict[Partition, int]:
        offsets = self._groups.get(group, {})
        return {log.partition: offsets[log.id] for log in self if log.id in offsets}

    def unread(self, topic: str) -> dict[str, int]:
        """How many records of the topic each group that reads it has before it."""
        logs = self.of(topic)
        return {
            group: sum(log.next - max(offsets.get(log.id, 0), log.first) for log in logs)
            for group, offsets in self._readers(logs)
        }

    def passed(self, log: Log) -> int:
        """The offset below which every group that reads the topic is done."""
        readers = self._readers(self.of(log.partition.topic))
        return min((offsets.get(log.id, 0) for _, offsets in readers), default=log.next)

    def _readers(self, logs: Sequence[Log]) -> Iterator[tuple[str, Offsets]]:
        """A group reads a topic once it has committed an offset on any partition of it."""
        ids = {log.id for log in logs}
        return ((group, offsets) for group, offsets in self._groups.items() if not ids.isdisjoint(offsets))


def _numbered(logs: Sequence[Log], number: int) -> Log:
    if not 0 <= number < len(logs):
        raise KeyError(f"topic {logs[0].partition.topic} has partitions 0 to {len(logs) - 1}, not {number}")
    return logs[number]
