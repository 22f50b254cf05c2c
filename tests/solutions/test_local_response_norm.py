"""Local response normalisation against the formula of section 3.3 and against torch's."""

import pytest
import torch
from torch import nn

from solutions import alexnet
from solutions.local_response_norm import LocalResponseNorm


def test_a_value_is_divided_as_in_the_formula():
    # One pixel of three channels, n = 3, k = 1, α = 1/2, β = 1: by hand.
    x = torch.tensor([1.0, 2.0, 3.0]).reshape(1, 3, 1, 1)
    expected = [1 / (1 + (1 + 4) / 2), 2 / (1 + (1 + 4 + 9) / 2), 3 / (1 + (4 + 9) / 2)]

    assert LocalResponseNorm(n=3, k=1.0, alpha=0.5, beta=1.0)(x).flatten().tolist() == pytest.approx(expected)


@pytest.mark.parametrize("n", [1, 3, 5, 7])
def test_torchs_has_an_alpha_n_times_as_large(n):
    x = 50 * torch.randn(2, 6, 4, 3)
    ours = LocalResponseNorm(n=n, k=1.5, alpha=1e-3, beta=0.6)
    theirs = nn.LocalResponseNorm(size=n, k=1.5, alpha=n * 1e-3, beta=0.6)

    torch.testing.assert_close(ours(x), theirs(x))


def test_the_defaults_are_alexnets():
    x = 50 * torch.randn(1, 96, 2, 2)
    torch.testing.assert_close(LocalResponseNorm()(x), alexnet.local_response_norm()(x))


def test_a_window_may_be_wider_than_there_are_channels():
    x = torch.tensor([3.0, 4.0]).reshape(1, 2, 1, 1)
    y = LocalResponseNorm(n=9, k=0.0, alpha=1.0, beta=0.5)(x)

    assert y.flatten().tolist() == pytest.approx([3 / 5, 4 / 5])


@pytest.mark.parametrize("n", [0, 2, 4, -1])
def test_a_window_without_a_middle_is_refused(n):
    with pytest.raises(ValueError, match=f"n={n} .*odd"):
        LocalResponseNorm(n=n)


def test_there_is_nothing_to_learn():
    assert list(LocalResponseNorm().parameters()) == []
