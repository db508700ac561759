"""Instants: one wire form out, every RFC 3339 form in, and nothing that is not one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.instants import EARLIEST, LATEST, from_wire, to_wire
from schemas.mention import Instant

instants = st.integers(EARLIEST, LATEST)


@given(instants)
@example(EARLIEST)
@example(LATEST)
def test_an_instant_comes_back_from_the_wire(millis: int) -> None:
    text = to_wire(millis)
    assert from_wire(text) == millis
    assert msgspec.convert(text, Instant) == text


@given(instants, instants)
def test_the_wire_form_sorts_as_time_does(one: int, other: int) -> None:
    assert (to_wire(one) < to_wire(other)) == (one < other)


@given(
    st.datetimes(datetime(1970, 1, 3), datetime(2099, 12, 29)),
    st.integers(-14 * 60, 14 * 60),
)
def test_any_zone_is_read_to_the_nearest_millisecond(naive: datetime, offset: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=offset)))
    exact = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert abs(from_wire(moment.isoformat()) * 1000 - exact) <= 500


@given(st.text() | st.text("0123456789-:.TZ+ _", min_size=8, max_size=30))
@example("2026-11-22T1_:00:00.000Z")
@example("2026-11-22T12:00:0+.000Z")
@example("2026-11-22T12:00:00.12²Z")
def test_a_text_is_an_instant_or_a_value_error(text: str) -> None:
    try:
        millis = from_wire(text)
    except ValueError:
        return
    assert EARLIEST <= millis <= LATEST


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30T00:00:00.000Z",
        "2026-13-01T00:00:00.000Z",
        "2026-11-22T24:00:01.000Z",
        "2026-11-22T29:00:00.000Z",
        "2026-11-22T12:60:00.000Z",
        "2026-11-22T12:00:61.000Z",
        "2026-11-22T12:00:99.999Z",
        "2026-11-22T1_:00:00.000Z",
        "2026-11-22T12:00:00.1_0Z",
        "2026-11-22T+1:00:00.000Z",
        "2026-11-22T12:00:00. 10Z",
        "1969-12-31T23:59:59.999Z",
        "2100-01-01T00:00:00.001Z",
        "0000-01-01T00:00:00.000Z",
        "٢٠٢٦-11-22T12:00:00.000Z",
        "",
        "now",
    ],
)
def test_what_only_looks_like_an_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_wire(text)


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00.000Z"),
        ("2026-11-22T12:00:00", "2026-11-22T12:00:00.000Z"),
        ("2026-11-22T13:30:00.5+01:30", "2026-11-22T12:00:00.500Z"),
        ("2026-11-22T12:00:00.123456789Z", "2026-11-22T12:00:00.123Z"),
        ("2026-11-22T12:00:00.9996Z", "2026-11-22T12:00:01.000Z"),
        ("2026-11-22 12:00:00.000Z", "2026-11-22T12:00:00.000Z"),
    ],
)
def test_the_forms_networks_use_are_read(text: str, wire: str) -> None:
    assert to_wire(from_wire(text)) == wire


@pytest.mark.parametrize("millis", [EARLIEST - 1, LATEST + 1])
def test_an_unbelievable_clock_is_not_written(millis: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        to_wire(millis)


@pytest.mark.parametrize("text", ["2026-11-22T12:00:00.000Z\n", "٢٠٢٦-11-22T12:00:00.000Z", "2026-11-22T12:00:00Z"])
def test_the_wire_type_takes_the_wire_form_alone(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Instant)
