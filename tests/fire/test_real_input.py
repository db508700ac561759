"""Real payloads of every network through a real Kafka, Redis and a webhook receiver, against `escucha replay` on the same input.

The payloads stay outside the repository: `ESCUCHA_SHARED` names the folder that holds `fixtures/` and `bulk/`.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

import orjson
import pytest

from pipeline.normalize import cut, peek
from pipeline.runtime.replay.run import Replay, timed
from pipeline.simulate import Simulated, log_line
from pipeline.simulate.post import Label
from schemas.config import Config
from schemas.instants import DAY, HOUR
from tests.fire.cluster import cluster
from tests.fire.feeder import Feeder
from tests.fire.fire import ROLES, Outcome, conclude
from tests.fire.member import ROOT
from tests.fire.story import story_of

BRANDS: Final = """brands:
  - {id: english, name: English, targets: [{type: brand, query: 'the OR a OR to OR of OR you'}]}
  - {id: romance, name: Romance, targets: [{type: brand, query: 'de OR la OR que OR el OR a'}]}
  - {id: google, name: Google, targets: [{type: brand, query: 'google OR gmail OR site:google.com'}]}
"""
KINDS: Final = (".json", ".jsonl", ".ndjson", ".sse")
NETWORKS: Final = ("bluesky", "mastodon", "x", "reddit")
HOURS: Final = None if int(os.environ.get("ESCUCHA_FIRE_EVENTS", "0")) >= 20_000 else 12
"""So many of the busiest hours of each network's fixtures: understand waits for influence once an hour of the log. None: all."""
BULK_FROM: Final = 15_867 * DAY
BULK_DAYS: Final = 4
"""Days in June 2013 with 500 posts each in the archive: enough for a baseline and for what stands out against it."""
RATE: Final = 400.0

pytestmark = pytest.mark.timeout(1800)


def fixtures(shared: Path, scratch: Path) -> Iterator[Simulated]:
    """What each network sent, at the time it tells."""
    for network in NETWORKS:
        paths = sorted((shared / "fixtures" / network).rglob("*"))
        files = [str(path) for path in paths if path.suffix in KINDS and "lexicons" not in path.parts]
        told = [_event(at, network, item.payload) for at, item in timed(Replay(files, network, Config([]), scratch))]
        busiest = {hour for hour, _ in Counter(event.observed_at // HOUR for event in told).most_common(HOURS)}
        yield from (event for event in told if event.observed_at // HOUR in busiest)


def bulk(shared: Path) -> Iterator[Simulated]:
    """Some days of the archive of Reddit."""
    with gzip.open(shared / "bulk" / "reddit_t3.jsonl.gz") as lines:
        for line in lines:
            for payload in cut("reddit", line):
                at = peek("reddit", payload).created_at
                if at is not None and BULK_FROM <= at < BULK_FROM + BULK_DAYS * DAY:
                    yield _event(at, "reddit", payload)


def _event(at: int, network: str, payload: bytes) -> Simulated:
    return Simulated(at, network, "", payload, Label("", "real"))


def write_log(shared: Path, scratch: Path, file: Path) -> None:
    events = sorted(chain(fixtures(shared, scratch), bulk(shared)), key=lambda event: event.observed_at)
    lines = [log_line(event._replace(id=f"{event.network}-{number}")) for number, event in enumerate(events)]
    file.write_bytes(b"".join(line + b"\n" for line in lines))


def replayed(file: Path, config: Path, out: Path, environment: Mapping[str, str]) -> dict[str, int]:
    """The ledger that `escucha replay` prints; its results are in `out`."""
    command = [sys.executable, "-m", "agents.cli", "replay", str(file), "--network", "log"]
    command += ["--config", str(config), "--out", str(out)]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ESCUCHA_")}
    done = subprocess.run(
        command, capture_output=True, env=clean | {"PYTHONPATH": str(ROOT), **environment}, timeout=600
    )
    assert done.returncode == 0, done.stderr.decode()
    ledger: dict[str, int] = orjson.loads(done.stdout)
    return ledger


async def through_kafka(shared: Path, folder: Path) -> tuple[Outcome, dict[str, int]]:
    async with cluster(folder, BRANDS) as stage:
        file = folder / "real.jsonl"
        write_log(shared, folder, file)
        outcome = Outcome(story_of(file), stage.config)
        for role in ROLES:
            stage.start(role)
        await Feeder(stage.connect, outcome.story, RATE).run()
        await conclude(stage, outcome, seconds=900)
        ledger = replayed(file, stage.config_file, folder / "replay", {"FIRE_SECRET": stage.secret.reveal()})
    return outcome, ledger


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def both(kafka_here: None, shared: Path, folder: Path) -> tuple[Outcome, dict[str, int]]:
    outcome, ledger = asyncio.run(through_kafka(shared, folder))
    print(f"{len(outcome.story.ids)} real events, {ledger}, {len(outcome.found.signals)} signals")
    return outcome, ledger


def test_the_ledger_of_real_input_balances_and_is_that_of_a_replay(both: tuple[Outcome, dict[str, int]]) -> None:
    outcome, replay = both
    ledger = outcome.found.ledger
    assert ledger.balanced
    assert ledger.in_flight == 0
    assert ledger.accepted == len(outcome.story.ids) > 1_000
    assert {name: getattr(ledger, name) for name in ledger.__struct_fields__} == replay


def test_final_windows_of_real_input_are_those_of_a_replay(both: tuple[Outcome, dict[str, int]], folder: Path) -> None:
    expected = (folder / "replay" / "windows.jsonl").read_bytes()
    assert expected.count(b"\n") > 1_000
    assert both[0].found.results["windows"] == expected


def test_signals_of_real_input_are_those_of_a_replay_in_redis_and_at_the_receiver(
    both: tuple[Outcome, dict[str, int]], folder: Path
) -> None:
    lines = (folder / "replay" / "signals.jsonl").read_bytes().splitlines()
    expected = Counter(orjson.loads(line)["id"] for line in lines)
    assert len(expected) >= 2, "too few signals to prove anything"
    assert both[0].found.signals == expected
    assert both[0].published == expected
    assert both[0].delivered == set(expected)


def test_every_role_worked_real_input_off_without_a_restart(both: tuple[Outcome, dict[str, int]]) -> None:
    assert both[0].ends == dict.fromkeys(ROLES, 0)
    assert {name: len(exits) for name, exits in both[0].exits.items()} == dict.fromkeys(ROLES, 1)
