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


def drawn(texts, honest, seed):
    """Confidences between a third and one, and whether each text was right: as often as said, or a tenth less."""
    draw = np.random.default_rng(seed)
    sure = draw.uniform(0.4, 1.0, texts)
    return sure, draw.uniform(size=texts) < sure - (0 if honest else 0.1)


def test_few_texts_make_honest_confidence_look_wrong_and_the_noise_says_by_how_much():
    shown = [figures.expected_calibration_error(*drawn(320, True, seed)) for seed in range(200)]
    expected = [figures.calibration_noise(drawn(320, True, seed)[0]) for seed in range(200)]
    assert np.mean(shown) > 4
    assert np.mean(expected) == pytest.approx(np.mean(shown), rel=0.05)


def test_the_debiased_error_is_small_where_confidence_is_honest_and_finds_what_is_wrong():
    honest = [figures.debiased_calibration_error(*drawn(320, True, seed)) for seed in range(200)]
    boasting = [figures.debiased_calibration_error(*drawn(320, False, seed)) for seed in range(200)]
    assert np.median(honest) < 2.5
    assert np.mean(boasting) == pytest.approx(10, abs=1)


def test_one_text_in_a_bin_says_nothing_of_calibration():
    assert figures.debiased_calibration_error(np.array([0.9]), np.array([True])) == 0
