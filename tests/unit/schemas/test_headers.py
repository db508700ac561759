"""CloudEvents headers, written and read."""

from __future__ import annotations

from schemas.headers import cloud_event, get


def test_an_event_carries_the_required_attributes_and_what_is_extra() -> None:
    headers = cloud_event(id="é1", source="/s", type="t", time="2026-11-22T12:00:00.000Z", extra=[("network", "x")])
    assert headers == (
        ("ce_specversion", b"1.0"),
        ("ce_id", "é1".encode()),
        ("ce_source", b"/s"),
        ("ce_type", b"t"),
        ("content-type", b"application/json"),
        ("ce_time", b"2026-11-22T12:00:00.000Z"),
        ("network", b"x"),
    )
    assert get(headers, "ce_id") == "é1"


def test_an_absent_header_and_one_that_is_not_text_are_none() -> None:
    assert get((), "ce_id") is None
    assert get((("ce_id", b"\xff"),), "ce_id") is None


def test_the_first_of_two_headers_with_one_name_counts() -> None:
    assert get((("a", b"1"), ("a", b"2")), "a") == "1"
