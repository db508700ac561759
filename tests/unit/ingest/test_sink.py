"""The way onto the bus, on a real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from agents.ingest.connector import Received
from agents.ingest.sink import BusSink
from pipeline.normalize import peek
from pipeline.record import Outgoing, Partition, Record
from pipeline.runtime.bus import BusFull
from pipeline.runtime.embedded import SqliteBus
from schemas.headers import get
from schemas.limits import PAYLOAD_BYTES
from schemas.topics import RAW

NOW = 1_790_000_000_000
FRAME = b'{"did":"did:plc:abc","time_us":1790000000000000,"kind":"commit","commit":{"rev":"r","operation":"create","collection":"app.bsky.feed.post","rkey":"k","record":{"createdAt":"2026-09-21T12:00:00Z","text":"hola"}}}'


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[SqliteBus]:
    opened = SqliteBus(tmp_path / "bus.db", partitions=1, clock=lambda: NOW, durable=False)
    await opened.open()
    yield opened
    await opened.close()


async def sent(bus: SqliteBus, *items: Received, **options: int) -> list[Record]:
    await BusSink(bus, "src", **options).send(items)
    return await bus.read(Partition(RAW, 0), 0, 100)


async def test_the_value_is_the_exact_payload_and_the_rest_is_in_headers(bus: SqliteBus) -> None:
    payload = FRAME.replace(b"hola", "caña \u2028".encode()) + b" \n"
    (record,) = await sent(bus, Received("bluesky", "id-1", payload))
    assert record.value == payload and record.key == b"did:plc:abc" and record.timestamp == NOW
    told = {
        name: get(record.headers, name)
        for name in ("ce_id", "ce_source", "ce_type", "network", "source", "backfill", "batch")
    }
    assert told == {
        "ce_id": "id-1", "ce_source": "/ingest/bluesky/src", "ce_type": "social.raw", "network": "bluesky", "source": "src",
        "backfill": None, "batch": None,
    }  # fmt: skip


async def test_an_item_without_an_id_takes_the_one_that_a_redelivery_repeats(bus: SqliteBus) -> None:
    one, two = await sent(bus, Received("bluesky", "", FRAME), Received("bluesky", "", FRAME))
    assert get(one.headers, "ce_id") == get(two.headers, "ce_id") == peek("bluesky", FRAME).id


async def test_backfill_batch_key_and_time_of_a_connector_are_kept(bus: SqliteBus) -> None:
    item = Received("reddit", "t3_1", b"not json \xff", key=b"k", backfill=True, batch="b1", observed_at=NOW - 5_000)
    (record,) = await sent(bus, item)
    assert (record.key, record.timestamp, record.value) == (b"k", NOW - 5_000, b"not json \xff")
    assert get(record.headers, "backfill") == "1" and get(record.headers, "batch") == "b1"


async def test_bytes_that_nobody_can_read_still_have_a_key_and_an_id(bus: SqliteBus) -> None:
    (record,) = await sent(bus, Received("nowhere", "", b"\x00\xff"))
    assert record.key and get(record.headers, "ce_id") and record.value == b"\x00\xff"


async def test_a_payload_over_the_contracts_limit_goes_in_whole_and_one_over_the_transports_is_cut(
    bus: SqliteBus,
) -> None:
    large, huge = b"a" * (PAYLOAD_BYTES + 1), b"b" * 2_000_000
    kept, cut = await sent(bus, Received("x", "1", large), Received("x", "2", huge))
    assert kept.value == large and get(kept.headers, "truncated") is None
    assert cut.value == huge[: len(cut.value or b"")] and PAYLOAD_BYTES < len(cut.value or b"") < 1_048_576
    assert get(cut.headers, "truncated") == "2000000"


async def test_a_full_bus_is_waited_for_and_the_same_records_appended_once(bus: SqliteBus) -> None:
    class Filling:
        """The bus, refusing twice before it accepts."""

        refusals = 2

        async def append(self, records: Sequence[Outgoing]) -> None:
            if self.refusals:
                self.refusals -= 1
                raise BusFull
            await bus.append(records)

    waits: list[float] = []
    sink = BusSink(Filling(), "src", on_full=waits.append)
    async with asyncio.timeout(5):
        await sink.send([Received("bluesky", "", FRAME)])
    assert len(await bus.read(Partition(RAW, 0), 0, 10)) == 1
    assert sink.counts.waits == 2 and sink.counts.sent == 1 and waits == [0.05, 0.1]
