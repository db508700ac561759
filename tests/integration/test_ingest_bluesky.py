"""The Bluesky connector against a Jetstream that speaks both wires and misbehaves on request."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from agents.ingest.bluesky import BlueskyConnector, JetstreamOptions
from agents.ingest.connector import CredentialsRefused, Gap, NetworkUnreachable, Received
from agents.ingest.cursor import Checkpoint, FileCursorStore
from agents.ingest.jetstream import Endpoint, Wire
from agents.ingest.sink import BusSink
from pipeline.record import Partition
from pipeline.runtime.embedded import SqliteBus
from schemas.headers import get
from schemas.instants import to_wire
from schemas.topics import RAW

START_US = 1_790_000_000_000_000
SHARED = Path(os.environ.get("ESCUCHA_SHARED", Path(__file__).parents[2] / "../shared"))


def event_v2(number: int) -> bytes:
    time = f"{to_wire(START_US // 1000 + number * 1000)[:-1]}000Z"
    payload = {
        "$type": "network.bsky.jetstream.subscribeEvents#commit", "seq": 100 + number, "did": f"did:plc:{number % 7:024d}", "time": time,
        "rev": f"rev{number}", "operation": "create", "collection": "app.bsky.feed.post", "rkey": f"r{number}", "cid": "bafy",
        "record": {"$type": "app.bsky.feed.post", "createdAt": time, "text": f"nº {number} \u2028 ñ", "langs": ["es"]},
    }  # fmt: skip
    return json.dumps({"$type": "message", "payload": payload}, ensure_ascii=False).encode()


def event_v1(number: int) -> bytes:
    record = {"$type": "app.bsky.feed.post", "createdAt": "2026-09-21T12:00:00Z", "text": f"n {number}"}
    commit = {
        "rev": f"rev{number}",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": f"r{number}",
        "cid": "b",
        "record": record,
    }
    frame = {
        "did": f"did:plc:{number % 7:024d}",
        "time_us": START_US + number * 1_000_000,
        "kind": "commit",
        "commit": commit,
    }
    return json.dumps(frame).encode()


Act = Callable[["FakeJetstream", ServerConnection, int], Awaitable[None]]


class FakeJetstream:
    """Serves `events` from the cursor on. Each connection takes the next act of `script`, then `live` for ever."""

    def __init__(
        self, events: Sequence[bytes], *, wire: Wire = Wire.V2, script: Sequence[Act | Response] = (), floor: int = 0
    ) -> None:
        self.events = list(events)
        self.wire = wire
        self.script = list(script)
        self.floor = floor
        self.asked: list[dict[str, list[str]]] = []
        self.sent: set[int] = set()
        self._server: Server | None = None

    async def start(self) -> Endpoint:
        self._server = await serve(self._serve, "127.0.0.1", 0, process_request=self._request, compression=None)
        port = self._server.sockets[0].getsockname()[1]
        return Endpoint(f"ws://127.0.0.1:{port}", self.wire)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def _request(self, connection: ServerConnection, request: Request) -> Response | None:
        address = urlsplit(request.path)
        asked = parse_qs(address.query)
        if address.path != ("/subscribe" if self.wire is Wire.V1 else "/xrpc/network.bsky.jetstream.subscribeEvents"):
            return connection.respond(HTTPStatus.NOT_FOUND, "no such page\n")
        self.asked.append(asked)
        cursor = int(asked.get("cursor", ["0"])[0])
        if self.wire is Wire.V2 and 0 < cursor < 10**15 and cursor - 100 < self.floor:
            body = json.dumps(
                {"error": "CursorTooOld", "message": f"cursor {cursor} is below the floor seq {100 + self.floor}"}
            )
            return connection.respond(HTTPStatus.BAD_REQUEST, body)
        if self.script and isinstance(self.script[0], Response):
            return self.script.pop(0)
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        asked = parse_qs(urlsplit(connection.request.path).query)
        at = 0
        if "cursor" in asked:
            cursor = int(asked["cursor"][0])
            by_time = self.wire is Wire.V1 or cursor >= 10**15
            at = -(-(cursor - START_US) // 1_000_000) if by_time else cursor - 100
            if at < self.floor and self.wire is Wire.V2:
                info = {
                    "$type": "network.bsky.jetstream.subscribeEvents#info",
                    "name": "OutdatedCursor",
                    "message": "moved",
                }
                await connection.send(json.dumps({"$type": "message", "payload": info}))
            at = max(at, self.floor, 0)
        act = self.script.pop(0) if self.script else live
        with suppress(Exception):
            await act(self, connection, at)

    async def tell(self, connection: ServerConnection, since: int, count: int | None = None) -> None:
        until = len(self.events) if count is None else min(len(self.events), since + count)
        for number in range(since, until):
            await connection.send(self.events[number], text=True)
            self.sent.add(number)


async def live(server: FakeJetstream, connection: ServerConnection, at: int) -> None:
    await server.tell(connection, at)
    await connection.wait_closed()


def told_then_closed(count: int, code: int = 1000) -> Act:
    async def act(server: FakeJetstream, connection: ServerConnection, at: int) -> None:
        await server.tell(connection, at, count)
        await connection.close(code)

    return act


def told_then_cut(count: int) -> Act:
    async def act(server: FakeJetstream, connection: ServerConnection, at: int) -> None:
        await server.tell(connection, at, count)
        await asyncio.sleep(0.02)
        connection.transport.abort()

    return act


def told_then_silent(count: int) -> Act:
    async def act(server: FakeJetstream, connection: ServerConnection, at: int) -> None:
        await server.tell(connection, at, count)
        await connection.wait_closed()

    return act


def told_then_error(count: int, error: str) -> Act:
    async def act(server: FakeJetstream, connection: ServerConnection, at: int) -> None:
        await server.tell(connection, at, count)
        await connection.send(json.dumps({"$type": "error", "error": error, "message": "bye"}))
        await connection.close()

    return act


class ListSink:
    """Keeps what is sent. `stuck` holds back the acknowledgement; `fault` is raised once instead of it."""

    def __init__(self) -> None:
        self.items: list[Received] = []
        self.stuck = asyncio.Event()
        self.stuck.set()
        self.fault: Exception | None = None

    async def send(self, items: Sequence[Received]) -> None:
        await self.stuck.wait()
        if self.fault is not None:
            raise self.fault
        self.items.extend(items)

    @property
    def payloads(self) -> list[bytes]:
        return [item.payload for item in self.items]


class Lab:
    """A connector, its sink, its cursors, and the servers it may find."""

    def __init__(self, folder: Path) -> None:
        self.store = FileCursorStore(folder)
        self.sink = ListSink()
        self.gaps: list[Gap] = []
        self.delays: list[float] = []
        self.servers: list[FakeJetstream] = []

    async def server(self, events: Sequence[bytes], **options: object) -> tuple[FakeJetstream, Endpoint]:
        server = FakeJetstream(events, **options)
        self.servers.append(server)
        return server, await server.start()

    def connector(self, *endpoints: Endpoint, idle: float = 30.0, **options: object) -> BlueskyConnector:
        async def sleep(seconds: float) -> None:
            self.delays.append(seconds)
            await asyncio.sleep(0)

        made = JetstreamOptions(endpoints, idle=idle, save_every=0.0, open_timeout=5.0, **options)
        return BlueskyConnector("sky", self.store, made, on_gap=self.gaps.append, sleep=sleep, rand=lambda: 0.5)

    async def until(self, connector: BlueskyConnector, reached: Callable[[], bool], sink: object = None) -> None:
        """Run until the condition holds, then cancel; a fault of the connector is raised here."""
        task = asyncio.create_task(connector.run(self.sink if sink is None else sink))
        try:
            async with asyncio.timeout(20):
                while not reached() and not task.done():  # noqa: ASYNC110  the condition is about files and servers
                    await asyncio.sleep(0.01)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def all_of(self, events: Sequence[bytes]) -> Callable[[], bool]:
        return lambda: set(events) <= set(self.sink.payloads)


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    made = Lab(tmp_path / "cursors")
    yield made
    for server in made.servers:
        await server.stop()


EVENTS = [event_v2(n) for n in range(60)]


@pytest.mark.parametrize(
    "script",
    [
        [told_then_closed(20), told_then_closed(5)],
        [told_then_closed(20, 1001), told_then_closed(1, 1012)],
        [told_then_cut(20), told_then_cut(7)],
        [told_then_error(20, "ConsumerTooSlow"), told_then_error(3, "SomethingNew")],
        [told_then_silent(20), told_then_silent(10)],
    ],
    ids=["clean close", "going away", "abrupt end", "error frame", "silence"],
)
async def test_no_event_is_lost_however_the_stream_ends(lab: Lab, script: list[Act]) -> None:
    server, endpoint = await lab.server(EVENTS, script=script)
    await lab.until(lab.connector(endpoint, idle=0.3), lab.all_of(EVENTS))
    assert len(server.asked) == 3 and "cursor" not in server.asked[0]
    first, second = (int(asked["cursor"][0]) for asked in server.asked[1:])
    assert 100 < first <= 119, "the cursor is that of an acknowledged event, and asked for inclusively"
    assert first <= second
    repeats = len(lab.sink.payloads) - len(set(lab.sink.payloads))
    assert repeats >= 2, "an inclusive cursor repeats the last event; nothing is dropped for it"
    assert lab.gaps == []


async def test_frames_reach_the_sink_byte_for_byte_and_in_order(lab: Lab) -> None:
    _, endpoint = await lab.server(EVENTS)
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS))
    assert lab.sink.payloads == EVENTS


async def test_v2_is_asked_for_in_its_own_words(lab: Lab) -> None:
    server, endpoint = await lab.server(EVENTS)
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS))
    assert server.asked[0]["collections"] == ["app.bsky.feed.post", "app.bsky.feed.repost"]
    assert "wantedCollections" not in server.asked[0] and "account" in server.asked[0]["kinds"]


async def test_v1_is_asked_for_in_its_own_words(lab: Lab) -> None:
    events = [event_v1(n) for n in range(5)]
    server, endpoint = await lab.server(events, wire=Wire.V1)
    await lab.until(lab.connector(endpoint), lab.all_of(events))
    assert server.asked[0]["wantedCollections"] == ["app.bsky.feed.post", "app.bsky.feed.repost"]
    assert not {"kinds", "collections", "compress"} & set(server.asked[0])


async def test_a_restart_goes_on_where_the_last_acknowledged_event_stood(lab: Lab) -> None:
    server, endpoint = await lab.server(EVENTS[:30])
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS[:30]))
    server.events = EVENTS
    lab.sink.items.clear()
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS[30:]))
    assert server.asked[-1]["cursor"] == ["129"]
    assert lab.sink.payloads == EVENTS[29:]


async def test_the_cursor_never_passes_what_the_log_has_acknowledged(lab: Lab) -> None:
    server, endpoint = await lab.server(EVENTS)
    lab.sink.stuck.clear()
    await lab.until(lab.connector(endpoint), lambda: len(server.sent) == len(EVENTS))
    assert lab.sink.items == [] and lab.store.latest("sky") is None
    lab.sink.stuck.set()
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS))
    cursor = lab.store.load("sky", endpoint.host, "seq")
    assert cursor is not None and cursor.value == 159


async def test_a_fault_of_the_log_is_not_taken_for_a_fault_of_the_network(lab: Lab) -> None:
    _, endpoint = await lab.server(EVENTS)
    lab.sink.fault = OSError("disk full")
    with pytest.raises(OSError, match="disk full"):
        await lab.until(lab.connector(endpoint), lambda: False)
    assert lab.store.latest("sky") is None


async def test_a_slow_log_makes_the_server_wait_instead_of_filling_memory(lab: Lab) -> None:
    events = [b'{"$type":"message","payload":{"seq":%d,"pad":"%s"}}' % (n, b"x" * 20_000) for n in range(3_000)]
    server, endpoint = await lab.server(events)
    lab.sink.stuck.clear()
    task = asyncio.create_task(lab.connector(endpoint, batch=50).run(lab.sink))
    await asyncio.sleep(1.0)
    held = len(server.sent)
    await asyncio.sleep(0.3)
    assert held == len(server.sent) < 2_000
    lab.sink.stuck.set()
    async with asyncio.timeout(20):
        while not lab.all_of(events)():  # noqa: ASYNC110  the condition is about bytes received
            await asyncio.sleep(0.02)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_cursor_below_the_floor_goes_on_from_the_floor_and_records_the_gap(lab: Lab) -> None:
    server, endpoint = await lab.server(EVENTS, floor=40)
    lab.store.save(Checkpoint("sky", "bluesky", endpoint.host, "seq", 110, START_US + 10_000_000))
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS[40:]))
    assert [asked["cursor"] for asked in server.asked] == [["110"], ["140"]]
    assert [(gap.since, gap.until) for gap in lab.gaps] == [(START_US // 1000 + 10_000, START_US // 1000 + 40_000)]
    assert lab.store.gaps() == lab.gaps and lab.gaps[0].source == "sky"


async def test_another_hosts_cursor_is_never_used_only_its_time(lab: Lab) -> None:
    server, endpoint = await lab.server(EVENTS, floor=40)
    lab.store.save(Checkpoint("sky", "bluesky", "elsewhere.example", "seq", 999_999, START_US + 50_000_000))
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS[45:]))
    assert server.asked[0]["cursor"] == [str(START_US + 45_000_000)]
    assert lab.gaps == []


async def test_a_clamped_cursor_of_time_is_announced_and_recorded(lab: Lab) -> None:
    _, endpoint = await lab.server(EVENTS, floor=40)
    lab.store.save(Checkpoint("sky", "bluesky", "elsewhere.example", "seq", 999_999, START_US + 10_000_000))
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS[40:]))
    assert [(gap.since, gap.until) for gap in lab.gaps] == [(START_US // 1000 + 5_000, START_US // 1000 + 40_000)]


async def test_v1_clamps_without_a_word_and_the_gap_is_recorded_all_the_same(lab: Lab) -> None:
    events = [event_v1(n) for n in range(200)]
    server, endpoint = await lab.server(events, wire=Wire.V1, floor=150)
    lab.store.save(Checkpoint("sky", "bluesky", endpoint.host, "time_us", START_US + 10_000_000, START_US + 10_000_000))
    await lab.until(lab.connector(endpoint), lab.all_of(events[150:]))
    assert server.asked[0]["cursor"] == [str(START_US + 5_000_000)]
    assert [(gap.since, gap.until) for gap in lab.gaps] == [(START_US // 1000 + 5_000, START_US // 1000 + 150_000)]


async def test_a_host_that_numbers_anew_is_followed_and_the_gap_recorded(lab: Lab) -> None:
    _, endpoint = await lab.server(EVENTS, script=[live_from_the_start])
    lab.store.save(Checkpoint("sky", "bluesky", endpoint.host, "seq", 5_000_000, START_US))
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS))
    assert len(lab.gaps) == 1 and "anew" in lab.gaps[0].why
    cursor = lab.store.load("sky", endpoint.host, "seq")
    assert cursor is not None and cursor.value == 159


async def live_from_the_start(server: FakeJetstream, connection: ServerConnection, at: int) -> None:
    await live(server, connection, 0)


async def test_a_host_without_v2_makes_it_fall_back_to_v1(lab: Lab) -> None:
    events = [event_v1(n) for n in range(20)]
    _, old = await lab.server(events, wire=Wire.V1)
    wrong = Endpoint(old.base, Wire.V2)
    connector = lab.connector(wrong, old)
    await lab.until(connector, lab.all_of(events))
    assert connector.status.host == old.host and lab.delays == []


async def test_nobody_listening_is_one_clear_sentence(lab: Lab, unused_tcp_port: int) -> None:
    connector = lab.connector(Endpoint(f"ws://127.0.0.1:{unused_tcp_port}", Wire.V2))
    with pytest.raises(NetworkUnreachable) as fault:
        await lab.until(connector, lambda: False)
    assert str(fault.value).startswith(f"cannot reach 127.0.0.1:{unused_tcp_port}: ")
    assert "\n" not in str(fault.value) and fault.value.remedy in str(fault.value)


@pytest.fixture
def unused_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_refused_credentials_stop_the_connector(lab: Lab) -> None:
    refusal = Response(401, "Unauthorized", headers_of(), b"")
    server, endpoint = await lab.server(EVENTS, script=[told_then_closed(5), refusal])
    with pytest.raises(CredentialsRefused, match="401"):
        await lab.until(lab.connector(endpoint), lambda: False)
    assert len(server.asked) == 2


async def test_a_rate_limit_is_waited_out_as_the_server_asks(lab: Lab) -> None:
    limits = [Response(429, "Too Many Requests", headers_of(("Retry-After", "7")), b"") for _ in range(2)]
    _, endpoint = await lab.server(EVENTS, script=[told_then_closed(5), *limits])
    await lab.until(lab.connector(endpoint), lab.all_of(EVENTS))
    assert len(lab.delays) == 3 and lab.delays[0] == 0.0
    assert all(7.0 <= delay <= 10.0 for delay in lab.delays[1:])


def headers_of(*pairs: tuple[str, str]) -> Headers:
    return Headers([*pairs, ("Content-Length", "0")])


@pytest.mark.parametrize("seed", range(3))
async def test_under_random_ends_every_event_sent_is_in_the_log_at_least_once(
    lab: Lab, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    events = [event_v2(n) for n in range(1_500)]
    ends = [told_then_closed, told_then_cut, lambda n: told_then_error(n, "ConsumerTooSlow")]
    script = [chance.choice(ends)(chance.randint(0, 120)) for _ in range(30)]
    server, endpoint = await lab.server(events, script=script)
    bus = SqliteBus(tmp_path / "bus.db", partitions=2, clock=lambda: START_US // 1000, durable=False)
    await bus.open()

    def done() -> bool:
        cursor = lab.store.latest("sky")
        return not server.script and cursor is not None and cursor.value == 99 + len(events)

    await lab.until(lab.connector(endpoint), done, BusSink(bus, "sky"))
    records = [record for n in range(2) for record in await bus.read(Partition(RAW, n), 0, 100_000)]
    await bus.close()
    assert {server.events[number] for number in server.sent} == set(events) == {record.value for record in records}


async def test_real_frames_pass_unchanged_with_key_and_network(lab: Lab, tmp_path: Path) -> None:
    path = SHARED / "fixtures/bluesky/jetstream_v1.jsonl"
    if not path.exists():
        pytest.skip(f"no real frames at {path}; set ESCUCHA_SHARED")
    frames = [line for line in path.read_bytes().split(b"\n") if line]
    _, endpoint = await lab.server(frames, wire=Wire.V1)
    bus = SqliteBus(tmp_path / "bus.db", partitions=3, clock=lambda: START_US // 1000, durable=False)
    await bus.open()
    connector = lab.connector(endpoint)
    await lab.until(connector, lambda: connector.status.received >= len(frames), BusSink(bus, "sky"))
    records = [record for n in range(3) for record in await bus.read(Partition(RAW, n), 0, 1_000)]
    await bus.close()
    assert sorted(record.value or b"" for record in records) == sorted(frames)
    for record in records:
        assert record.key == json.loads(record.value or b"")["did"].encode()
        assert get(record.headers, "network") == "bluesky" and get(record.headers, "ce_source") == "/ingest/bluesky/sky"
    assert len({get(record.headers, "ce_id") for record in records}) == len(frames)
