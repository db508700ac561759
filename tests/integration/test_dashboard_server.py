"""The page's server over real HTTP: state, stream, slow readers, deletions, headers, and arrivals in a real Redis."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from agents.alert import keys
from agents.alert.client import connect
from agents.alert.server import EmbeddedRedis
from agents.dashboard.arrivals import Arrivals
from agents.dashboard.feed import QUEUE, Feed
from agents.dashboard.page import DashboardServer
from pipeline.ledger import Ledger
from pipeline.record import Outgoing
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import Metrics
from pipeline.windows.bucket import Bucket
from pipeline.windows.publish import window_of
from schemas.codec import encode
from schemas.config import Brand, Config, Target
from schemas.instants import DAY, HOUR, MINUTE, to_wire
from schemas.kinds import Op, Polarity, TargetType
from schemas.mention import Author, Match, Mention, RawRef, Sentiment, Understanding
from schemas.topics import MENTIONS, WINDOWS
from schemas.window import Cluster, Polarities

NOW = 1_800_000_000_000


def mention(uid: str, **fields: Any) -> Mention:
    made = Mention(
        1,
        Op.UPSERT,
        uid,
        "1",
        "x",
        to_wire(NOW),
        RawRef("x"),
        text=f"text of {uid}",
        author=Author("x:7"),
        match=Match("faro", "v1"),
    )
    return msgspec.structs.replace(made, **fields)


class Site:
    def __init__(self, bus: SqliteBus, feed: Feed, status: Any) -> None:
        self.bus = bus
        self.feed = feed
        self.readiness = Readiness("bus")
        self.server = DashboardServer(feed, Metrics("1"), Progress(), self.readiness, status=status, clock=lambda: NOW)

    async def write(self, *mentions: Mention, at: int = NOW) -> None:
        await self.bus.append([Outgoing(MENTIONS, b"faro", encode(m), timestamp=at) for m in mentions])
        await self.feed.catch_up()


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[SqliteBus]:
    opened = SqliteBus(tmp_path / "bus.db", clock=lambda: NOW)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def site(bus: SqliteBus) -> AsyncIterator[Site]:
    async def status() -> dict[str, Any]:
        return {"live": True, "ledger": Ledger(3, 1, 1, 0, 0, 0, 1)}

    feed = Feed(bus, Config([Brand("faro", "Faro", [Target(TargetType.BRAND, "faro", "faro")])]))
    await feed.open(NOW)
    made = Site(bus, feed, status)
    await made.server.start()
    yield made
    await made.server.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def next_event(response: aiohttp.ClientResponse, *names: str) -> tuple[str, Any]:
    name = ""
    async with asyncio.timeout(10):
        async for line in response.content:
            if line.startswith(b"event: "):
                name = line[7:].decode().strip()
            elif line.startswith(b"data: ") and (not names or name in names):
                return name, json.loads(line[6:])
    raise AssertionError("the stream ended")


async def state(site: Site, http: aiohttp.ClientSession) -> Any:
    async with http.get(site.server.url + "api/state") as response:
        return await response.json()


async def test_a_stream_begins_with_a_reset_and_goes_on_with_changes(site: Site, http: aiohttp.ClientSession) -> None:
    async with http.get(site.server.url + "events") as response:
        assert response.content_type == "text/event-stream"
        assert await next_event(response) == ("reset", {})
        await site.write(mention("x:1"))
        name, shown = await next_event(response, "mention", "delete")
        assert (name, shown["uid"], shown["text"]) == ("mention", "x:1", "text of x:1")
        await site.write(mention("x:1", op=Op.DELETE, match=None, text=None))
        assert await next_event(response, "mention", "delete") == (
            "delete",
            {"uid": "x:1", "author_id": None, "before": None},
        )
        name, status = await next_event(response, "status")
        assert status["ledger"]["accepted"] == 3
        assert status["hour"]["faro"]["net"] == {"value": None, "n": 0, "low": None, "high": None}
    assert (await state(site, http))["mentions"] == []


async def test_repeated_texts_are_sent_when_they_change_and_lose_their_words_on_deletion(
    site: Site, http: aiohttp.ClientSession
) -> None:
    async def spread(opinions: int) -> None:
        start = NOW - 5 * MINUTE
        cluster = Cluster("clu_1", opinions, 0, Polarities(opinions), size=opinions, example="x:1", first_uid="x:1")
        window = window_of("faro", "5m", Bucket(start // (5 * MINUTE)), NOW)
        window = msgspec.structs.replace(window, clusters=[cluster], revision=opinions)
        await site.bus.append([Outgoing(WINDOWS, b"faro", encode(window), timestamp=NOW)])
        await site.feed.catch_up()

    await site.write(mention("x:1"))
    await spread(8)
    assert (await state(site, http))["repeated"]["faro"][0]["example"]["text"] == "text of x:1"
    async with http.get(site.server.url + "events") as response:
        told = (await next_event(response, "repeated"))[1]
        assert (told["brand"], told["texts"][0]["said"], told["texts"][0]["example"]["text"]) == (
            "faro",
            8,
            "text of x:1",
        )
        await spread(9)
        assert (await next_event(response, "repeated"))[1]["texts"][0]["said"] == 9
        await site.write(mention("x:1", op=Op.DELETE, match=None, text=None))
        # Nothing is repeated to the reader that did not change, so the next word of it is that the words are gone.
        assert (await next_event(response, "repeated"))[1]["texts"][0]["example"] is None
    assert (await state(site, http))["repeated"]["faro"][0]["example"] is None


async def test_a_reader_that_falls_behind_starts_over(site: Site, http: aiohttp.ClientSession) -> None:
    async with http.get(site.server.url + "events") as response:
        await next_event(response, "reset")
        await site.write(*(mention(f"x:{n}") for n in range(QUEUE + 10)))
        assert (await next_event(response, "reset", "mention"))[0] == "reset"
    shown = (await state(site, http))["mentions"]
    assert [m["uid"] for m in shown] == [f"x:{n}" for n in range(QUEUE - 50, QUEUE + 10)]


async def test_a_purged_author_is_gone_from_the_state(site: Site, http: aiohttp.ClientSession) -> None:
    await site.write(mention("x:1"), mention("x:2", author=Author("x:8")))
    await site.write(mention("x:0", op=Op.PURGE_AUTHOR, match=None))
    assert [m["uid"] for m in (await state(site, http))["mentions"]] == ["x:2"]


async def test_an_edited_post_that_no_longer_matches_is_gone(site: Site, http: aiohttp.ClientSession) -> None:
    await site.write(mention("x:1"), mention("x:2"))
    await site.write(
        mention("x:1", version="2", edited=True), mention("x:1", version="2", edited=True, match=None, text=None)
    )
    assert [(m["uid"], m["version"]) for m in (await state(site, http))["mentions"]] == [("x:1", "2"), ("x:2", "1")]
    await site.write(mention("x:2", version="2", edited=True, match=None, text=None))
    assert [m["uid"] for m in (await state(site, http))["mentions"]] == ["x:1"]


async def test_mentions_older_than_an_hour_are_left_in_the_log(bus: SqliteBus) -> None:
    old, recent = mention("x:1"), mention("x:2")
    await bus.append([Outgoing(MENTIONS, b"faro", encode(old), timestamp=NOW - DAY)])
    await bus.append([Outgoing(MENTIONS, b"faro", encode(recent), timestamp=NOW - HOUR // 2)])
    feed = Feed(bus, Config([Brand("faro", "Faro", [])]))
    await feed.open(NOW)
    await feed.catch_up()
    assert [m.uid for m in feed.mentions] == ["x:2"]
    assert feed.seen == 0


async def test_every_answer_is_guarded_and_nothing_but_the_pages_files_is_served(
    site: Site, http: aiohttp.ClientSession
) -> None:
    base = site.server.url
    for path in ("", "static/app.js", "static/style.css", "static/icon.svg", "api/state"):
        async with http.get(base + path) as response:
            assert response.status == 200
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("static/../page.py", "static/%2e%2e/page.py", "static/..%2fpage.py", "static/", "static/page.py"):
        async with http.get(base + path) as response:
            assert response.status == 404
    async with http.get(base + "static/app.js") as response:
        assert response.content_type == "text/javascript"


async def test_the_page_asks_nobody_else_for_anything(site: Site, http: aiohttp.ClientSession) -> None:
    async with http.get(site.server.url) as response:
        page = await response.text()
    assert "http:" not in page
    assert "https:" not in page


async def test_the_ops_routes_are_on_the_same_listener(site: Site, http: aiohttp.ClientSession) -> None:
    base = site.server.url
    async with http.get(base + "-/live") as response:
        assert response.status == 200
    async with http.get(base + "-/ready") as response:
        assert response.status == 503
    site.readiness.met("bus")
    async with http.get(base + "-/ready") as response:
        assert response.status == 200
    async with http.get(base + "metrics") as response:
        assert "escucha_build_info" in await response.text()


async def test_a_status_that_fails_leaves_the_page_whole(bus: SqliteBus, http: aiohttp.ClientSession) -> None:
    async def broken() -> dict[str, Any]:
        raise RuntimeError("the engine has stopped")

    feed = Feed(bus, Config([Brand("faro", "Faro", [])]))
    await feed.open(NOW)
    site = Site(bus, feed, broken)
    await site.server.start()
    try:
        await site.write(mention("x:1"))
        shown = await state(site, http)
        assert [m["uid"] for m in shown["mentions"]] == ["x:1"]
        assert shown["status"] == {"at": NOW, "hour": shown["status"]["hour"]}
    finally:
        await site.server.stop()


async def test_stopping_ends_open_streams_at_once(site: Site, http: aiohttp.ClientSession) -> None:
    async with http.get(site.server.url + "events") as response:
        await next_event(response, "reset")
        async with asyncio.timeout(3):
            await site.server.stop()


async def test_a_taken_port_is_said_at_the_start(site: Site) -> None:
    port = int(site.server.url.rsplit(":", 1)[1].strip("/"))
    other = DashboardServer(site.feed, Metrics(), Progress(), Readiness(), port=port)
    with pytest.raises(OSError, match="address already in use"):
        await other.start()


async def test_arrivals_are_asked_of_a_real_redis_and_remembered_when_it_is_away(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    redis = connect(await server.start())
    arrivals = Arrivals(redis)
    await redis.set(keys.seen("sig_1"), 1)
    assert await arrivals.of(["sig_1", "sig_2"]) == ["sig_1"]
    await redis.set(keys.seen("sig_2"), 1)
    assert await arrivals.of(["sig_1", "sig_2", "sig_3"]) == ["sig_1", "sig_2"]
    await server.stop()
    assert await arrivals.of(["sig_1", "sig_3"]) == ["sig_1"]
    await redis.aclose()


async def test_a_score_changes_how_a_mention_is_shown_but_not_over_the_brands_own_words(
    site: Site, http: aiohttp.ClientSession
) -> None:
    def understood(label: Polarity, *trace: str) -> Understanding:
        return Understanding(Sentiment(label, 0.4, 0.3, 0.3, "m"), trace=list(trace))

    unsure = understood(Polarity.UNSURE)
    ours = understood(Polarity.NEGATIVE, "brand:negative:pico")
    await site.write(
        mention("x:1", understanding=unsure),
        mention("x:1", understanding=ours, match=Match("mesa", "v1")),
        mention("x:2", understanding=unsure),
        mention("x:3", understanding=unsure, version="2"),
    )
    score = understood(Polarity.POSITIVE)
    await site.write(
        *(mention(uid, op=Op.SCORE, match=None, text=None, author=None, understanding=score) for uid in ("x:1", "x:3"))
    )
    shown = (await state(site, http))["mentions"]
    assert [(m["uid"], m["sentiment"]) for m in shown] == [
        ("x:1", "positive"),
        ("x:1", "negative"),
        ("x:2", "unsure"),
        ("x:3", "unsure"),
    ]
