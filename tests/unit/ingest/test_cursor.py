"""Cursors on disk: whole or absent, and never another's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agents.ingest.connector import Gap
from agents.ingest.cursor import Checkpoint, CursorMismatch, FileCursorStore

POINT = Checkpoint("sky", "bluesky", "a.example", "seq", 7, 1_000)


def test_a_saved_cursor_is_found_by_a_new_store(tmp_path: Path) -> None:
    FileCursorStore(tmp_path).save(POINT)
    assert FileCursorStore(tmp_path).load("sky", "a.example", "seq") == POINT


def test_a_cursor_of_another_host_kind_or_source_is_not_found(tmp_path: Path) -> None:
    store = FileCursorStore(tmp_path)
    store.save(POINT)
    assert store.load("sky", "b.example", "seq") is None
    assert store.load("sky", "a.example", "time_us") is None
    assert store.load("other", "a.example", "seq") is None


def test_a_cursor_file_that_is_another_hosts_is_refused(tmp_path: Path) -> None:
    store = FileCursorStore(tmp_path)
    store.save(POINT)
    own = next(tmp_path.glob("cursor_*.json"))
    store.save(Checkpoint("sky", "bluesky", "b.example", "seq", 9, 2_000))
    other = next(path for path in tmp_path.glob("cursor_*.json") if path != own)
    shutil.copy(other, own)
    with pytest.raises(CursorMismatch, match=r"b\.example"):
        store.load("sky", "a.example", "seq")


def test_a_damaged_cursor_says_which_file_and_what_to_do(tmp_path: Path) -> None:
    store = FileCursorStore(tmp_path)
    store.save(POINT)
    path = next(tmp_path.glob("cursor_*.json"))
    path.write_bytes(b"{")
    with pytest.raises(ValueError, match="remove the file") as fault:
        store.load("sky", "a.example", "seq")
    assert str(path) in str(fault.value)


def test_the_latest_is_the_newest_by_the_networks_time_on_any_host(tmp_path: Path) -> None:
    store = FileCursorStore(tmp_path)
    newest = Checkpoint("sky", "bluesky", "b.example", "time_us", 1, 5_000)
    for point in (POINT, newest, Checkpoint("other", "bluesky", "a.example", "seq", 99, 9_000)):
        store.save(point)
    assert store.latest("sky") == newest
    assert store.latest("nobody") is None


def test_gaps_are_kept_in_order(tmp_path: Path) -> None:
    store = FileCursorStore(tmp_path)
    gaps = [Gap("bluesky", "sky", "a.example", 1, 2, "old"), Gap("bluesky", "sky", "a.example", None, None, "unknown")]
    assert store.gaps() == []
    for gap in gaps:
        store.gap(gap)
    assert FileCursorStore(tmp_path).gaps() == gaps
