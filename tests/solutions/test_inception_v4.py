"""Inception v4 against the sizes of its paper's figures and published counts."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from solutions.inception_v4 import (
    INPUT_SHAPES,
    Concatenate,
    average_then_1x1,
    inception_a,
    inception_b,
    inception_c,
    inception_v4,
    reduction_a,
    reduction_b,
    stem,
)


def weights_of(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters() if p.ndim == 4)


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        pytest.param(stem, (3, 299, 299), (384, 35, 35), id="figure 3: the stem"),
        pytest.param(inception_a, (384, 35, 35), (384, 35, 35), id="figure 4: A"),
        pytest.param(reduction_a, (384, 35, 35), (1024, 17, 17), id="figure 7: A to B"),
        pytest.param(inception_b, (1024, 17, 17), (1024, 17, 17), id="figure 5: B"),
        pytest.param(reduction_b, (1024, 17, 17), (1536, 8, 8), id="figure 8: B to C"),
        pytest.param(inception_c, (1536, 8, 8), (1536, 8, 8), id="figure 6: C"),
    ],
)
def test_sizes_of_the_figures(part, before, after):
    with torch.device("meta"):
        assert part()(torch.empty(1, *before)).shape == (1, *after)


@pytest.mark.parametrize(
    ("part", "weights"),
    [
        pytest.param(
            inception_a,
            384 * (96 + 96 + 64 + 64) + 9 * (64 * 96 + 64 * 96 + 96 * 96),
            id="A: 1×1 and 3×3",
        ),
        pytest.param(
            reduction_a,
            9 * 384 * 384 + 384 * 192 + 9 * (192 * 224 + 224 * 256),
            id="reduction A: k, l, m, n = 192, 224, 256, 384",
        ),
        pytest.param(
            inception_b,
            1024 * (128 + 384 + 192 + 192)
            + 7 * (192 * 224 + 224 * 256)
            + 7 * (192 * 192 + 192 * 224 + 224 * 224 + 224 * 256),
            id="B: 1×1, 1×7 and 7×1",
        ),
        pytest.param(
            reduction_b,
            1024 * (192 + 256) + 9 * 192 * 192 + 7 * (256 * 256 + 256 * 320) + 9 * 320 * 320,
            id="reduction B",
        ),
        pytest.param(
            inception_c,
            1536 * (256 + 256 + 384 + 384) + 3 * (2 * 384 * 256) + 3 * (384 * 448 + 448 * 512 + 2 * 512 * 256),
            id="C: 1×1, 1×3 and 3×1",
        ),
    ],
)
def test_weights_of_the_figures(part, weights):
    with torch.device("meta"):
        assert weights_of(part()) == weights


def test_the_whole_has_4_7_and_3_modules_and_the_published_counts():
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        network = inception_v4().eval()
        assert network(torch.empty(2, *INPUT_SHAPES["inception_v4"])).shape == (2, 1000)
        parts = [weights_of(part()) for part in (inception_a, inception_b, inception_c)]
    found = [weights_of(part) for part in network.features]
    assert [found.count(weights) for weights in parts] == [4, 7, 3]
    # timm documents 42.68 M parameters and 12.28 G multiply-adds, batch normalisation included.
    assert sum(p.numel() for p in network.parameters()) == 42_679_816
    assert counter.get_total_flops() / 2 / 2 / 1e9 == pytest.approx(12.28, rel=5e-3)


@pytest.mark.parametrize(
    ("part", "channels", "reach"),
    [
        pytest.param(inception_a, 384, 2, id="A: two 3×3 see 5×5"),
        pytest.param(inception_b, 1024, 6, id="B: two 1×7 and two 7×1 see 13×13"),
        pytest.param(inception_c, 1536, 2, id="C: 1×3, 3×1 and a fork see 5×5, but for its corners"),
    ],
)
def test_modules_see_as_far_on_every_side(part, channels, reach):
    module = part().eval()
    # Positive weights and inputs: no ReLU is ever flat, and no two paths cancel.
    for parameter in module.parameters():
        parameter.data.abs_()
    x = torch.rand(1, channels, 15, 15, requires_grad=True)
    module(x)[0, :, 7, 7].sum().backward()
    seen = x.grad[0].abs().amax(0).nonzero()
    assert seen.amin(0).tolist() == [7 - reach, 7 - reach]
    assert seen.amax(0).tolist() == [7 + reach, 7 + reach]


def test_concatenate_gives_every_branch_the_same_input():
    x = torch.randn(1, 2, 3, 3)
    both = Concatenate(nn.Identity(), nn.ReLU())(x)
    torch.testing.assert_close(both, torch.cat([x, x.clamp(min=0)], dim=1))


def test_pooling_branch_does_not_average_the_padding_in():
    branch = average_then_1x1(1, 1).eval()
    nn.init.ones_(branch[1].conv.weight)
    out = branch(torch.ones(1, 1, 4, 4))
    torch.testing.assert_close(out, torch.full_like(out, (1 + 0.001) ** -0.5))
