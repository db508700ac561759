"""Recorded streams of server-sent events, as a server writes them and as a capture cuts them."""

import orjson
import pytest

from pipeline.runtime.replay.sse import is_sse, sse_payloads


def told(recorded: bytes, network: str = "mastodon") -> list[object]:
    return [orjson.loads(payload) for payload in sse_payloads(recorded.splitlines(keepends=True), network)]


def test_events_are_told_by_name_and_data_and_heartbeats_are_not_told() -> None:
    recorded = b':)\nevent: update\ndata: {"uri":"a"}\n\n:thump\nevent: delete\ndata: 5\n\n:thump\n'
    assert told(recorded) == [{"event": "update", "payload": '{"uri":"a"}'}, {"event": "delete", "payload": "5"}]


def test_data_of_several_lines_is_one_text_and_line_ends_may_be_those_of_windows() -> None:
    assert told(b'event: update\r\ndata: {"uri":\r\ndata:"a"}\r\nid: 7\r\nretry: 10\r\n\r\n') == [
        {"event": "update", "payload": '{"uri":\n"a"}'}
    ]


def test_an_event_without_data_is_none() -> None:
    assert told(b"event: filters_changed\n\n") == []


def test_an_event_that_the_capture_cuts_off_is_kept_for_whoever_judges_it() -> None:
    assert told(b'event: update\ndata: {"uri') == [{"event": "update", "payload": '{"uri'}]


def test_where_the_name_tells_nothing_the_data_alone_is_the_payload() -> None:
    assert told(b'event: message\ndata: {"data":{}}\n\n', "x") == [{"data": {}}]


def test_data_that_is_no_text_keeps_its_bytes() -> None:
    assert list(sse_payloads([b"event: update\n", b"data: \xff\xfe\n", b"\n"], "mastodon")) == [b"\xff\xfe"]


@pytest.mark.parametrize("line", [b":)", b": thump", b"event: update", b"data:{}", b"id: 1", b"retry: 5"])
def test_a_stream_is_known_by_its_first_line(line: bytes) -> None:
    assert is_sse(line)


@pytest.mark.parametrize("line", [b"{}", b'["data:"]', b"event", b'"id: 1"', b""])
def test_json_is_no_stream(line: bytes) -> None:
    assert not is_sse(line)
