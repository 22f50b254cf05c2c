"""When two arrays are the same numbers: tolerances, gradients, distributions; nothing odd counts as equal."""

import numpy as np
import pytest

from cnnquiz.grading.comparison import (
    same_distribution,
    same_gradient,
    same_numbers,
    same_outputs,
    same_size,
    tolerance_for,
)

RANDOM = np.random.default_rng(5)
X = RANDOM.standard_normal((4, 10)).astype(np.float32)


@pytest.mark.parametrize(
    ("noise", "tolerance"),
    [(0.0, 1e-5), (2e-7, 2e-5), (1e-6, 1e-4), (1e-3, 1e-3), (float("nan"), 1e-3)],
)
def test_the_tolerance_is_a_hundred_times_the_noise_within_bounds(noise, tolerance):
    assert tolerance_for(noise) == pytest.approx(tolerance)


@pytest.mark.parametrize(
    ("actual", "same"),
    [
        pytest.param(X, True, id="itself"),
        pytest.param(X + np.float32(1e-6), True, id="float32 noise"),
        pytest.param(X + np.float32(1e-2), False, id="another number"),
        pytest.param(np.where(X[0, 0] == X, np.nan, X), False, id="NaN in one place"),
        pytest.param(X.astype(np.float64), False, id="another dtype"),
        pytest.param(X.reshape(-1), False, id="another shape"),
    ],
)
def test_numbers_are_the_same_within_the_tolerance(actual, same):
    assert same_numbers(actual, X, 1e-4) is same


def test_auxiliary_outputs_may_come_in_any_order_and_none_may_be_missing():
    main, first, second = X, X + 1, X + 2

    assert same_outputs([main, second, first], [main, first, second], 1e-4)
    assert not same_outputs([main, first, first], [main, first, second], 1e-4)
    assert not same_outputs([main], [main, first], 1e-4)


def test_a_gradient_that_ought_to_be_zero_may_be_rounding_errors():
    rounding = RANDOM.standard_normal(64).astype(np.float32) * np.float32(1e-7)

    assert same_gradient(rounding, np.zeros(64, np.float32), usual=1.0, tolerance=1e-4)
    assert not same_gradient(np.full(64, 0.5, np.float32), np.zeros(64, np.float32), usual=1.0, tolerance=1e-4)
    assert not same_gradient(np.full(64, np.nan, np.float32), np.zeros(64, np.float32), usual=1.0, tolerance=1e-4)
    assert not same_gradient(X[:2], X, usual=1.0, tolerance=1e-4)


def test_gradients_of_random_runs_are_of_one_size_or_too_small_to_tell():
    assert same_size(2 * X, X, usual=1.0)
    assert not same_size(100 * X, X, usual=1.0)
    assert not same_size(0 * X, X, usual=1.0)
    assert same_size(0 * X, 1e-4 * X, usual=1.0)


def runs(seed: int, *, rate: float = 0.5, shared: bool = False, count: int = 400) -> np.ndarray:
    """Dropout before a linear layer, for a batch of four; `shared` drops the same numbers in each image."""
    random = np.random.default_rng(seed)
    weight = np.random.default_rng(1).standard_normal((32, 10))
    features = np.random.default_rng(2).random((4, 32))
    kept = random.random((count, 1 if shared else 4, 32)) >= rate
    return ((features * kept / (1 - rate)) @ weight).astype(np.float32)


@pytest.mark.parametrize(
    ("actual", "same"),
    [
        pytest.param(runs(13), True, id="the same"),
        pytest.param(runs(13, rate=0.3), False, id="another rate"),
        pytest.param(runs(13, shared=True), False, id="one mask for the whole batch"),
        pytest.param(runs(13) + np.float32(3), False, id="another mean"),
        pytest.param(0 * runs(13), False, id="nothing random"),
    ],
)
def test_runs_with_dropout_have_the_same_distribution(actual, same):
    assert same_distribution(actual, runs(11), runs(12)) is same
