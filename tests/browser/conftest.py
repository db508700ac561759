"""A real bus with real records, the real page on a free port, and a real browser looking at it."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from agents.dashboard.feed import Feed
from agents.dashboard.page import DashboardServer
from pipeline.ledger import Ledger
from pipeline.record import Outgoing
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from pipeline.windows.publish import net_sentiment
from schemas.codec import encode
from schemas.config import Brand, Config, Target
from schemas.ids import stable_id
from schemas.instants import MINUTE, to_wire
from schemas.kinds import Edge, MentionKind, Op, Polarity, SignalKind, TargetType, WindowState
from schemas.mention import Author, Lang, Match, Mention, RawRef, Sentiment, Understanding
from schemas.signal import Contribution, Drivers, Evidence, Reading, Scale, Sentence, Signal
from schemas.topics import MENTIONS, SIGNALS, WINDOWS
from schemas.window import Cluster, Distinct, Polarities, Window

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
STEP = 5 * MINUTE


class Stage:
    """What the pipeline would write, written by hand; and what the run would report of itself."""

    def __init__(self, bus: SqliteBus, now: int) -> None:
        self.bus = bus
        self.now = now
        self.url = ""
        self.status: dict[str, Any] = {
            "live": True,
            "frontier": now,
            "now": now + 400,
            "ledger": Ledger(1200, 1000, 150, 20, 5, 3, 22),
            "redis": 0,
            "published": [],
            "webhooks": {"accepted": 0, "ids": []},
        }

    async def say(
        self, uid: str, text: str | None, label: Polarity = Polarity.NEUTRAL, brand: str = "faro", **extra: Any
    ) -> Mention:
        values: dict[str, Any] = {
            "schema_version": 1,
            "op": Op.UPSERT,
            "uid": uid,
            "version": "1",
            "network": "mastodon",
            "received_at": to_wire(self.now),
            "event_time": to_wire(self.now),
            "raw": RawRef("mastodon"),
            "kind": MentionKind.POST,
            "author": Author("mastodon:7", handle="ana"),
            "text": text,
            "url": "https://social.example/@ana/1",
            "lang": Lang("es", "detected"),
            "match": Match(brand, "v1"),
            "understanding": Understanding(Sentiment(label, 0.1, 0.8, 0.1, "tier0")),
        }
        mention = Mention(**{**values, **extra})
        await self.bus.append([Outgoing(MENTIONS, brand.encode(), encode(mention), timestamp=self.now)])
        return mention

    async def withdraw(self, uid: str) -> None:
        gone = Mention(1, Op.DELETE, uid, "2", "mastodon", to_wire(self.now), RawRef("mastodon"))
        await self.bus.append([Outgoing(MENTIONS, uid.encode(), encode(gone), timestamp=self.now)])

    async def purge(self, author: str) -> None:
        gone = Mention(
            1,
            Op.PURGE_AUTHOR,
            f"{author}/gone",
            "2",
            "mastodon",
            to_wire(self.now),
            RawRef("mastodon"),
            author=Author(author),
        )
        await self.bus.append([Outgoing(MENTIONS, author.encode(), encode(gone), timestamp=self.now)])

    def cluster(self, example: str, opinions: int, **extra: Any) -> Cluster:
        """A text that `opinions` posts of the window have in common."""
        cluster = Cluster(
            stable_id("clu", example),
            opinions,
            2,
            Polarities(negative=opinions),
            size=2 * opinions,
            quotes=1,
            authors=Distinct(opinions - 1),
            first_author="mastodon:7",
            first_uid="mastodon:1",
            first_seen=to_wire(self.now - 30 * MINUTE),
            example=example,
            example_url="https://social.example/example",
        )
        return msgspec.structs.replace(cluster, **extra)

    async def measure(self, brand: str, ago: int, negative: int, neutral: int, positive: int, **extra: Any) -> None:
        """A window `ago` steps before the present one."""
        start = self.now - self.now % STEP - ago * STEP
        window = Window(
            stable_id("win", brand, "5m", start),
            brand,
            "5m",
            to_wire(start),
            to_wire(start + STEP),
            WindowState.OPEN,
            1,
            to_wire(self.now),
            negative + neutral + positive,
            0,
            0,
            0,
            Distinct(negative),
            Polarities(negative, neutral, positive),
            net_sentiment(negative, neutral, positive),
            0,
            0,
            0,
            Distinct(0),
            [],
            [],
            [],
            [],
            0,
        )
        window = msgspec.structs.replace(window, **extra)
        await self.bus.append([Outgoing(WINDOWS, brand.encode(), encode(window), timestamp=self.now)])

    async def fire(
        self, edge: Edge = Edge.FIRING, quoted: tuple[str, str] = ("mastodon:1", "No hay luz"), **extra: Any
    ) -> Signal:
        scale = Scale(12, 10.0, 1.5, 1.2, 7.1)
        signal = Signal(
            id=stable_id("sig", "faro", str(edge)),
            incident="inc_1",
            kind=SignalKind.CRISIS,
            edge=edge,
            severity="critical",
            brand="faro",
            key="negative",
            rule="crisis",
            rule_version=1,
            config="v1",
            at=to_wire(self.now + (edge is Edge.RESOLVED)),
            window_start=to_wire(self.now - 12 * STEP),
            window_end=to_wire(self.now),
            value=120,
            expected=18.0,
            score=7.1,
            threshold=5.0,
            n=140,
            authors=96,
            negative_share=0.86,
            baseline_negative_share=0.3,
            reading=Reading("negative", 40, 7.1, [scale], [1, 2, 3], True),
            drivers=[
                Drivers(
                    "network",
                    102,
                    [
                        Contribution("mastodon", 90, 10, 80),
                        Contribution("x", 30, 2, 28),
                        Contribution("reddit", 0, 6, -6),
                    ],
                )
            ],
            evidence=[Evidence(quoted[0], "mastodon", quoted[1], "https://social.example/1")],
            sentence=Sentence("Faro: crisis. 120 menciones negativas.", "Faro: crisis. 120 negative mentions."),
        )
        signal = msgspec.structs.replace(signal, **extra)
        await self.bus.append([Outgoing(SIGNALS, b"faro", encode(signal), timestamp=self.now)])
        return signal


@pytest.fixture
async def stage(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Two brands and as many more as the parameter says, a day of quiet windows, and the page that shows them."""
    now = time.time_ns() // 1_000_000
    names = {"faro": "Faro Energía", "mesa": "Mesa Puesta"}
    names |= {
        f"more{n}": "Compañía" + " Larguísima" * (n % 5) + "yMás" * n for n in range(getattr(request, "param", 0))
    }
    config = Config(brands=[Brand(id, name, [Target(TargetType.BRAND, id, id)]) for id, name in names.items()])
    bus = SqliteBus(tmp_path / "bus.db", clock=lambda: now)
    await bus.open()
    played = Stage(bus, now)
    for ago in range(280, 1, -7):
        await played.measure("faro", ago, 1, 2 + ago % 3, 1)
    feed = Feed(bus, config)
    await feed.open(now)
    await feed.catch_up()

    async def status() -> dict[str, Any]:
        return played.status

    server = DashboardServer(feed, Metrics(), Progress(), Readiness(), status=status)
    await server.start()
    played.url = server.url
    stop = asyncio.Event()
    running = asyncio.create_task(feed.run(stop))
    yield played
    stop.set()
    await running
    await server.stop()
    await bus.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("BROWSER") == "skip":
            pytest.skip("BROWSER=skip: there is no Chromium here and you said to go without")
        pytest.fail("no Chromium found: run `make browser`, or say BROWSER=skip to go without")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        await launched.close()


class Watched:
    """A page, and everything about it that a person would not see: errors, and requests to other hosts."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on(
            "console",
            lambda message: self.faults.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith(url) else self.faults.append(f"asked {request.url}"),
        )
        page.on("dialog", lambda dialog: self.faults.append(f"dialog {dialog.message}"))


@pytest.fixture
async def look(stage: Stage, browser: Browser) -> AsyncIterator[Any]:
    """`await look(lang="en", width=..., dark=...)` opens the page and waits until it listens; faults fail the test."""
    opened: list[tuple[BrowserContext, Watched]] = []

    async def _look(lang: str = "en", width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        context = await browser.new_context(
            locale=lang, viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        watched = Watched(await context.new_page(), stage.url)
        opened.append((context, watched))
        await watched.page.goto(stage.url)
        await watched.page.locator("#state[data-state=live]").wait_for()
        await watched.page.locator("article.brand").first.wait_for()
        return watched.page

    yield _look
    for context, watched in opened:
        await context.close()
        assert watched.faults == []
