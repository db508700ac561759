"""Tier 2 as a person starts it: the command line in a process of its own, a configuration file, a model in a folder."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
import yaml

from agents.places import bus_file
from pipeline.record import tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.simulate import World
from schemas.config import Brand, Target
from schemas.instants import MINUTE
from schemas.kinds import TargetType
from schemas.topics import RAW
from tests.integration.enrich.stand import raw, scores
from tests.tinymodel import make_model

BRANDS = [{"id": "iberluz", "name": "Iberluz", "targets": [{"type": "brand", "query": "iberluz"}]}]
PATIENCE = 90.0


def write(folder: Path, **tier: object) -> Path:
    path = folder / "escucha.yaml"
    path.write_text(yaml.safe_dump({"brands": BRANDS, "tiers": {"transformers": tier}} if tier else {"brands": BRANDS}))
    return path


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ESCUCHA_", "HF_"))}
    return kept | {"HF_HUB_OFFLINE": "1"}


def command(config: Path, *words: str) -> list[str]:
    data = str(config.parent / "data")
    return [sys.executable, "-m", "agents.cli", *words, "--config", str(config), "--data", data]


def said_by(config: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        command(config, *words),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("tier", "words", "said"),
    [
        ({}, ("worker", "--role", "enrich"), "names no model for tier 2; say which: tiers: {transformers:"),
        ({"model": "./not-here"}, ("worker", "--role", "enrich"), "there is no folder ./not-here"),
        ({"model": "nobody/nothing"}, ("run",), "hf download"),
    ],
    ids=["not configured", "no such folder", "no such model, in a run"],
)
def test_what_cannot_start_says_what_to_do_and_ends_with_2(
    tmp_path: Path, tier: dict[str, object], words: tuple[str, ...], said: str
) -> None:
    code, words_said = said_by(write(tmp_path, **tier), *words)
    assert code == 2
    assert said in words_said
    assert "Traceback" not in words_said


def start(config: Path, log: Path, *words: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(
            command(config, *words), env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file
        )


async def test_a_worker_reads_again_beside_the_stream_states_what_it_costs_and_drains(tmp_path: Path) -> None:
    words = make_model(tmp_path / "words")
    config = write(tmp_path, model=str(words), budget={"share": 1.0}, workers=1)
    (tmp_path / "data").mkdir()
    bus = SqliteBus(bus_file(tmp_path / "data"), clock=lambda: time.time_ns() // 1_000_000)
    await bus.open()
    now = time.time_ns() // 1_000_000
    world = World([Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")])], 3, now - 4 * MINUTE)
    await bus.append([raw(event)._replace(timestamp=None) for event in world.events(now - 4 * MINUTE, now)])
    log = tmp_path / "said"
    role = start(config, log, "worker")
    try:
        await until(lambda: "http://" in log.read_text() or role.poll() is not None, log)
        await until(lambda: all_read(log) or role.poll() is not None, log, bus)
        # Who ticks is another role: without a tick behind it the last score would wait for the next.
        await bus.append([tick_to(RAW, 0, time.time_ns() // 1_000_000 + 1, 0)])
        found = re.search(
            r"tier2:words@[0-9a-f]{8} on ONNX Runtime: [\d.]+ ms a mention, [\d.]+ cores for 1,000", log.read_text()
        )
        assert found, log.read_text()
        role.send_signal(signal.SIGTERM)
        printed, _ = await asyncio.to_thread(role.communicate, timeout=PATIENCE)
        ledger = orjson.loads(printed)
        said = await scores(bus)
    finally:
        role.kill()
        role.wait()
        await bus.close()
    assert role.returncode == 0, log.read_text()
    assert len(said) > 0
    assert ledger["in_flight"] == 0
    assert ledger["accepted"] == sum(count for outcome, count in ledger.items() if outcome != "accepted")


@pytest.mark.parametrize("words", [("run", "--plain"), ("worker",), ("worker", "--role", "enrich")], ids=" ".join)
async def test_a_stop_while_the_model_is_still_being_loaded_ends_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    model = tmp_path / "slow"
    model.mkdir()
    os.mkfifo(model / "config.json")
    held: list[int] = []
    log = tmp_path / "said"
    role = start(write(tmp_path, model=str(model)), log, *words)
    try:
        await until(lambda: role.poll() is not None or read_by_somebody(model / "config.json", held), log)
        role.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(role.wait, PATIENCE) == 0, log.read_text()
        with pytest.raises(BrokenPipeError):
            os.write(held[0], b"the process that was loading is gone too")
    finally:
        role.kill()
        role.wait()
        for end in held:
            os.close(end)


def read_by_somebody(pipe: Path, held: list[int]) -> bool:
    """Whether a process waits for what the pipe will say; from then on it waits for us."""
    try:
        held.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def all_read(log: Path) -> bool:
    """Whether tier 2 has read something and has nothing left to read."""
    url = re.search(r"http://[\d.:]+", log.read_text())
    assert url is not None
    with urllib.request.urlopen(f"{url[0]}/metrics", timeout=10) as answer:
        metrics = answer.read()
    read = re.search(rb'^escucha_tier2_mentions_total\{outcome="read"\} (\S+)$', metrics, re.M)
    lag = re.search(rb'^escucha_lag_records\{stage="enrich"\} (\S+)$', metrics, re.M)
    return read is not None and float(read[1]) > 0 and lag is not None and float(lag[1]) == 0


async def until(holds: Callable[[], bool], log: Path, bus: SqliteBus | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not await asyncio.to_thread(holds):
        if time.monotonic() > deadline:
            pytest.fail(await asyncio.to_thread(log.read_text))
        if bus is not None:
            now = time.time_ns() // 1_000_000
            await bus.append([tick_to(RAW, 0, now, 0)])
        await asyncio.sleep(0.2)
