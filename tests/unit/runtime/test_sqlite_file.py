"""The file of the embedded bus is recognised, and anything else is refused with a remedy and left as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.record import Outgoing, Partition
from pipeline.runtime.bus import Commit
from pipeline.runtime.embedded import BusFileError, SqliteBus
from pipeline.runtime.embedded.file import APPLICATION_ID, FORMAT
from schemas.topics import RAW, TOPICS

RAW_0 = Partition(RAW, 0)


def bus_at(path: Path, **options: object) -> SqliteBus:
    return SqliteBus(path, **({"clock": lambda: 1_764_000_000_000} | options))


async def written(path: Path, records: int = 3) -> None:
    bus = bus_at(path)
    await bus.open()
    await bus.append([Outgoing(RAW, b"k", b"%05d" % i * 500) for i in range(records)])
    await bus.close()


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    await written(tmp_path / "var" / "escucha" / "bus.db")
    assert (tmp_path / "var" / "escucha" / "bus.db").exists()


async def test_the_file_names_itself_and_its_format(tmp_path: Path) -> None:
    await written(tmp_path / "bus.db")
    db = sqlite3.connect(tmp_path / "bus.db")
    assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert db.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_offsets_are_dense_from_zero(tmp_path: Path) -> None:
    bus = bus_at(tmp_path / "bus.db")
    await bus.open()
    await bus.append([Outgoing(RAW, b"k", b"v")] * 3)
    await bus.commit(Commit("g", "o", 0, {}, [Outgoing(RAW, b"k", b"v")]))
    assert [record.offset for record in await bus.read(RAW_0, 0, 10)] == [0, 1, 2, 3]
    await bus.close()


async def test_an_empty_file_becomes_a_bus(tmp_path: Path) -> None:
    (tmp_path / "bus.db").touch()
    await written(tmp_path / "bus.db")


def not_sqlite(path: Path) -> None:
    path.write_bytes(b"brands:\n  - id: iberluz\n" * 100)


def somebody_elses(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE cookies (name)")


def somebody_elses_with_a_name(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA application_id = 252006674")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (not_sqlite, "not a SQLite file; name another file"),
        (somebody_elses, "no bus of Escucha; name another file"),
        (somebody_elses_with_a_name, "no bus of Escucha; name another file"),
    ],
)
async def test_a_file_that_is_no_bus_is_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], says: str
) -> None:
    path = tmp_path / "other.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(BusFileError, match=says) as refusal:
        await bus_at(path).open()
    assert str(path) in str(refusal.value)
    assert path.read_bytes() == before


async def test_a_bus_of_another_format_is_refused(tmp_path: Path) -> None:
    await written(tmp_path / "bus.db")
    with sqlite3.connect(tmp_path / "bus.db") as db:
        db.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(BusFileError, match=f"format {FORMAT + 1}; this version of Escucha reads {FORMAT}"):
        await bus_at(tmp_path / "bus.db").open()


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BusFileError, match="cannot be opened"):
        await bus_at(tmp_path).open()


async def test_another_partition_count_is_refused_with_both_counts(tmp_path: Path) -> None:
    await written(tmp_path / "bus.db")
    with pytest.raises(BusFileError, match=r"1 partitions and 2 were asked for.*start with a new file"):
        await bus_at(tmp_path / "bus.db", partitions={RAW: 2}).open()


async def test_partitions_of_an_unknown_topic_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match=r"social\.row"):
        await bus_at(tmp_path / "bus.db", partitions={"social.row": 2}).open()
    with pytest.raises(ValueError, match="at least one partition"):
        await bus_at(tmp_path / "bus.db", partitions={RAW: 0}).open()
    await written(tmp_path / "bus.db")


async def test_a_topic_that_joined_the_contract_later_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.delitem(TOPICS, "social.cases")
        await written(tmp_path / "bus.db")
    bus = bus_at(tmp_path / "bus.db")
    await bus.open()
    assert bus.partitions("social.cases") == 1
    await bus.append([Outgoing("social.cases", b"k", b"v")])
    assert await bus.end_offset(RAW_0) == 3
    await bus.close()


async def test_damage_is_said_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    await written(path, records=400)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) - len(whole) // 2))
    bus = bus_at(path)
    with pytest.raises(BusFileError, match="damaged; move it and its -wal and -shm files away"):
        await bus.open()
        await bus.read(RAW_0, 0, 1000)
    await bus.close()


async def test_a_sound_file_checks_out_and_a_damaged_one_does_not(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    await written(path, records=400)
    bus = bus_at(path)
    await bus.open()
    await bus.check()
    await bus.close()
    whole = bytearray(path.read_bytes())
    where = whole.index(b"00200" * 500) // 8192 * 8192
    whole[where : where + 4096] = b"\xff" * 4096
    path.write_bytes(whole)
    await bus.open()
    with pytest.raises(BusFileError, match="it is damaged"):
        await bus.check()
    await bus.close()


async def test_a_damage_that_leaves_every_page_readable_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    await written(path)
    db = sqlite3.connect(path)
    db.execute("PRAGMA writable_schema = ON")
    db.execute(
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'state') WHERE name = 'log_1'"
    )
    db.commit()
    db.close()
    bus = bus_at(path)
    await bus.open()
    with pytest.raises(BusFileError, match="it is damaged"):
        await bus.check()
    await bus.close()


async def test_a_full_disk_fails_the_append_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    bus = bus_at(tmp_path / "bus.db")
    await bus.open()
    await bus.append([Outgoing(RAW, b"k", b"kept")])
    bus._file[0].execute(
        "PRAGMA max_page_count = 1"
    )  # SQLite's own disk-full: the count cannot go below what is in use
    with pytest.raises(BusFileError, match="disk is full"):
        await bus.append([Outgoing(RAW, b"k", b"x" * 100_000)])
    bus._file[0].execute("PRAGMA max_page_count = 100000")
    await bus.append([Outgoing(RAW, b"k", b"after")])
    assert [record.value for record in await bus.read(RAW_0, 0, 10)] == [b"kept", b"after"]
    await bus.close()


async def test_a_bus_that_is_not_open_says_so(tmp_path: Path) -> None:
    bus = bus_at(tmp_path / "bus.db")
    with pytest.raises(RuntimeError, match="is not open"):
        await bus.append([])
    with pytest.raises(RuntimeError, match="is not open"):
        bus.partitions(RAW)


async def test_a_stuck_writer_is_named_as_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.runtime.embedded.bus._PATIENCE_SECONDS", 0.05)
    bus = bus_at(tmp_path / "bus.db")
    await bus.open()
    stuck = sqlite3.connect(tmp_path / "bus.db", isolation_level=None)
    stuck.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusFileError, match="another process keeps it locked"):
        await bus.append([Outgoing(RAW, b"k", b"v")])
    stuck.execute("ROLLBACK")
    await bus.append([Outgoing(RAW, b"k", b"v")])
    assert await bus.end_offset(RAW_0) == 1
    await bus.close()
