"""Figures by hand: recall, F1, calibration and coverage of labellings small enough to count."""

import numpy as np
import pytest

from pipeline.understand import figures

TRUTH, GUESS = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 1])


def test_recall_precision_and_f1_of_one_label():
    assert figures.recall(TRUTH, GUESS, 0) == pytest.approx(200 / 3)
    assert figures.precision(TRUTH, GUESS, 1) == pytest.approx(100 / 3)
    assert figures.f1(TRUTH, GUESS, 1) == pytest.approx(40)
    assert figures.f1(TRUTH, GUESS, 2) == 0


def test_macro_figures_weigh_labels_alike():
    assert figures.macro_recall(TRUTH, GUESS) == pytest.approx((200 / 3 + 50 + 0) / 3)
    assert figures.macro_f1(TRUTH, GUESS) == pytest.approx((200 / 3 + 40 + 0) / 3)


def test_perfect_confidence_has_no_error_and_boasting_has():
    right = np.array([True, True, True, False])
    assert figures.expected_calibration_error(np.full(4, 0.75), right) == pytest.approx(0)
    assert figures.expected_calibration_error(np.full(4, 0.95), right) == pytest.approx(20)
    assert figures.expected_calibration_error(np.ones(4), right) == pytest.approx(25)


def test_the_surest_come_first():
    sure, right = np.array([0.9, 0.5, 0.7, 0.6]), np.array([True, False, True, False])
    assert figures.coverage_curve(sure, right, 4) == [(25, 100), (50, 100), (75, pytest.approx(200 / 3)), (100, 50)]
