"""What a challenge must hold so that wrong networks show: large inputs always, and levels that averages do not lose."""

import numpy as np
import pytest

from cnnquiz.bank.networks import load_network
from cnnquiz.grading.challenge import draw_challenge, used_tensors

NETWORK = load_network("lenet5")
CLAIMS = used_tensors(NETWORK)


def drawn(*, large: bool, input_shape: tuple[int, ...] = (8, 12, 10)):
    return draw_challenge(CLAIMS, NETWORK, input_shape, others=[(8, 5, 7)], large=large)


@pytest.mark.parametrize("large", [False, True])
def test_one_batch_is_always_large_and_one_is_not(large):
    for _ in range(20):
        scales = sorted(float(np.abs(x).max()) for x in drawn(large=large).inputs)
        assert scales[-1] > 50
        assert scales[0] < 10


@pytest.mark.parametrize("large", [False, True])
def test_one_batch_is_of_a_single_image_and_one_is_not(large):
    sizes = [len(x) for x in drawn(large=large).inputs]

    assert sorted(sizes)[0] == 1
    assert sorted(sizes)[1] > 1
    assert large or {size % 2 for size in sizes[1:]} | {size % 2 for size in sizes} == {0, 1}


def test_averages_over_an_image_are_not_about_zero():
    """They would be a tenth of a pixel, and every network behind a global pooling the same."""
    for x in (*drawn(large=False).inputs, *drawn(large=True).others):
        averages = x.mean(axis=(2, 3))
        assert np.abs(averages).mean() > 0.4 * np.abs(x).mean()


@pytest.mark.parametrize("input_shape", [(6,), (6, 5), (3, 4, 5, 6)])
def test_inputs_of_any_number_of_axes(input_shape):
    for x in drawn(large=False, input_shape=input_shape).inputs:
        assert x.shape[1:] == input_shape
        assert x.dtype == np.float32
        assert np.ptp(x) > 0
