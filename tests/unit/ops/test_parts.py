"""What names the cluster, what names the configuration, and what is said where it cannot be."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from agents.kafka import VARIABLE, KafkaUnfit, cluster, open_kafka
from agents.parts import open_bus
from pipeline.record import Outgoing
from schemas.topics import RAW


def test_a_cluster_is_named_by_one_address_or_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert cluster() is None
    monkeypatch.setenv(VARIABLE, "one:9092, two:9092")
    assert cluster() == "one:9092,two:9092"


@pytest.mark.parametrize(
    "named", ["kafka", "host:port", "kafka://user:hunter2@host:9092", "user:hunter2@host:9092", ":9092"]
)
def test_what_is_no_address_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv(VARIABLE, named)
    with pytest.raises(KafkaUnfit, match="host:port") as refused:
        cluster()
    assert "hunter2" not in str(refused.value)


async def test_a_cluster_that_does_not_answer_is_tried_for_a_while_and_then_named_with_a_remedy() -> None:
    said: list[str] = []
    with pytest.raises(KafkaUnfit, match=r"127\.0\.0\.1:1 does not answer.*ESCUCHA_KAFKA"):
        async with open_kafka("127.0.0.1:1", said.append, patience=1.5):
            pass
    assert len(said) == 1
    assert "does not answer yet; trying" in said[0]


def escucha(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agents.cli", *map(str, words)]
    return subprocess.run(
        command,
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_run_says_which_commands_are_for_a_cluster(tmp_path: Path) -> None:
    done = escucha("run", "--data", tmp_path / "data", ESCUCHA_KAFKA="127.0.0.1:9092")
    assert done.returncode == 2
    assert "escucha worker" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_single_stage_is_not_for_the_embedded_bus(tmp_path: Path) -> None:
    done = escucha("worker", "--role", "listen", "--data", tmp_path / "data")
    assert done.returncode == 2
    assert "--role listen is for Kafka" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_configuration_may_be_named_by_the_environment_and_the_command_line_wins(tmp_path: Path) -> None:
    named = tmp_path / "named.yaml"
    named.write_text("brands: 7\n")
    other = tmp_path / "other.yaml"
    other.write_text("brands: 8\n")
    from_environment = escucha("ingest", "--data", tmp_path / "data", ESCUCHA_CONFIG=str(named))
    assert from_environment.returncode == 2
    assert "named.yaml:1" in from_environment.stderr
    from_words = escucha("ingest", "--config", other, "--data", tmp_path / "data", ESCUCHA_CONFIG=str(named))
    assert "other.yaml:1" in from_words.stderr


WATCHED = """
import sys, time
from agents.process import Process
process = Process("worker", stall=0.5, watched=True, drain=0.5)
if sys.argv[1] == "stalls":
    process.progress.backlog("understand", 3, time.monotonic())
elif sys.argv[1] == "drains for ever":
    process.told_to_stop()
else:
    process.progress.backlog("understand", 0, time.monotonic())
    time.sleep(2)
    process.ended()
    sys.exit(0)
while True:
    pass
"""


@pytest.mark.parametrize(
    ("what", "code", "line"),
    [
        ("stalls", 1, "worker: stalled, and ends: understand has done nothing for"),
        ("drains for ever", 1, "worker: not drained within"),
        ("idles", 0, ""),
    ],
)
def test_the_watchdog_ends_a_process_whose_loop_hangs_and_no_other(what: str, code: int, line: str) -> None:
    done = subprocess.run([sys.executable, "-c", WATCHED, what], capture_output=True, text=True, timeout=60)
    assert done.returncode == code
    assert line in done.stderr


def test_the_ledger_of_an_embedded_bus_is_printed_and_a_missing_bus_is_named(tmp_path: Path) -> None:
    missing = escucha("ledger", "--data", tmp_path)
    assert missing.returncode == 2
    assert "no bus there" in missing.stderr

    async def one_event() -> None:
        async with open_bus(tmp_path) as bus:
            await bus.append([Outgoing(RAW, b"k", b"{}")])

    asyncio.run(one_event())
    done = escucha("ledger", "--data", tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["accepted"], found["in_flight"]) == (1, 1)
