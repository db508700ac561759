"""Both Jetstream wires, as values."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ingest.jetstream import (
    DEFAULT_ENDPOINTS,
    Endpoint,
    Wire,
    address,
    clamped,
    read_frame,
    read_refusal,
    rewound,
)

V2 = Endpoint("wss://a.example/", Wire.V2)


def test_v2_and_v1_have_their_own_path_and_words() -> None:
    two = urlsplit(address(V2, ["app.bsky.feed.post"], 5))
    assert two.path == "/xrpc/network.bsky.jetstream.subscribeEvents" and parse_qs(two.query)["cursor"] == ["5"]
    one = urlsplit(address(Endpoint("wss://a.example", Wire.V1), ["app.bsky.feed.post"], None))
    assert one.path == "/subscribe" and "cursor" not in parse_qs(one.query)
    assert parse_qs(one.query)["wantedCollections"] == ["app.bsky.feed.post"]


def test_v2_is_tried_before_v1() -> None:
    wires = [endpoint.wire for endpoint in DEFAULT_ENDPOINTS]
    assert wires == sorted(wires, key=[Wire.V2, Wire.V1].index) and set(wires) == set(Wire)


def test_a_commit_has_its_seq_and_time() -> None:
    data = b'{"$type":"message","payload":{"$type":"x#commit","seq":9,"time":"2026-09-21T12:00:00.123456Z"}}'
    frame = read_frame(data, Wire.V2)
    assert (frame.kind, frame.position, frame.time_us) == ("event", 9, 1_789_992_000_123_000)


def test_notices_and_errors_are_told_from_events() -> None:
    info = read_frame(
        b'{"$type":"message","payload":{"$type":"n#info","name":"OutdatedCursor","message":"m"}}', Wire.V2
    )
    assert (info.kind, info.name, info.position) == ("info", "OutdatedCursor", None)
    error = read_frame(b'{"$type":"error","error":"ConsumerTooSlow","message":"m"}', Wire.V2)
    assert (error.kind, error.name) == ("error", "ConsumerTooSlow")


@given(st.binary(max_size=200), st.sampled_from(Wire))
def test_no_frame_makes_the_reader_fail_and_what_is_unread_is_still_an_event(data: bytes, wire: Wire) -> None:
    assert read_frame(data, wire).kind in ("event", "info", "error")


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"[1]", b'{"error":5}', b"\xff\xfe"])
def test_a_refusal_that_is_no_envelope_has_no_error_and_no_floor(body: bytes) -> None:
    refusal = read_refusal(body)
    assert refusal.error == "" and refusal.floor is None


def test_the_floor_is_read_from_the_message_of_cursor_too_old_only() -> None:
    assert read_refusal(b'{"error":"CursorTooOld","message":"cursor 5 is below the floor 1234"}').floor == 1234
    assert read_refusal(b'{"error":"CursorTooOld","message":"too old"}').floor is None
    assert read_refusal(b'{"error":"InvalidRequest","message":"limit 100"}').floor is None


def test_a_cursor_of_time_begins_a_little_earlier_and_a_quiet_minute_is_no_gap() -> None:
    assert rewound(10_000_000) == 5_000_000 and rewound(1) == 0
    assert not clamped(0, 60_000_000) and clamped(0, 60_000_001)
