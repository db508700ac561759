"""Series in files: every fault is told with its line and its remedy, and what is not known stays unknown."""

from __future__ import annotations

import pytest

from agents.commands.common import UsageError
from agents.commands.series import Row, read_series, write_scores

GOOD = "timestamp,value\n2026-01-05 00:00:00,3\n2026-01-05 00:05:00,4\n"


@pytest.fixture
def series(tmp_path):
    def made(text):
        path = tmp_path / "brand.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return made


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: the columns timestamp and value are wanted"),
        ("time,value\n", "the header is 'time,value'"),
        ("timestamp,value,value\n", "line 1: the columns"),
        ("timestamp,value\n", "no rows below the header"),
        (GOOD + "2026-01-05 00:05:00,9\n", "line 4: 2026-01-05 00:05:00 is the instant of line 3 again; keep one row"),
        (GOOD + "2026-01-05 00:01:00,9\n", "line 4: 2026-01-05 00:01:00 is earlier than line 3; sort"),
        (GOOD + "\n2026-01-05 00:01:00,9\n", "line 5: 2026-01-05 00:01:00 is earlier than line 3; sort"),
        (GOOD + "yesterday,9\n", "line 4: 'yesterday' is no instant; write 2026-01-31"),
        (GOOD + "1969-12-31 23:55:00,9\n", "line 4: 1969-12-31 23:55:00 is before 1970"),
        (GOOD + "2026-01-05 00:10:00\n", "line 4: 1 cells under a header of 2"),
        (GOOD + "2026-01-05 00:10:00,-1\n", "line 4: '-1' is no count; write a whole number"),
        (GOOD + "2026-01-05 00:10:00,2.5\n", "line 4: '2.5' is no count"),
        (GOOD + "2026-01-05 00:10:00,nan\n", "line 4: 'nan' is no count"),
        (GOOD + "2026-01-05 00:10:00,inf\n", "line 4: 'inf' is no count"),
        (GOOD + "2026-01-05 00:10:00,1e300\n", "line 4: '1e300' is no count"),
        (GOOD + "2026-01-05 00:10:00,many\n", "line 4: 'many' is no count"),
        (
            GOOD + "2026-01-05 00:10:00,1\n2026-01-05 00:12:00,1\n",
            "line 5: 2 min after the row before, where the series goes in steps of 5 min; count it again",
        ),
        ("timestamp,value\n2026-01-05,3\n2026-01-06,4\n", "line 3: steps of 1 d do not fit"),
        (b"timestamp,value\n2026-01-05 00:00:00,\xff\n", "not UTF-8"),
        (GOOD + '2026-01-05 00:10:00,"' + "9" * 200_000 + '"\n', "line 4: not CSV (field larger"),
    ],
    ids=lambda value: None if isinstance(value, bytes) or "\n" in value else value[:40],
)
def test_a_fault_of_a_file_is_told_with_its_line_and_its_remedy(series, text, told):
    path = series(text)
    with pytest.raises(UsageError) as fault:
        read_series(path)
    assert told in str(fault.value)
    assert str(fault.value).startswith(str(path))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.csv: No such file"):
        read_series(tmp_path / "none.csv")


def test_instants_may_be_written_in_many_ways_and_columns_in_any_order(series):
    found = read_series(
        series(
            "\ufeffnote,Value,TimeStamp\r\n"
            "a,3,2026-01-05T00:00:00Z\r\n"
            '"b, quoted",4.0, 2026-01-05 01:05:00+01:00\r\n'
            "c,5,2026-01-05T00:10:00.000\r\n"
        )
    )
    assert [row.at - found.rows[0].at for row in found.rows] == [0, 300_000, 600_000]
    assert [row.value for row in found.rows] == [3, 4, 5]
    assert (found.step, found.missing) == (300_000, 0)


def test_an_empty_value_and_an_absent_row_are_both_missing(series):
    found = read_series(series(GOOD + "2026-01-05 00:10:00,\n2026-01-05 00:25:00,0\n"))
    assert [row.value for row in found.rows] == [3, 4, None, 0]
    assert found.missing == 3


def test_scores_stand_beside_the_cells_as_they_were(tmp_path):
    rows = [Row(2, "2026-01-05T00:00:00Z", "3.0", 0, 3), Row(3, "2026-01-05T00:05:00Z", "", 300_000, None)]
    write_scores(tmp_path / "a.csv", [*rows, rows[0]._replace(stamp="x")], [None, None, 5.25])
    assert (tmp_path / "a.csv").read_text() == (
        "timestamp,value,anomaly_score\n2026-01-05T00:00:00Z,3.0,0.0000\n2026-01-05T00:05:00Z,,\nx,3.0,5.2500\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
