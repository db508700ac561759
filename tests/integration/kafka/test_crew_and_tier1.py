"""understand on a real Kafka asks tier 1, and goes on without it when it is killed."""

from __future__ import annotations

import asyncio
import os
import signal

from agents.stages import Stages, runner_for
from deploy.kafka.broker import Broker
from pipeline import processors
from pipeline.match import Matcher
from pipeline.match.timeline import Timeline
from pipeline.record import Partition
from pipeline.runtime.engine import plan_of
from pipeline.runtime.kafka import KafkaBus
from pipeline.runtime.kafka.crew import Crew
from pipeline.runtime.scoring import BesideScorer, Missed
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.codec import decode
from schemas.config import Budget, Config, Onnx, Tiers
from schemas.mention import Mention
from schemas.topics import INTERACTIONS, MENTIONS
from tests.integration.scoring.conftest import ASKED, BRANDS, posts_now, until
from tests.tiny_tier1 import tiny_tier1

COUNT = 60
EACH = COUNT * ASKED // 6
CONFIG = Config(BRANDS, tiers=Tiers(onnx=Onnx(Budget(share=1.0))))


async def test_a_crew_asks_tier_1_and_goes_on_without_it(broker: Broker) -> None:
    bus, other, looking = (
        KafkaBus(broker.bootstrap, partitions=1, prefix="tier1.", capacity=10**9, replay=True, fencing=fencing)
        for fencing in (True, True, False)
    )
    for one in (bus, other, looking):
        await one.open()
    plan = plan_of(bus)
    influence = Crew(other, "influence", INTERACTIONS, lambda n: processors.influence(n, plan))
    stop, stages = asyncio.Event(), Stages()

    async def mentions(count: int) -> list[Mention]:
        for _ in range(600):
            assert not running.done(), running.exception()
            records = await looking.read(Partition(MENTIONS, 0), 0, 10_000)
            found = [decode(Mention, record.value or b"") for record in records if not record.is_tick]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"never {count} mentions")

    async with BesideScorer(lambda: [tiny_tier1("en")], deadline=5, queue=1_000) as scorer:
        made = runner_for(
            "understand",
            bus,
            stages,
            plan,
            Timeline(0, Matcher(BRANDS, "v1")),
            Tier0(packaged_model()),
            CONFIG,
            lambda *_: None,
            scorer,
        )
        running = asyncio.gather(made.run(stop), influence.run(stop))
        await looking.append(posts_now(0, COUNT))
        assert len(await mentions(COUNT * 5 // 6)) == COUNT * 5 // 6
        assert (scorer.tally.read, scorer.tally.missed.total()) == (EACH, 0)
        os.kill(scorer.pid or 0, signal.SIGSTOP)
        await looking.append(posts_now(COUNT, COUNT))
        await until(lambda: scorer.waiting > 0, "waiting for the stopped child")
        os.kill(scorer.pid or 0, signal.SIGKILL)
        found = await mentions(COUNT * 5 // 3)
        stop.set()
        await asyncio.wait_for(running, 30)
    assert len(found) == len({mention.uid for mention in found}) == COUNT * 5 // 3
    assert [mention.origin.offset for mention in found] == sorted(mention.origin.offset for mention in found)
    assert scorer.tally.missed == {Missed.DOWN: EACH}
    assert sum("+tier1" in mention.understanding.sentiment.model for mention in found) == EACH
    assert stages.verdicts["doubt"] == 2 * EACH
    for one in (bus, other, looking):
        await one.close()
