"""`escucha worker` with tier 1: what /metrics and /-/ready say while it reads, when it is gone, and when it cannot be."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from pathlib import Path

import aiohttp
import pytest

from agents import roles
from agents.parts import open_bus
from agents.process import Process
from pipeline.runtime.metrics import TIER1_OUTCOMES
from pipeline.runtime.scoring import ScorerUnfit
from pipeline.understand.faults import ModelFault
from schemas.config import Config, Onnx, Tiers
from tests.integration.scoring.conftest import ALL, ASKED, BRANDS, posts_now

COUNT = 60
EACH = COUNT * ASKED // 6
CONFIG = Config(BRANDS, tiers=Tiers(onnx=Onnx(ALL, deadline_ms=1_000)))


@pytest.fixture
def tiny_in_the_package(monkeypatch, tiny):
    monkeypatch.setattr("agents.tier1.packaged_tier1", {"en": tiny}.get)


def child_of(pid):
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if "pipeline.runtime.scoring.child" in Path(f"/proc/{child}/cmdline").read_text():
            return int(child)
    raise AssertionError("tier 1 has no process")


async def test_metrics_and_readiness_follow_tier_1(tmp_path, tier0, tiny_in_the_package):
    process, stop, said = Process("worker", "bus", "assigned"), asyncio.Event(), []
    worker = asyncio.create_task(roles.worker(CONFIG, tier0, tmp_path, process, stop, said.append))
    async with aiohttp.ClientSession() as session, open_bus(tmp_path) as bus:

        async def got(path):
            async with session.get(said[0].rpartition(" ")[2] + path) as answer:
                return answer.status, await answer.text()

        async def until(holds, what):
            for _ in range(600):
                assert not worker.done(), worker.exception()
                if said and await holds():
                    return
                await asyncio.sleep(0.05)
            raise AssertionError(f"never {what}")

        async def value(name):
            found = re.search(rf"^escucha_{re.escape(name)} (\S+)$", (await got("/metrics"))[1], re.M)
            return float(found[1])

        async def shown(name, at_least):
            return await value(name) >= at_least

        async def counted(asked):
            return asked == sum([await value(f'tier1_texts_total{{outcome="{one}"}}') for one in TIER1_OUTCOMES])

        async def degraded():
            status, body = await got("/-/ready")
            return status == 200 and '"degraded":{"tier1":' in body

        async def whole():
            return await got("/-/ready") == (200, '{"ready":true,"reasons":{}}')

        await until(whole, "ready")
        await bus.append(posts_now(0, COUNT))
        await until(lambda: counted(EACH), "asked")
        assert await shown('tier1_texts_total{outcome="read"}', 1)
        assert await shown("tier1_up", 1)
        assert await value('gate_verdicts_total{verdict="doubt"}') == EACH
        assert await value('gate_verdicts_total{verdict="unread"}') == COUNT // 6
        assert await shown("tier1_wait_seconds_count", 1)

        first = child_of(os.getpid())
        os.kill(first, signal.SIGSTOP)
        await bus.append(posts_now(COUNT, COUNT))
        await until(degraded, "degraded")
        assert await value("tier1_up") == 0
        await until(lambda: counted(2 * EACH), "counted")
        assert await shown('tier1_texts_total{outcome="deadline"}', 1)
        os.kill(first, signal.SIGKILL)
        await until(lambda: shown("tier1_starts_total", 2), "started again")
        await until(whole, "whole again")
        stop.set()
        ledger = await asyncio.wait_for(worker, 30)
    process.ended()
    assert (ledger.balanced, ledger.accepted) == (True, 2 * COUNT)
    with pytest.raises(AssertionError, match="no process"):
        child_of(os.getpid())


async def test_without_the_extra_it_is_refused_at_the_start_with_the_remedy(tmp_path, tier0, monkeypatch):
    def missing(language):
        raise ModelFault("Tier 1 needs onnxruntime", "Install it with: pip install 'escucha[onnx]'")

    monkeypatch.setattr("agents.tier1.packaged_tier1", missing)
    with pytest.raises(ScorerUnfit, match=r"tiers\.onnx is configured.*pip install 'escucha\[onnx\]'"):
        await roles.worker(CONFIG, tier0, tmp_path, Process("worker", "bus", "assigned"), asyncio.Event(), print)
