"""`escucha detect` as a person calls it: scored files of the same names, one JSON object, and nothing at all on a fault."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import orjson
import pytest

Escucha = Callable[..., CompletedProcess[bytes]]

DAYS = 6


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """A brand with a day's rhythm, lost for twenty hours on the fourth day, with a burst on the fifth."""
    path = tmp_path / "brand.csv"
    start = datetime(2026, 1, 5)
    lines = ["timestamp,value"]
    for n in range(DAYS * 288):
        if not 3 * 288 <= n < 3 * 288 + 240:
            count = 90 if 1300 <= n < 1304 else 4 + n // 12 % 24 // 8 + n % 3
            lines.append(f"{start + n * timedelta(minutes=5)},{count}")
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_series_comes_back_with_scores_and_its_burst_is_one_alert(
    escucha: Escucha, series: Path, tmp_path: Path
) -> None:
    done = escucha("detect", series, "--out", tmp_path / "out" / "scored")
    assert done.returncode == 0, done.stderr.decode()
    told = orjson.loads(done.stdout)
    assert told["threshold"] == 5
    brand = told["series"]["brand.csv"]
    burst = "2026-01-09 12:20:00"
    assert brand["us_per_update"] > 0
    assert {key: brand[key] for key in ("rows", "step_s", "missing", "scored_from", "alerts", "alerted_at")} == {
        "rows": DAYS * 288 - 240,
        "step_s": 300,
        "missing": 240,
        "scored_from": "2026-01-07 12:00:00",
        "alerts": 1,
        "alerted_at": [burst],
    }
    with (tmp_path / "out" / "scored" / "brand.csv").open() as file:
        rows = list(csv.DictReader(file))
    given = series.read_text().splitlines()[1:]
    assert [f"{row['timestamp']},{row['value']}" for row in rows] == given
    scores = {row["timestamp"]: float(row["anomaly_score"]) for row in rows}
    assert next(at for at, score in scores.items() if score >= 5) == burst
    assert set(list(scores.values())[: 5 * 144]) == {0.0}
    after = [score for at, score in scores.items() if "2026-01-08 20:00:00" <= at < burst]
    assert len(after) == 196
    assert max(map(abs, after)) < 1.5, "what comes back after a gap is as usual"


def test_the_rest_after_an_alert_and_the_threshold_are_the_users(
    escucha: Escucha, series: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    often = orjson.loads(escucha("detect", series, "--out", out, "--cooldown", "0").stdout)
    with (out / "brand.csv").open() as file:
        loud = [row["timestamp"] for row in csv.DictReader(file) if float(row["anomaly_score"]) >= 5]
    assert often["series"]["brand.csv"]["alerted_at"] == loud
    assert len(loud) > 1
    never = orjson.loads(escucha("detect", series, "--out", out, "--threshold", "1000").stdout)
    assert (never["threshold"], never["series"]["brand.csv"]["alerts"]) == (1000, 0)


def test_a_faulty_file_leaves_nothing_behind(escucha: Escucha, series: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("timestamp,value\n2026-01-05 00:00:00,3\n2026-01-05 00:05:00,three\n")
    done = escucha("detect", series, bad, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"{bad}, line 3: 'three' is no count; write")
    assert not (tmp_path / "out").exists()


def test_no_result_replaces_a_series_or_another_result(escucha: Escucha, series: Path, tmp_path: Path) -> None:
    before = series.read_bytes()
    own = escucha("detect", series, "--out", tmp_path)
    (tmp_path / "b").mkdir()
    twin = tmp_path / "b" / "brand.csv"
    twin.write_bytes(before)
    twins = escucha("detect", series, twin, "--out", tmp_path / "out")
    assert (own.returncode, twins.returncode) == (2, 2)
    assert b"name another" in own.stderr
    assert b"has the same name" in twins.stderr
    assert series.read_bytes() == before
