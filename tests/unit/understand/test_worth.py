"""Figures before and after are those of everywhere else, and their intervals know what is one observation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.understand.figures import expected_calibration_error, macro_f1, macro_recall
from pipeline.understand.learn import Compared
from pipeline.understand.worth import weigh


def world(seed, count=150, skill_before=1.0, skill_after=1.0, copies=1):
    """Answers of two models that know the truth as far as their skill goes; each text `copies` times."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 3, count)

    def shares(skill):
        odds = draw.normal(size=(count, 3)) + skill * np.eye(3)[truth]
        share = np.exp(odds)
        return np.repeat(share / share.sum(axis=1, keepdims=True), copies, axis=0)

    before, after = shares(skill_before), shares(skill_after)
    return Compared(
        np.repeat(truth, copies),
        np.repeat(np.arange(count), copies),
        before,
        before.max(axis=1) > 0.5,
        after,
        after.max(axis=1) > 0.5,
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_figures_are_those_that_are_measured_elsewhere(seed):
    tested = world(seed)
    changes = weigh(tested).changes
    for shares, which in ((tested.before, "before"), (tested.after, "after")):
        guess = shares.argmax(axis=1)
        assert getattr(changes["macro_f1"], which) == pytest.approx(macro_f1(tested.truth, guess))
        assert getattr(changes["macro_recall"], which) == pytest.approx(macro_recall(tested.truth, guess))
        ece = expected_calibration_error(shares.max(axis=1), guess == tested.truth)
        assert getattr(changes["ece"], which) == pytest.approx(ece)
    decided = tested.decided_after
    assert changes["coverage"].after == pytest.approx(100 * decided.mean())
    right = (tested.after.argmax(axis=1) == tested.truth)[decided].mean()
    assert changes["accuracy_decided"].after == pytest.approx(100 * right)


def test_the_same_answers_are_no_change_and_not_better():
    tested = world(1, skill_before=3)
    worth = weigh(tested._replace(after=tested.before, decided_after=tested.decided_before))
    assert {(one.low, one.high) for one in worth.changes.values()} == {(0.0, 0.0)}
    assert not worth.better


def test_a_text_told_ten_times_is_one_observation():
    once, often = world(2, skill_after=1.6), world(2, skill_after=1.6, copies=10)
    one, ten = (weigh(tested).changes["macro_f1"] for tested in (once, often))
    assert ten.high - ten.low == pytest.approx(one.high - one.low, rel=0.1)
    apart = weigh(often._replace(together=np.arange(len(often.truth)))).changes["macro_f1"]
    assert apart.high - apart.low < (one.high - one.low) / 2


@pytest.mark.parametrize(
    ("before", "after", "better", "says"),
    [
        (0.5, 3.0, True, "macro F1 rises"),
        (3.0, 0.5, False, "would fall"),
        (0.0, 0.0, False, "no relation"),
    ],
)
def test_the_verdict_says_why(before, after, better, says):
    worth = weigh(world(3, 400, before, after))
    assert worth.better is better
    assert says in worth.why
