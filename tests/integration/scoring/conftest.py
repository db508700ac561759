"""A stream of posts through the real engine on a real bus, with the real child of a tiny tier 1 beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from pipeline.ledger import Ledger
from pipeline.match import Matcher
from pipeline.match.timeline import Timeline
from pipeline.record import Outgoing, Partition, tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.runtime.scoring import BesideScorer, Scorer
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.codec import decode
from schemas.config import Brand, Budget, Config, Onnx, Target, Tiers
from schemas.headers import cloud_event
from schemas.kinds import TargetType
from schemas.mention import Mention
from schemas.topics import MENTIONS, RAW
from tests.tiny_tier1 import tiny_tier1

START = 1_795_348_800_000
BRANDS = [Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")])]
TEXTS = (
    ("I love my new Iberluz meter", "en"),
    ("Iberluz has an awful hotline, nobody answers", "en"),
    ("Otra vez sin luz, gracias Iberluz", "es"),
    ("Waiting for Iberluz since monday", "en"),
    ("the weather is fine today", "en"),
    ("Iberluz, I would love an answer", "en"),
)
"""Of six, five are of the brand and four of those in the model's language."""
ASKED = 4
PARTITIONS = 2
ALL = Budget(share=1.0)


def post(number: int, text: str | None = None, lang: str = "en") -> Outgoing:
    """The Mastodon status with this number, in a partition of its number, a second after the one before."""
    words, lang = TEXTS[number % len(TEXTS)] if text is None else (text, lang)
    at = START + number * 1_000
    payload = {
        "id": str(number),
        "uri": f"https://m.example/{number}",
        "created_at": "2026-11-22T12:00:00.000Z",
        "content": f"<p>{words} {number}</p>",
        "language": lang,
        "visibility": "public",
        "account": {"id": f"a{number}", "acct": f"ana{number}", "url": f"https://m.example/@ana{number}"},
    }
    headers = cloud_event(
        id=str(number), source="/m", type=RAW, extra=[("network", "mastodon"), ("source", "m"), ("ledger", "1")]
    )
    return Outgoing(RAW, b"k", msgspec.json.encode(payload), headers, number % PARTITIONS, at)


def posts(first: int, count: int) -> list[Outgoing]:
    return [post(number) for number in range(first, first + count)]


def posts_now(first: int, count: int) -> list[Outgoing]:
    """The same, all in partition 0 and just appended, with the tick that follows them: for whoever looks at the clock."""
    now = time.time_ns() // 1_000_000
    records = [post._replace(partition=0, timestamp=now) for post in posts(first, count)]
    return [*records, tick_to(RAW, 0, now + 1, 0)]


async def until(holds: Callable[[], bool], what: str) -> None:
    for _ in range(1_000):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"never {what}")


@dataclass
class Told:
    """What a run came to: the matched mentions in the order of each partition that they come from, and the ledger."""

    mentions: list[Mention] = field(default_factory=list)
    ledger: Ledger | None = None

    @property
    def by_tier1(self) -> set[str]:
        return {m.uid for m in self.mentions if "+tier1" in m.understanding.sentiment.model}

    def without_sentiment(self) -> list[Mention]:
        return [
            msgspec.structs.replace(m, understanding=msgspec.structs.replace(m.understanding, sentiment=None))
            for m in self.mentions
        ]


Step = list[Outgoing] | Callable[[], Awaitable[None]]
Stream = Callable[..., Awaitable[Told]]


@pytest.fixture(scope="session")
def tier0() -> Tier0:
    return Tier0(packaged_model())


@pytest.fixture(scope="session")
def tiny() -> dict[str, bytes]:
    return tiny_tier1("en")


@pytest.fixture
def beside(tiny: dict[str, bytes]) -> Callable[..., BesideScorer]:
    def make(**given: object) -> BesideScorer:
        return BesideScorer(lambda: [tiny], **{"deadline": 5.0, "queue": 1_000, **given})

    return make


@pytest.fixture
def stream(tmp_path: Path, tier0: Tier0) -> Stream:
    runs = 0

    async def run(
        *steps: Step,
        scorer: Scorer | None = None,
        budget: Budget = ALL,
        batch: int = 100,
        again: bool = False,
        clock: Callable[[], int] = lambda: 0,
    ) -> Told:
        """Each step is posts, which go through at once, or something to do then. `again`: a new engine for each."""
        nonlocal runs
        runs += 1
        config = Config(BRANDS, tiers=Tiers(onnx=Onnx(budget)))
        bus = SqliteBus(tmp_path / f"{runs}.sqlite", partitions=PARTITIONS, clock=lambda: 0, durable=False)
        await bus.open()
        try:

            async def started() -> Engine:
                made = Engine(
                    bus, Timeline(0, Matcher(BRANDS, "v1")), tier0, config, batch=batch, scorer=scorer, clock=clock
                )
                await made.start()
                return made

            engine = await started()
            for step in steps:
                if not isinstance(step, list):
                    await step()
                    continue
                if again:
                    engine = await started()
                last = max(out.timestamp or 0 for out in step)
                await bus.append([*step, *(tick_to(RAW, p, last + 1, p) for p in range(PARTITIONS))])
                await asyncio.wait_for(engine.drain(), 60)
                ledger = await engine.ledger()
                assert ledger.balanced, ledger
            end = START + 100_000_000
            await bus.append([tick_to(RAW, p, end, p) for p in range(PARTITIONS)])
            await asyncio.wait_for(engine.drain(), 60)
            return Told(await _mentions(bus), await engine.ledger())
        finally:
            await bus.close()

    return run


async def _mentions(bus: SqliteBus) -> list[Mention]:
    found: list[Mention] = []
    for number in range(bus.partitions(MENTIONS)):
        records = await bus.read(Partition(MENTIONS, number), 0, 100_000)
        found += [decode(Mention, record.value or b"") for record in records if not record.is_tick]
    # Of one origin in the order in which they stand there: that nothing overtakes is what is compared.
    return sorted((m for m in found if m.match), key=lambda m: m.origin.partition)
