"""Whoever runs influence sees how many authors are remembered, and how many had to go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.vitals import Vitals
from pipeline.influence import Influence
from pipeline.runtime.health import Progress
from pipeline.runtime.metrics import Metrics


def test_authors_remembered_and_forgotten_are_metrics(tell_to: Callable[[Influence], Any]) -> None:
    stage = Influence(0, 1, 1, capacity=2)
    teller, metrics = tell_to(stage), Metrics()
    vitals = Vitals(metrics, Progress())

    def shown() -> tuple[float | None, float | None]:
        vitals.show_influence([stage])
        names = ("escucha_influence_authors", "escucha_influence_forgotten_total")
        known, forgotten = (metrics.registry.get_sample_value(name) for name in names)
        return known, forgotten

    assert shown() == (0, 0)
    for target in "abc":
        teller.like("u", target=target)
    teller.tick(teller.now + 1)
    assert shown() == (2, 1)
    assert shown() == (2, 1)
