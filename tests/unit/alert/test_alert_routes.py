"""Which endpoints a signal goes to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from agents.alert.publish import routes_for
from schemas.config import Route
from schemas.kinds import SignalKind
from schemas.signal import Signal


def _route(id: str, **filters: Any) -> Route:
    return Route(id, "webhook", "https://example.org/", "SECRET", **filters)


ROUTES = [
    _route("all"),
    _route("iberluz", brands=["iberluz", "other"]),
    _route("crises", signals=[SignalKind.CRISIS, SignalKind.COORDINATED]),
    _route("both", brands=["iberluz"], signals=[SignalKind.CRISIS]),
]


@pytest.mark.parametrize(
    ("brand", "kind", "observe", "expected"),
    [
        ("iberluz", SignalKind.CRISIS, False, ["all", "iberluz", "crises", "both"]),
        ("iberluz", SignalKind.OPPORTUNITY, False, ["all", "iberluz"]),
        ("luznorte", SignalKind.CRISIS, False, ["all", "crises"]),
        ("luznorte", SignalKind.ATTENTION, False, ["all"]),
        ("iberluz", SignalKind.CRISIS, True, []),
    ],
)
def test_a_signal_goes_where_brands_and_kinds_both_match(
    brand: str, kind: SignalKind, observe: bool, expected: list[str]
) -> None:
    signal = cast("Signal", SimpleNamespace(brand=brand, kind=kind, observe=observe))
    assert routes_for(signal, ROUTES) == expected
