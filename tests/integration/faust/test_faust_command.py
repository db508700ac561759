"""`faust -A pipeline.runtime.faust.listen worker`, typed as a person would."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.kafka.broker import Broker
from pipeline.record import Partition
from pipeline.runtime.kafka import KafkaBus, apply_topics
from pipeline.runtime.versions import config_timeline
from schemas.topics import AUTHORS, INTERACTIONS, MENTIONS, RAW

FAUST = Path(sys.executable).with_name("faust")
COUNTS = {RAW: 2, MENTIONS: 2, INTERACTIONS: 2, AUTHORS: 2}

pytestmark = pytest.mark.timeout(90)


def start(broker: str, stage: str, log: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [str(FAUST), "-A", f"pipeline.runtime.faust.{stage}", "worker", "-l", "info", "--without-web"]
    environment = os.environ | {"ESCUCHA_KAFKA": broker, "PYTHONPATH": str(Path(__file__).parents[3])}
    with log.open("ab") as out:
        return subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )


async def test_the_faust_command_runs_both_stages_and_ends_in_order(
    broker: Broker, known: Any, results: Any, tmp_path: Path
) -> None:
    await apply_topics(broker.bootstrap, partitions=COUNTS, replay=True)
    bus = KafkaBus(broker.bootstrap, clock=lambda: 0)
    await bus.open()
    log = tmp_path / "log"
    early = start(broker.bootstrap, "listen", log, tmp_path)
    assert await asyncio.to_thread(early.wait) != 0
    assert "no configuration is on escucha.config" in log.read_text()

    await config_timeline(bus, known.config, 0)
    await bus.append(known.inputs)
    workers = {stage: start(broker.bootstrap, stage, log, tmp_path) for stage in ("listen", "influence")}
    try:
        for stage, topic in (("listen", MENTIONS), ("influence", INTERACTIONS)):
            ends = {Partition(topic, number): await bus.end_offset(Partition(topic, number)) for number in range(2)}
            while await bus.committed(stage) != ends:
                assert workers[stage].poll() is None, log.read_text()
                await asyncio.sleep(0.1)
        for worker in workers.values():
            worker.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(worker.wait) == 0, log.read_text()
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()
    assert await results(bus) == known.results
    assert await asyncio.to_thread(os.listdir, tmp_path) == ["log"], "Faust left files behind"

    # Another who takes over ends the worker, with a code that says so.
    log = tmp_path / "fenced"
    fenced = start(broker.bootstrap, "listen", log, tmp_path)
    while b"Worker ready" not in log.read_bytes():  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    await bus.load_state("listen", 0)
    await bus.load_state("listen", 1)
    await bus.append(known.inputs[-10:])
    assert await asyncio.to_thread(fenced.wait) != 0
    assert "another process works on listen partition" in log.read_text()
    await bus.close()


def test_without_a_broker_the_faust_command_says_what_to_set(tmp_path: Path) -> None:
    log = tmp_path / "log"
    worker = start("", "influence", log, tmp_path)
    assert worker.wait(60) != 0
    assert "ESCUCHA_KAFKA is not set; set it to the broker's host:port" in log.read_text()
