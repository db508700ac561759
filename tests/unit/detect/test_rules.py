"""Rules: which burst is called what."""

from __future__ import annotations

import msgspec
import pytest

from pipeline.detect.rules import RULES, Verdict, judge, severity_of
from pipeline.detect.view import View
from schemas.kinds import SignalKind
from schemas.signal import Reading

BY_ID = {rule.id: rule for rule in RULES}


def view(opinions=50, negatives=20, positives=5, history=(1000, 100), authors=20):
    channels = ("total", "negative", "positive", "weighted_negative", "questions")
    return View(
        0, "b", 0, {}, opinions, negatives, positives, *history, dict.fromkeys(channels, authors), {}, {}, False
    )


def reading(rule, score=6.0, warm=True):
    return Reading(rule.channel, 1, score, [], [], warm)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.warm], ids=lambda rule: rule.id)
def test_below_the_threshold_there_is_no_burst(rule):
    assert judge(rule, view(), reading(rule, 4.9999), 5) is Verdict.QUIET


@pytest.mark.parametrize(
    ("negatives", "authors", "verdict"),
    [(5, 3, Verdict.HOLDS), (4, 3, Verdict.UNSUPPORTED), (5, 2, Verdict.UNSUPPORTED)],
)
def test_a_crisis_needs_five_complaints_by_three_people(negatives, authors, verdict):
    rule = BY_ID["crisis-negative"]
    assert judge(rule, view(10, negatives, 0, authors=authors), reading(rule), 5) is verdict


@pytest.mark.parametrize(
    ("negatives", "history", "verdict"),
    [
        (20, (1000, 100), Verdict.HOLDS),
        (19, (1000, 100), Verdict.UNSUPPORTED),
        (95, (1000, 900), Verdict.HOLDS),
        (94, (1000, 900), Verdict.UNSUPPORTED),
        (50, (19, 0), Verdict.HOLDS),
        (49, (19, 0), Verdict.UNSUPPORTED),
    ],
    ids=[
        "ten points up",
        "less",
        "much-hated: half of what is left",
        "less of it",
        "unknown usual: half",
        "less than half",
    ],
)
def test_a_crisis_needs_a_lift_of_the_negative_share(negatives, history, verdict):
    rule = BY_ID["crisis-negative"]
    assert judge(rule, view(100, negatives, 0, history), reading(rule), 5) is verdict


def test_praise_with_more_criticism_than_usual_is_no_opportunity():
    rule = BY_ID["opportunity-positive"]
    assert judge(rule, view(100, 15, 60), reading(rule), 5) is Verdict.HOLDS
    assert judge(rule, view(100, 16, 60), reading(rule), 5) is Verdict.UNSUPPORTED


def test_counts_decide_only_while_the_baseline_is_cold():
    cold, warm = BY_ID["crisis-cold"], BY_ID["crisis-negative"]
    seen = view(25, 15, 0, (0, 0), authors=8)
    assert judge(cold, seen, reading(cold, 0.0, warm=False), 5) is Verdict.HOLDS
    assert judge(warm, seen, reading(warm, 50.0, warm=False), 5) is Verdict.QUIET
    assert judge(cold, seen, reading(cold, 50.0, warm=True), 5) is Verdict.QUIET


@pytest.mark.parametrize(("opinions", "negatives", "authors"), [(25, 14, 8), (26, 15, 8), (25, 15, 7)])
def test_the_cold_rule_has_higher_floors(opinions, negatives, authors):
    rule = BY_ID["crisis-cold"]
    assert judge(rule, view(opinions, negatives, 0, (0, 0), authors), reading(rule, 9.0, warm=False), 5) < Verdict.HOLDS


def test_no_opinions_have_no_share_and_hold_nothing():
    for rule in RULES:
        assert judge(rule, view(0, 0, 0), reading(rule, warm=rule.warm), 5) is not Verdict.HOLDS


def test_rules_are_data_with_ids_and_versions_of_their_own():
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert msgspec.json.decode(msgspec.json.encode(RULES), type=tuple[type(RULES[0]), ...]) == RULES
    assert not any("follower" in field for field in type(RULES[0]).__struct_fields__)


@pytest.mark.parametrize(
    ("kind", "score", "authors", "severity"),
    [
        (SignalKind.CRISIS, 5, 5, "warning"),
        (SignalKind.CRISIS, 10, 10, "critical"),
        (SignalKind.CRISIS, 10, 9, "warning"),
        (SignalKind.CRISIS, 5, 50, "critical"),
        (SignalKind.OPPORTUNITY, 5, 5, "info"),
        (SignalKind.ATTENTION, 12, 40, "warning"),
    ],
)
def test_severity_grows_with_score_and_people(kind, score, authors, severity):
    assert severity_of(kind, score, 5, authors) == severity
