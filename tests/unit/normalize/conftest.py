"""Helpers for the normalisers' unit tests: a payload written as a plain object, normalised at a fixed append time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from pipeline.normalize import Normalized, normalize
from schemas.codec import UpstreamFault, decode, encode
from schemas.instants import from_wire
from schemas.kinds import LetterReason
from schemas.mention import Mention
from schemas.raw import RawEvent

Hear = Callable[[str, Any], Normalized]
Refuse = Callable[[str, Any], UpstreamFault]

NOW = from_wire("2026-11-22T12:00:00.000Z")


def _event(network: str, payload: Any) -> RawEvent:
    data = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    return RawEvent(network=network, source="lab", id="1", payload=data)


@pytest.fixture
def hear() -> Hear:
    """Normalises; what comes out has passed the wire."""

    def run(network: str, payload: Any) -> Normalized:
        heard = normalize(_event(network, payload), NOW)
        if heard.mention is not None:
            assert decode(Mention, encode(heard.mention)) == heard.mention
        return heard

    return run


@pytest.fixture
def mention_of(hear: Hear) -> Callable[[str, Any], Mention]:
    def run(network: str, payload: Any) -> Mention:
        mention = hear(network, payload).mention
        assert mention is not None
        return mention

    return run


@pytest.fixture
def refuse() -> Refuse:
    """The fault that a payload is refused with."""

    def run(network: str, payload: Any) -> UpstreamFault:
        with pytest.raises(UpstreamFault) as caught:
            normalize(_event(network, payload), NOW)
        assert isinstance(caught.value.reason, LetterReason)
        return caught.value

    return run
