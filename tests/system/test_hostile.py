"""Hostile bytes of every kind as raw payloads of every network, through the whole engine, a good event after each.

The payloads stay outside the repository: `ESCUCHA_SHARED` names the folder that holds `fixtures/`.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from agents.ingest.connector import Received
from agents.ingest.sink import BusSink
from pipeline.ledger import Ledger
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.normalize import NETWORKS
from pipeline.record import Partition, tick_to
from pipeline.runtime.embedded import SqliteBus
from pipeline.runtime.engine import Engine
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.codec import decode
from schemas.config import Brand, Config, Target
from schemas.instants import EARLIEST, HOUR
from schemas.kinds import TargetType
from schemas.letter import DeadLetter
from schemas.mention import Mention
from schemas.topics import DEADLETTERS, MENTIONS, RAW

SHARED = Path(os.environ.get("ESCUCHA_SHARED", Path(__file__).parents[3] / "shared"))
HOSTILE = SHARED / "fixtures" / "hostile"
START = 1_760_000_400_000
CONFIG = Config([Brand("iberluz", "Iberluz", [Target(TargetType.BRAND, "iberluz", "iberluz")])])

pytestmark = pytest.mark.skipif(not HOSTILE.is_dir(), reason=f"no hostile payloads: {HOSTILE} is absent")


def json_files() -> list[bytes]:
    return [path.read_bytes() for path in sorted((HOSTILE / "JSONTestSuite").rglob("*.json"))]


def naughty_strings() -> list[str]:
    strings: list[str] = orjson.loads((HOSTILE / "blns" / "blns.json").read_bytes())
    lines = (HOSTILE / "blns" / "blns.txt").read_text(encoding="utf-8").split("\n")
    return list(dict.fromkeys([*strings, *lines]))


def vector_texts() -> list[str]:
    """Every text of the twitter-text conformance files."""
    texts: dict[str, None] = {}
    for path in sorted((HOSTILE / "twitter-text-conformance").rglob("*.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        groups = document.get("tests", {}) if isinstance(document, dict) else {}
        for vectors in groups.values():
            texts |= dict.fromkeys(vector["text"] for vector in vectors)
    return list(texts)


def carriers(text: str, number: int) -> dict[str, Any]:
    """Per network an otherwise valid payload with `text` as what was said."""
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2025-10-09T09:00:00.000Z"}
    commit = {
        "rev": "3k",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": f"r{number}",
        "record": record,
        "cid": "bafy",
    }
    account = {"id": "1", "acct": "ana@masto.es", "username": "ana", "url": "https://masto.es/@ana"}
    status = {"uri": f"https://masto.es/s/{number}", "visibility": "public", "content": text, "account": account}
    return {
        "bluesky": {"did": "did:plc:a", "time_us": START * 1_000 + number, "kind": "commit", "commit": commit},
        "mastodon": status,
        "x": {"data": {"id": str(10**18 + number), "author_id": "5", "text": text}},
        "reddit": {"kind": "t1", "data": {"name": f"t1_{number}", "body": text, "author": "ana"}},
    }


def bad_payloads(network: str) -> Iterator[bytes]:
    """What no network ever sends: not one of them is a post."""
    yield from json_files()
    for text in naughty_strings():
        yield text.encode()
        yield orjson.dumps(text)
    for text in vector_texts()[::10]:
        yield text.encode()


def hostile() -> Iterator[tuple[str, bytes, bool]]:
    """(network, payload, whether a valid post carries the hostile text)."""
    for network in NETWORKS:
        for payload in bad_payloads(network):
            yield network, payload, False
    number = 0
    for text in naughty_strings():
        for network in NETWORKS:
            number += 1
            yield network, orjson.dumps(carriers(f"iberluz {text}", number)[network]), True
    for text, network in zip(vector_texts(), cycle(NETWORKS), strict=False):
        number += 1
        yield network, orjson.dumps(carriers(f"iberluz {text}", number)[network]), True


@dataclass
class Outcome:
    """By offset in social.raw: what was sent and what became of it. The good event after a bad one has the next offset."""

    sent: list[tuple[str, bytes, bool]]
    letters: dict[int, DeadLetter]
    mentions: dict[int, Mention]
    ledger: Ledger


async def run(path: Path) -> Outcome:
    bus = SqliteBus(path, clock=lambda: EARLIEST, durable=False)
    await bus.open()
    timeline = Timeline(EARLIEST, Matcher(CONFIG.brands, config_version(CONFIG)))
    engine = Engine(bus, timeline, Tier0(packaged_model()), CONFIG)
    await engine.start()
    sink = BusSink(bus, "hostile")
    sent: list[tuple[str, bytes, bool]] = []
    for turn, (network, payload, carried) in enumerate(hostile()):
        good = orjson.dumps(carriers("qué bien va Iberluz", 10**6 + turn)[network])
        at = START + turn * 100
        await sink.send(
            [Received(network, "", payload, observed_at=at), Received(network, "", good, observed_at=at + 1)]
        )
        sent.append((network, payload, carried))
        if turn % 500 == 499:
            await engine.drain()
    await bus.append([tick_to(RAW, 0, START + len(sent) * 100 + 3 * HOUR, 0)])
    await engine.drain()
    letters = [decode(DeadLetter, value) for value in await values(bus, DEADLETTERS)]
    mentions = [decode(Mention, value) for value in await values(bus, MENTIONS)]
    ledger = await engine.ledger()
    await bus.close()
    return Outcome(
        sent,
        {letter.offset: letter for letter in letters},
        {mention.origin.offset: mention for mention in mentions if mention.origin is not None},
        ledger,
    )


async def values(bus: SqliteBus, topic: str) -> list[bytes]:
    records = await bus.read(Partition(topic, 0), 0, 10**7)
    return [record.value for record in records if record.value is not None and not record.is_tick]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    found = asyncio.run(run(tmp_path_factory.mktemp("hostile") / "bus.sqlite"))
    print(len(found.sent), Counter(letter.reason.value for letter in found.letters.values()))
    return found


def test_hostile_bytes_become_dead_letters_with_the_same_bytes_and_a_reason(outcome: Outcome) -> None:
    letters = 0
    for turn, (network, payload, carried) in enumerate(outcome.sent):
        if not carried:
            letter = outcome.letters[2 * turn]
            assert letter.payload == payload
            assert letter.network == network
            assert letter.reason.value and letter.detail
            letters += 1
    assert letters == len(outcome.letters) > 4 * 1_200


def test_hostile_words_in_a_valid_post_are_heard(outcome: Outcome) -> None:
    heard = 0
    for turn, (network, _, carried) in enumerate(outcome.sent):
        if carried:
            mention = outcome.mentions[2 * turn]
            assert mention.network == network
            assert mention.match is not None and mention.match.brand == "iberluz"
            heard += 1
    assert heard > 4 * 500


def test_the_good_event_after_each_hostile_one_is_processed(outcome: Outcome) -> None:
    for turn in range(len(outcome.sent)):
        mention = outcome.mentions[2 * turn + 1]
        assert mention.text == "qué bien va Iberluz"


def test_the_ledger_balances(outcome: Outcome) -> None:
    assert outcome.ledger.balanced
    assert outcome.ledger.accepted == 2 * len(outcome.sent)
    assert outcome.ledger.in_flight == outcome.ledger.unmatched == outcome.ledger.late == 0
    assert outcome.ledger.dead_lettered == len(outcome.letters)
