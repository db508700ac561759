"""Metrics: documented, named by the rules, at zero from the start, and nothing global."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from pipeline.ledger import Counts, ledger_of
from pipeline.runtime.metrics import LEDGER_OUTCOMES, Metrics
from schemas.kinds import Edge, LetterReason, SignalKind, Stage

DOCUMENT = Path(__file__).parents[3] / "docs" / "metrics.md"


def _ours(metrics: Metrics) -> dict[str, str]:
    families = {family.name: family.documentation for family in metrics.registry.collect()}
    return {name: text for name, text in families.items() if name.startswith("escucha_")}


def test_docs_metrics_md_is_what_the_code_says() -> None:
    reference = Metrics().reference()
    if os.environ.get("ESCUCHA_WRITE_DOCS"):
        DOCUMENT.write_text(reference)
    assert DOCUMENT.read_text() == reference, "run ESCUCHA_WRITE_DOCS=1 pytest tests/unit/ops/test_ops_metrics.py"


def test_every_metric_is_documented_and_named_by_the_rules() -> None:
    metrics = Metrics()
    reference = metrics.reference()
    ours = _ours(metrics)
    assert len(ours) > 20
    for name, text in ours.items():
        assert re.search(rf"`{name}(_total)?` \|", reference), name
        assert len(text) > 20
        assert not re.search(r"_(ms|millis|minutes|kb|percent)(_|$)", name)


def test_every_attribute_is_registered_once() -> None:
    metrics = Metrics()
    with pytest.raises(ValueError, match="Duplicated"):
        metrics._counter("errors", "The same name again.")


def test_label_sets_start_at_zero() -> None:
    metrics = Metrics("1.2", ["pr"])
    expected = (
        [("escucha_records_in_total", {"stage": stage}) for stage in Stage]
        + [("escucha_dead_letters_total", {"reason": reason}) for reason in LetterReason]
        + [("escucha_signals_total", {"kind": kind, "edge": edge}) for kind in SignalKind for edge in Edge]
        + [("escucha_ledger_events", {"outcome": outcome}) for outcome in LEDGER_OUTCOMES]
        + [
            ("escucha_errors_total", {"stage": "alert", "reason": "redis"}),
            ("escucha_outbox_pending", {"route": "pr"}),
            ("escucha_outbox_oldest_age_seconds", {"route": "pr"}),
            ("escucha_endpoint_disabled", {"route": "pr"}),
            ("escucha_notifications_total", {"route": "pr", "outcome": "delivered"}),
            ("escucha_notifications_dead_total", {"route": "pr"}),
            ("escucha_append_to_redis_seconds_count", {}),
            ("escucha_frontier_delay_seconds", {}),
            ("escucha_time_clamps_total", {}),
        ]
    )
    values = {
        (name, tuple(labels.items())): metrics.registry.get_sample_value(name, labels) for name, labels in expected
    }
    assert {key: value for key, value in values.items() if value != 0} == {}
    assert metrics.registry.get_sample_value("escucha_build_info", {"version": "1.2"}) == 1


def test_the_ledger_is_shown_as_it_balances() -> None:
    metrics = Metrics()
    understand = Counts(seen=10, unmatched=3, dead_lettered=1, forwarded=6)
    listen = Counts(seen=5, aggregated=3, duplicate=1, late=1)
    metrics.set_ledger(ledger_of(12, understand, listen, 6))
    value = {
        outcome: metrics.registry.get_sample_value("escucha_ledger_events", {"outcome": outcome})
        for outcome in LEDGER_OUTCOMES
    }
    assert value["accepted"] == 12
    assert value["in_flight"] == 3
    assert value["accepted"] == sum(number or 0 for outcome, number in value.items() if outcome != "accepted")


def test_two_processes_worth_of_metrics_do_not_share_anything() -> None:
    one, other = Metrics(), Metrics()
    one.records_in.labels(Stage.LISTEN).inc(5)
    assert other.registry.get_sample_value("escucha_records_in_total", {"stage": "listen"}) == 0


def test_the_exposition_carries_the_process_too() -> None:
    text = Metrics().render().decode()
    assert "# HELP escucha_ledger_events" in text
    assert "process_resident_memory_bytes" in text
