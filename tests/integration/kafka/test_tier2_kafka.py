"""Tier 2 on a real Kafka: a step is one transaction, so a score is there once, in its place in the log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from agents.enrich.frames import Begin
from agents.enrich.pool import Pool
from deploy.kafka.broker import Broker
from pipeline.record import tick_to
from pipeline.runtime.kafka import KafkaBus
from pipeline.runtime.ledgers import read_ledger
from pipeline.runtime.metrics import Metrics
from pipeline.simulate import World
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.headers import get
from schemas.instants import MINUTE
from schemas.topics import RAW
from tests.integration.enrich.stand import (
    BRANDS,
    Stand,
    as_if_read_at_once,
    came_late,
    config,
    finals,
    judged,
    raw,
    scores,
    told,
    world,
)
from tests.integration.kafka.roles import Deployment, as_compose_calls
from tests.tinymodel import make_model


async def test_scores_on_kafka_correct_their_windows_once_also_after_stops_in_the_middle(
    broker: Broker, tmp_path: Path
) -> None:
    words = make_model(tmp_path / "words")
    pool = Pool(Begin(str(words), {}), 1)
    name = (await pool.start()).name
    events = world(6)

    def bus() -> KafkaBus:
        return KafkaBus(broker.bootstrap, prefix="tier2.", partitions=2, clock=lambda: 0, capacity=10**9, replay=True)

    first = bus()
    await first.open()
    live = Stand(first, config(words), Tier0(packaged_model()), pool, name, Metrics())
    await live.begin()
    for start in range(0, len(events), 100):
        await live.append(events[start : start + 100])
        if start // 100 % 2:
            # What it has read is not committed: the next one has it all to do.
            live.stop.set()
            await live.enricher.step(live.stop)
            await live.second()
        await live.read_again()
    await live.close_windows()

    await live.read_again()
    assert await live.enricher.behind() == 0, "what nobody reads is no work that waits"
    mentions, known = await told(first)
    read = [(m.uid, m.version) for m in known]
    assert len(read) == len(set(read)) > 100
    assert len({get(record.headers, "ce_id") for record in await scores(first)}) == len(read)
    assert {(m.uid, m.version) for m in mentions if judged(m) and not came_late(m)} <= set(read)
    ledger = await live.engine.ledger()
    assert (ledger.balanced, ledger.in_flight) == (True, 0)
    assert ledger.accepted == len(events) + len(read)
    assert await finals(live) == await as_if_read_at_once(live)
    await pool.stop()
    await first.close()


CONFIG = """
brands:
  - {id: iberluz, name: Iberluz, targets: [{type: brand, query: 'iberluz'}]}
  - {id: veloz, name: Veloz, targets: [{type: brand, query: 'veloz'}], own_accounts: ['x:veloz']}
tiers:
  transformers: {model: '%s', budget: {share: 1.0}}
"""


@pytest.mark.slow
@pytest.mark.timeout(280)
async def test_two_processes_share_the_reading_and_one_goes_on_when_the_other_is_killed(
    new_broker: Callable[[], Broker], tmp_path: Path
) -> None:
    kafka = new_broker()
    kafka.start()
    config = tmp_path / "escucha.yaml"
    config.write_text(CONFIG % make_model(tmp_path / "words"))
    deployment = Deployment(tmp_path, kafka.bootstrap, ESCUCHA_CONFIG=str(config), HF_HUB_OFFLINE="1")
    try:
        assert deployment.run("topics", "apply").returncode == 0
        # One does it all, tier 2 too; the other reads alone.
        whole, reader = deployment.start("worker"), deployment.start(*as_compose_calls("enrich"))
        await asyncio.to_thread(whole.ready)
        await asyncio.to_thread(reader.ready)
        assert "ms a mention" in whole.said
        assert "ms a mention" in reader.said
        now = time.time_ns() // 1_000_000
        events = [
            raw(e)._replace(timestamp=None)
            for e in World(BRANDS, 5, now - 6 * MINUTE, rate=25.0).events(now - 6 * MINUTE, now)
        ]
        bus = KafkaBus(kafka.bootstrap, fencing=False)
        await bus.open()
        half = len(events) // 2
        await bus.append(events[:half])
        await ticking(bus, lambda wanted, read: len(read) > 20)
        reader.process.kill()
        await bus.append(events[half:])
        # Its partitions are missed when its session has run out.
        read = await ticking(bus, lambda wanted, read: wanted <= {uid for uid, _ in read}, whole=len(events))
        assert len(read) == len(set(read)), "something was scored twice"
        await bus.close()
        ledger = await asyncio.to_thread(deployment.ledger)
        assert ledger["accepted"] == len(events) + len(read)
        assert ledger["accepted"] == sum(count for outcome, count in ledger.items() if outcome != "accepted")
    finally:
        deployment.end()


async def ticking(
    bus: KafkaBus, enough: Callable[[set[str], list[tuple[str, str]]], bool], whole: int | None = None
) -> list[tuple[str, str]]:
    """Let time pass until `enough` of those that are worth it and (uid, version) of the scores says so; these."""
    began = time.monotonic()
    while True:
        at = time.time_ns() // 1_000_000
        await bus.append([tick_to(RAW, number, at, number) for number in range(bus.partitions(RAW))])
        await asyncio.sleep(1)
        payloads = [orjson.loads(record.value or b"")["score"] for record in await scores(bus)]
        read = [(payload["uid"], payload["version"]) for payload in payloads]
        wanted = {m.uid for m in (await told(bus))[0] if judged(m) and not came_late(m)}
        if enough(wanted, read) and (whole is None or await through(bus, whole + len(read))):
            return read
        if time.monotonic() - began > 120:
            pytest.fail(f"after two minutes there are {len(read)} scores of {len(wanted)}")


async def through(bus: KafkaBus, events: int) -> bool:
    """Whether so many events have come, and none of them is on its way."""
    ledger = await read_ledger(bus)
    return ledger.accepted == events and ledger.in_flight == 0
