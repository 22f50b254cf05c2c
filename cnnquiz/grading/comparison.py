"""Two arrays go in, whether they are the same numbers comes out; total, so that nothing odd counts as equal."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from cnnquiz.sandbox.tensors import Array

# How far float32 may stray: so many times as far as the solution itself strays from float64, but never less than an
# honest implementation does (another order of summation, at 1e-6) nor as much as the nearest wrong one (4e-3).
_MARGIN = 100.0
_LEAST, _MOST = 1e-5, 1e-3

# Two random runs of one network have gradients of about one size.
_MOST_TIMES = 10.0

# Average log ratio of standard deviations that chance may bring about: of single outputs, and of sums over a batch.
_SPREAD, _SPREAD_OF_SUMS = 0.05, 0.15

# Gradients sum over many more numbers, and a ReLU at zero may turn either way.
_GRADIENT_MARGIN = 30.0
_SMALL_GRADIENT = 0.01


def tolerance_for(noise: float) -> float:
    """The relative error to accept where the solution's own float32 error is `noise`; NaN is no noise."""
    return min(max(_MARGIN * noise, _LEAST), _MOST) if noise == noise else _MOST


def relative_error(actual: Array, expected: Array) -> float:
    """Largest difference, relative to the largest expected number; NaN where any number is NaN."""
    scale = float(np.abs(expected).max()) if expected.size else 0.0
    with np.errstate(all="ignore"):
        difference = np.abs(actual.astype(np.float64) - expected.astype(np.float64))
    largest = float(difference.max()) if difference.size else 0.0
    return largest / scale if scale else largest


def same_numbers(actual: Array, expected: Array, tolerance: float) -> bool:
    """Equal shape and dtype, and no relative error above `tolerance`."""
    if actual.shape != expected.shape or actual.dtype != expected.dtype:
        return False
    # "not larger than" would let NaN pass.
    return relative_error(actual, expected) <= tolerance


def same_outputs(actual: Sequence[Array], expected: Sequence[Array], tolerance: float) -> bool:
    """Each output like one of the expected ones, in any order, which is free where there are auxiliary outputs."""
    left = list(expected)
    for array in actual:
        partner = next((i for i, each in enumerate(left) if same_numbers(array, each, tolerance)), None)
        if partner is None:
            return False
        del left[partner]
    return not left


def same_gradient(actual: Array, expected: Array, usual: float, tolerance: float) -> bool:
    """Whether two gradients differ by little as a whole, in the Euclidean norm.

    `usual` is the root mean square over all gradients of the network: where the exact gradient is zero, as that of a
    bias in front of a batch normalisation, both are rounding errors, which are small against it.
    """
    if actual.size != expected.size or actual.dtype != expected.dtype:
        return False
    theirs, ours = (array.reshape(-1).astype(np.float64) for array in (actual, expected))
    with np.errstate(all="ignore"):
        error = float(np.linalg.norm(theirs - ours))
    size = float(np.linalg.norm(ours)) + _SMALL_GRADIENT * usual * float(np.sqrt(ours.size))
    return error <= _GRADIENT_MARGIN * tolerance * size


def same_size(actual: Array, expected: Array, usual: float) -> bool:
    """Whether two gradients of random runs are about as large; what is small against `usual` says nothing."""
    with np.errstate(all="ignore"):
        sizes = [float(np.sqrt(np.mean(np.square(array, dtype=np.float64)))) for array in (actual, expected)]
    least = _SMALL_GRADIENT * usual
    return max(sizes) <= _MOST_TIMES * max(min(sizes), least)


def same_distribution(actual: Array, expected: Array, again: Array, *, copies: int = 1) -> bool:
    """Do runs of `actual` look like runs of `expected`? Each row, runs×N×…, is one run of a network with dropout.

    Compares means output by output, the spread over all outputs, and the spread of the sum over the batch, which is
    another where one mask serves all images. With `copies`, the batch lies beside itself so often. `again` are further
    runs of the solution: how far they stray from `expected` is what chance does, and five times that is allowed. A rate
    of 0.4 for 0.5 changes the spread by 0.2.
    """
    for view, usual in ((partial(_outputs, copies=copies), _SPREAD), (_sums, _SPREAD_OF_SUMS)):
        chance_mean, chance_spread = _distances(view(again), view(expected))
        mean, spread = _distances(view(actual), view(expected))
        if mean > max(7.0, 5 * chance_mean) or spread > max(usual, 5 * chance_spread):
            return False
    return True


def _outputs(runs: Array, copies: int) -> Array:
    return runs.reshape(len(runs) * copies, -1)


def _sums(runs: Array) -> Array:
    total: Array = runs.sum(axis=1, dtype=np.float64)
    return total.reshape(len(runs), -1)


def _distances(actual: Array, expected: Array) -> tuple[float, float]:
    """Largest difference of means in standard errors, and the average log ratio of standard deviations."""
    runs = len(expected)
    deviations = [np.maximum(rows.std(axis=0, ddof=1, dtype=np.float64), 1e-12) for rows in (actual, expected)]
    error = np.sqrt((deviations[0] ** 2 + deviations[1] ** 2) / runs)
    means = np.abs(actual.mean(axis=0, dtype=np.float64) - expected.mean(axis=0, dtype=np.float64)) / error
    spread = abs(float(np.mean(np.log(deviations[0]) - np.log(deviations[1]))))
    return float(means.max()), spread
