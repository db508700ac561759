"""Real posts in bulk, seven years of them: the ledger balances and memory does not grow with the log.

The posts stay outside the repository: `ESCUCHA_SHARED` names the folder that holds `bulk/`. This file is also the
program that is measured: `python test_bulk.py FILE OUT` replays and prints its peak memory along the way as JSON.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import resource
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.runtime.replay.run import Replay, replay
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Brand, Config, Target
from schemas.kinds import TargetType

QUERIES = {
    "google": "google OR gmail OR site:google.com",
    "apple": "apple AND (mac OR iphone OR ipad OR ipod OR computer OR store) OR iphone OR macbook",
    "microsoft": "microsoft OR \"windows vista\" OR \"internet explorer\"",
    "facebook": "facebook",
    "youtube": "youtube OR url:youtube.com",
    "nasa": "nasa OR \"space shuttle\"",
    "amazon": "amazon NOT (rainforest OR river)",
    "reddit": "reddit",
    "sony": "sony OR playstation",
    "obama": "obama NEAR/5 president OR \"barack obama\"",
}  # fmt: skip
CONFIG = Config([Brand(id, id.title(), [Target(TargetType.BRAND, id, query)]) for id, query in QUERIES.items()])
GROWTH = 24 * 1024 * 1024
"""How much more the second half may need at its peak than the first did: what grows is the bounded cache of known words."""


async def measured(file: str, out: str) -> dict[str, Any]:
    peaks: list[tuple[int, int]] = []
    job = Replay([file], "reddit", CONFIG, Path(out), progress=lambda count: peaks.append((count, peak_bytes())))
    ledger = await replay(job, Tier0(packaged_model()))
    peaks.append((peaks[-1][0], peak_bytes()))
    return {"ledger": {name: getattr(ledger, name) for name in ledger.__struct_fields__}, "peaks": peaks}


def peak_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def in_a_process_of_its_own(file: Path, out: Path) -> dict[str, Any]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run([sys.executable, __file__, str(file), str(out)], stdout=subprocess.PIPE, env=environment)
    assert done.returncode == 0
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def hold(found: dict[str, Any], count: int) -> None:
    ledger, peaks = found["ledger"], found["peaks"]
    assert ledger["accepted"] == count == peaks[-1][0]
    assert ledger["in_flight"] == 0
    assert ledger["accepted"] == sum(value for name, value in ledger.items() if name != "accepted")
    assert ledger["dead_lettered"] == 0
    assert ledger["aggregated"] > count / 50
    half = max(peak for at, peak in peaks if at <= count / 2)
    print(f"{count} posts, {ledger}, peak {half / 1e6:.0f} MB at half, {peaks[-1][1] / 1e6:.0f} MB at the end")
    assert peaks[-1][1] - half < GROWTH


@pytest.fixture(scope="module")
def archive(shared: Path) -> Path:
    path = shared / "bulk" / "reddit_t3.jsonl.gz"
    return path if path.is_file() else pytest.skip(f"absent: {path}")


def test_twenty_thousand_posts_balance_in_bounded_memory(archive: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.jsonl"
    with gzip.open(archive) as posts:
        first.write_bytes(b"".join(islice(posts, 20_000)))
    hold(in_a_process_of_its_own(first, tmp_path / "out"), 20_000)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_the_whole_archive_balances_in_bounded_memory(archive: Path, tmp_path: Path) -> None:
    with gzip.open(archive) as posts:
        count = sum(1 for _ in posts)
    hold(in_a_process_of_its_own(archive, tmp_path / "out"), count)


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(measured(sys.argv[1], sys.argv[2]))))
