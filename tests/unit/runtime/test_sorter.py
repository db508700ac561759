"""The external sort of a replay."""

from __future__ import annotations

from pathlib import Path

from pipeline.runtime.replay.sorter import Sorter


def test_rows_come_by_key_and_equal_keys_in_order_of_arrival(tmp_path: Path) -> None:
    sorter = Sorter(tmp_path / "rows", ["INTEGER"])
    sorter.add([(2, b"b"), (1, b"a"), (2, b"c")])
    assert [row[1] for row in sorter] == [b"a", b"b", b"c"]
    sorter.close()
    assert not (tmp_path / "rows").exists()


def test_what_a_killed_run_left_behind_is_not_in_the_way(tmp_path: Path) -> None:
    Sorter(tmp_path / "rows", ["INTEGER"]).add([(1, b"left behind")])
    sorter = Sorter(tmp_path / "rows", ["INTEGER"])
    sorter.add([(7, b"new")])
    assert list(sorter) == [(7, b"new")]
