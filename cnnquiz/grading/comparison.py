"""Two arrays go in, whether they are the same numbers comes out; total, so that nothing odd counts as equal."""

import numpy as np

from cnnquiz.sandbox.tensors import Array

# Relative to the largest number of the expected output. Honest float32 implementations stay below 1e-6, the nearest
# wrong ones (bfloat16 arithmetic, a leaky ReLU) are above 4e-3.
TOLERANCE = 1e-4


def relative_error(actual: Array, expected: Array) -> float:
    """Largest difference, relative to the largest expected number; NaN where any number is NaN."""
    scale = float(np.abs(expected).max()) if expected.size else 0.0
    with np.errstate(all="ignore"):
        difference = np.abs(actual.astype(np.float64) - expected.astype(np.float64))
    largest = float(difference.max()) if difference.size else 0.0
    return largest / scale if scale else largest


def same_numbers(actual: Array, expected: Array) -> bool:
    """Equal shape and dtype, and equal numbers within float32 noise."""
    if actual.shape != expected.shape or actual.dtype != expected.dtype:
        return False
    # "not larger than" would let NaN pass.
    return relative_error(actual, expected) <= TOLERANCE


def same_distribution(actual: Array, expected: Array, again: Array) -> bool:
    """Do rows of `actual` look like rows of `expected`? Each row is one run of a network with dropout.

    Compares means output by output, and the spread over all outputs. `again` are further runs of the solution: how
    far they stray from `expected` is what chance does, and five times that is allowed. A rate of 0.4 for 0.5 changes
    the spread by 0.2.
    """
    chance_mean, chance_spread = _distances(again, expected)
    mean, spread = _distances(actual, expected)
    return mean <= max(7.0, 5 * chance_mean) and spread <= max(0.05, 5 * chance_spread)


def _distances(actual: Array, expected: Array) -> tuple[float, float]:
    """Largest difference of means in standard errors, and the average log ratio of standard deviations."""
    runs = len(expected)
    deviations = [np.maximum(rows.std(axis=0, ddof=1, dtype=np.float64), 1e-12) for rows in (actual, expected)]
    error = np.sqrt((deviations[0] ** 2 + deviations[1] ** 2) / runs)
    means = np.abs(actual.mean(axis=0, dtype=np.float64) - expected.mean(axis=0, dtype=np.float64)) / error
    spread = abs(float(np.mean(np.log(deviations[0]) - np.log(deviations[1]))))
    return float(means.max()), spread
