"""Files of plain series, `timestamp,value` a row: read with a remedy for every fault, written with scores."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from agents.commands.common import UsageError
from pipeline.detect.series import fits, step_of

COLUMNS = ("timestamp", "value")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LARGEST = 10**15


class Row(NamedTuple):
    """`stamp` and `text` are the cells as they stand; `at` in ms since 1970; `value` None where the cell is empty."""

    line: int
    stamp: str
    text: str
    at: int
    value: int | None


class SeriesFile(NamedTuple):
    """A series in ascending order; `step` in ms, `missing` how many of its steps have no value."""

    path: Path
    rows: list[Row]
    step: int
    missing: int


def read_series(path: Path) -> SeriesFile:
    """The series in the file. Raises UsageError with the line and what to do about it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(path, csv.reader(file)))
    except OSError as fault:
        raise UsageError(f"{path}: {fault.strerror}") from None
    except UnicodeDecodeError as fault:
        raise UsageError(f"{path}: not UTF-8 (byte {fault.start}); save it as UTF-8") from None
    if not rows:
        raise UsageError(f"{path}: no rows below the header; a series begins with its first count")
    step = step_of([row.at for row in rows])
    for before, row in pairwise(rows):
        if (row.at - before.at) % step:
            raise UsageError(
                f"{path}, line {row.line}: {_words(row.at - before.at)} after the row before, where the series goes in steps of "
                f"{_words(step)}; count it again at one step, and leave out what is not known"
            )
    if not fits(step):
        raise UsageError(
            f"{path}, line {rows[1].line}: steps of {_words(step)} do not fit the detector's five minutes; count it again at a "
            "step that divides 5 min (as 1 min) or is a multiple of it up to 2 h"
        )
    steps = (rows[-1].at - rows[0].at) // step + 1
    return SeriesFile(path, rows, step, steps - sum(row.value is not None for row in rows))


def write_scores(path: Path, rows: Sequence[Row], found: Sequence[float | None]) -> None:
    """The rows with their scores: 0 where there is none yet, empty where there is no value. The file appears whole or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow((*COLUMNS, "anomaly_score"))
            for row, score in zip(rows, found, strict=True):
                out.writerow((row.stamp, row.text, "" if row.value is None else f"{score or 0:.4f}"))
        unfinished.replace(path)
    except OSError as fault:
        raise UsageError(f"{path}: {fault.strerror}") from None


def _rows(path: Path, table: Iterator[list[str]]) -> Iterator[Row]:
    line = 1
    try:
        header = [name.strip().lower() for name in next(table, [])]
        if not all(header.count(name) == 1 for name in COLUMNS):
            told = ",".join(header)
            raise UsageError(f"{path}, line 1: the columns timestamp and value are wanted; the header is {told!r}")
        stamp_at, value_at = (header.index(name) for name in COLUMNS)
        last: Row | None = None
        for line, cells in enumerate(table, 2):
            if not cells:
                continue
            where = f"{path}, line {line}"
            if len(cells) != len(header):
                raise UsageError(f"{where}: {len(cells)} cells under a header of {len(header)}; write timestamp,value")
            stamp, text = cells[stamp_at].strip(), cells[value_at].strip()
            row = Row(line, stamp, text, _instant(stamp, where), _count(text, where))
            if last and row.at <= last.at:
                raise UsageError(f"{where}: {stamp} {_disorder(row, last)} (in UTC: local clocks go back in autumn)")
            yield row
            last = row
    except csv.Error as fault:
        raise UsageError(f"{path}, line {line + 1}: not CSV ({fault})") from None


def _disorder(row: Row, last: Row) -> str:
    if row.at == last.at:
        return f"is the instant of line {last.line} again; keep one row an instant"
    return f"is earlier than line {last.line}; sort the rows by time"


def _instant(text: str, where: str) -> int:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{where}: {text!r} is no instant; write 2026-01-31 13:05:00, or with its offset") from None
    at = ((found if found.tzinfo else found.replace(tzinfo=UTC)) - _EPOCH) // _MILLISECOND
    if at < 0:
        raise UsageError(f"{where}: {text} is before 1970; write when it was said")
    return at


def _count(text: str, where: str) -> int | None:
    """The whole number; None for an empty cell, which is no data."""
    if not text:
        return None
    try:
        number = float(text)
        if 0 <= number <= _LARGEST and number.is_integer():
            return int(number)
    except ValueError:
        pass
    raise UsageError(f"{where}: {text!r} is no count; write a whole number from 0 on, or nothing where it is not known")


def _words(span: int) -> str:
    """A span in ms as people write it."""
    for unit, name in ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")):
        if span % unit == 0:
            return f"{span // unit} {name}"
    return f"{span / 1000:g} s"
