"""The regression that a brand's labels are learnt by: scipy's answer, and none but that."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from pipeline.understand.ridge import BIAS_STRENGTH, SCALE_STRENGTH, Rows, fit, least
from pipeline.understand.table import softmax


def world(seed, count=60, width=7):
    draw = np.random.default_rng(seed)
    dense = draw.random((count, width)) * (draw.random((count, width)) < 0.4)
    of, columns = np.nonzero(dense)
    rows = Rows(of, columns, dense[of, columns], count, width)
    return draw.normal(size=(count, 2)), dense, rows, draw.integers(0, 3, count), draw.random(count) + 0.5


def loss(point, base, dense, classes, emphasis, strength):
    weights = point[3:].reshape(-1, 2)
    shares = softmax(point[0] * base + point[1:3] + dense @ weights)
    told = -(emphasis * np.log(shares[np.arange(len(classes)), classes])).sum()
    return (
        told
        + strength / 2 * (weights**2).sum()
        + BIAS_STRENGTH / 2 * (point[1:3] ** 2).sum()
        + SCALE_STRENGTH / 2 * (point[0] - 1) ** 2
    )


@pytest.mark.parametrize("strength", [0.5, 5.0, 40.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_it_finds_what_scipy_finds(seed, strength):
    base, dense, rows, classes, emphasis = world(seed)
    found = fit(base, rows, classes, emphasis, strength)
    ours = np.concatenate([[found.scale], found.biases, found.weights.ravel()])
    theirs = minimize(loss, np.zeros(len(ours)), args=(base, dense, classes, emphasis, strength), method="BFGS")
    assert loss(ours, base, dense, classes, emphasis, strength) <= theirs.fun + 1e-4
    assert ours == pytest.approx(theirs.x, abs=0.02)


def test_a_warm_start_changes_the_way_and_not_the_answer():
    base, _, rows, classes, emphasis = world(3)
    cold = fit(base, rows, classes, emphasis, 5.0)
    warm = fit(base, rows, classes, emphasis, 5.0, fit(base, rows, classes, emphasis, 40.0))
    assert warm.weights == pytest.approx(cold.weights, abs=0.01)


def test_without_columns_only_scale_and_biases_are_learnt():
    base, _, _, classes, emphasis = world(4)
    nothing = np.zeros(0, np.int64)
    found = fit(base, Rows(nothing, nothing, np.zeros(0), len(classes), 0), classes, emphasis, 1.0)
    assert found.weights.shape == (0, 2)
    assert np.isfinite([found.scale, *found.biases]).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.integers(1, 9))
def test_sparse_products_are_the_dense_ones(seed, count, width):
    _, dense, rows, _, _ = world(seed, count, width)
    draw = np.random.default_rng(seed)
    weights, gaps = draw.normal(size=(width, 2)), draw.normal(size=(count, 2))
    assert rows.times(weights) == pytest.approx(dense @ weights)
    assert rows.turned(gaps) == pytest.approx(dense.T @ gaps)
    some = np.flatnonzero(draw.random(count) < 0.5)
    assert rows.only(some).times(weights) == pytest.approx(dense[some] @ weights)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_a_bowl_has_one_bottom_wherever_one_starts(seed, size):
    draw = np.random.default_rng(seed)
    root = draw.normal(size=(size, size))
    bowl, aim = root @ root.T + 0.1 * np.eye(size), draw.normal(size=size)

    def slope(point):
        return float((point - aim) @ bowl @ (point - aim)) / 2, bowl @ (point - aim)

    assert least(slope, draw.normal(size=size) * 10, 1e-9) == pytest.approx(aim, abs=1e-3)
