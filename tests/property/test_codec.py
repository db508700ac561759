"""The codec: any bytes give a value within the limits or whose fault it is; never anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.codec import RecordFault, UpstreamFault, decode, dump_json, encode, parse_payload
from schemas.kinds import LetterReason, Stage
from schemas.letter import DeadLetter
from schemas.limits import PAYLOAD_BYTES, PAYLOAD_DEPTH, PAYLOAD_KEYS
from schemas.mention import Mention
from schemas.tick import Tick
from schemas.topics import TOPICS

trees = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=20,
)
jsonish = st.lists(
    st.sampled_from(
        [b"[", b"]", b"{", b"}", b'"a":', b"1", b",", b'"\\ud800"', b"\xff", b"\xed\xa0\x80", b"null", b"1e999", b" "]
    )
).map(b"".join)


def shape(value: Any) -> tuple[int, int]:
    """(depth, members) by the plainest recursion."""
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    if children is None:
        return 0, 0
    below = [shape(child) for child in children]
    members = len(value) if isinstance(value, dict) else 0
    return 1 + max((depth for depth, _ in below), default=0), members + sum(count for _, count in below)


def reason_of(data: bytes) -> LetterReason | None:
    try:
        parse_payload(data)
    except UpstreamFault as fault:
        assert fault.detail
        assert len(fault.detail) < 300
        return fault.reason
    return None


@settings(deadline=None)
@given(st.binary() | jsonish | trees.map(dump_json))
@example(b"[" * 100_000)
@example(b"[" * 2_000 + b"]" * 2_000)
@example(b'{"a":' * 2_000 + b"1" + b"}" * 2_000)
@example(b"[" * 500 + b"\xff")
@example(b"")
@example(b"\xef\xbb\xbf{}")
def test_any_bytes_are_a_value_within_the_limits_or_an_upstream_fault(data: bytes) -> None:
    try:
        value = parse_payload(data)
    except UpstreamFault:
        return
    depth, members = shape(value)
    assert depth <= PAYLOAD_DEPTH
    assert members <= PAYLOAD_KEYS
    json.loads(data)


@given(trees)
def test_what_networks_say_comes_through_unchanged(tree: Any) -> None:
    assert parse_payload(dump_json(tree)) == tree


@pytest.mark.parametrize("opening, closing", [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
def test_depth_is_limited_exactly(opening: bytes, closing: bytes) -> None:
    each = opening.count(b"[") + opening.count(b"{")
    inner = b"1" if opening.endswith(b":") else b""
    most = PAYLOAD_DEPTH // each
    assert reason_of(opening * most + inner + closing * most) is None
    assert reason_of(opening * (most + 1) + inner + closing * (most + 1)) is LetterReason.TOO_DEEP
    assert reason_of(opening * 5_000 + inner + closing * 5_000) is LetterReason.TOO_DEEP


def test_brackets_and_colons_inside_strings_are_text() -> None:
    assert reason_of(dump_json(["[{:" * 10_000])) is None
    assert reason_of(dump_json({":" * 30_000: "[" * 30_000})) is None


@pytest.mark.parametrize("extra, reason", [(0, None), (1, LetterReason.TOO_MANY_KEYS)])
def test_members_are_limited_exactly_over_the_whole_tree(extra: int, reason: LetterReason | None) -> None:
    half = PAYLOAD_KEYS // 2
    tree = [{str(number): 1 for number in range(half)}, [{str(number): "a:b" for number in range(half + extra)}]]
    assert reason_of(dump_json(tree)) is reason


@pytest.mark.parametrize("extra, reason", [(0, None), (1, LetterReason.TOO_LARGE)])
def test_size_is_limited_exactly(extra: int, reason: LetterReason | None) -> None:
    assert reason_of(b'"' + b"a" * (PAYLOAD_BYTES - 2 + extra) + b'"') is reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", LetterReason.NOT_JSON),
        (b"hello", LetterReason.NOT_JSON),
        (b"{", LetterReason.NOT_JSON),
        (b'{"a":1}{"a":2}', LetterReason.NOT_JSON),
        (b'{"a":NaN}', LetterReason.NOT_JSON),
        (b'"\\ud800"', LetterReason.NOT_JSON),
        (b"\xff", LetterReason.NOT_UTF8),
        (b'"\xed\xa0\x80"', LetterReason.NOT_UTF8),
        (b"[" * 100 + b"\xff", LetterReason.NOT_UTF8),
        ("{}".encode("utf-16"), LetterReason.NOT_UTF8),
    ],
)
def test_the_reason_is_the_one_a_person_would_give(data: bytes, reason: LetterReason) -> None:
    assert reason_of(data) is reason


@settings(deadline=None)
@given(
    st.sampled_from([*(topic.schema for topic in TOPICS.values()), Tick]), st.binary() | jsonish | trees.map(dump_json)
)
@example(Tick, b'{"at":1,"origin":1,"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
@example(Tick, b'{"at":' + b"1" * 5_000 + b',"origin":0}')
@example(Mention, b"\xff")
def test_bytes_that_are_no_record_of_ours_are_a_record_fault(kind: Any, data: bytes) -> None:
    try:
        value = decode(kind, data)
    except RecordFault as fault:
        assert fault.reason is LetterReason.BAD_RECORD
    else:
        assert isinstance(value, kind)


def test_a_record_fault_says_which_field_is_wrong() -> None:
    with pytest.raises(RecordFault, match=r"Tick: .*\$\.at"):
        decode(Tick, b'{"at":"noon","origin":0}')


@given(st.binary())
def test_a_dead_letters_payload_is_byte_identical(payload: bytes) -> None:
    letter = DeadLetter(Stage.ALERT, LetterReason.NOT_JSON, "d", payload, "t", "social.raw", 0, 0)
    assert decode(DeadLetter, encode(letter)).payload == payload
