"""Stochastic depth: how often branches are there in training, and what they count in evaluation."""

import pytest
import torch
from torch import nn

from solutions.stochastic_depth import (
    INPUT_SHAPES,
    PooledShortcut,
    StochasticDepthBlock,
    StochasticDepthResNet,
    linear_decay,
    stochastic_depth_resnet110,
)


@pytest.fixture(scope="module")
def network() -> nn.Module:
    with torch.device("meta"):
        return stochastic_depth_resnet110()


def blocks_of(network: nn.Module) -> list[StochasticDepthBlock]:
    return [module for module in network.modules() if isinstance(module, StochasticDepthBlock)]


def test_parameters_are_those_of_resnet_110(network):
    # He et al. 2016, table 6: 1.7M
    channels = [16] * 37 + [32] * 36 + [64] * 36
    inputs = [3, *channels[:-1]]
    resnet110 = sum(9 * i * o + 2 * o for i, o in zip(inputs, channels, strict=True)) + 64 * 10 + 10
    assert sum(parameter.numel() for parameter in network.parameters()) == resnet110 == 1_727_962


@pytest.mark.parametrize("training", [True, False])
def test_output_shape(network, training):
    shape = INPUT_SHAPES["stochastic_depth_resnet110"]
    assert network.train(training)(torch.empty(2, *shape, device="meta")).shape == (2, 10)


def test_expected_depth_is_40_of_54_blocks(network):
    """Section 3: E = (3L − 1)/4, "approximately 3L/4", "approximately 40" of L = 54."""
    survival = [block.survival_probability for block in blocks_of(network)]
    assert len(survival) == 54
    assert sum(survival) == pytest.approx((3 * 54 - 1) / 4) == pytest.approx(40.25)
    assert survival[-1] == 0.5
    assert survival[0] == pytest.approx(1 - 0.5 / 54)


def test_survival_falls_linearly():
    assert linear_decay(4, last=0.6) == pytest.approx([0.9, 0.8, 0.7, 0.6])
    assert linear_decay(3, last=1.0) == [1.0, 1.0, 1.0]


def test_depth_in_training_has_the_expected_mean():
    """Draw 54 blocks 30 times: one depth has a standard deviation of 3, the mean of 30 has 0.55."""
    torch.manual_seed(0)
    blocks = [StochasticDepthBlock(1, 1, survival_probability=p) for p in linear_decay(54, last=0.5)]
    x = torch.ones(2, 1, 2, 2)
    depths = []
    for _ in range(30):
        before = [int(block.bn1.num_batches_tracked) for block in blocks]
        for block in blocks:
            block(x)
        depths.append(sum(int(b.bn1.num_batches_tracked) for b in blocks) - sum(before))
    assert sum(depths) / len(depths) == pytest.approx(40.25, abs=2.2)
    assert min(depths) < max(depths)


def test_training_keeps_or_drops_the_whole_branch_unscaled_for_the_whole_batch():
    torch.manual_seed(0)
    block = StochasticDepthBlock(3, 3, survival_probability=0.7)
    x = torch.randn(4, 3, 6, 6)
    with torch.no_grad():
        with_branch, without = torch.relu(block.residual(x) + x), torch.relu(x)
        outputs = [block(x) for _ in range(500)]
    kept = sum(torch.equal(output, with_branch) for output in outputs)
    dropped = sum(torch.equal(output, without) for output in outputs)
    assert kept + dropped == 500
    assert kept / 500 == pytest.approx(0.7, abs=0.08)  # four standard deviations


def test_evaluation_scales_the_branch_by_its_survival_probability():
    torch.manual_seed(0)
    block = StochasticDepthBlock(3, 3, survival_probability=0.7).eval()
    x = torch.randn(4, 3, 6, 6)
    with torch.no_grad():
        torch.testing.assert_close(block(x), torch.relu(0.7 * block.residual(x) + x))
        assert torch.equal(block(x), block(x))


def test_evaluation_is_the_expectation_of_training_before_relu():
    """E[b·f(x) + x] = p·f(x) + x, seen where the sum is positive, so that ReLU does nothing."""
    torch.manual_seed(0)
    block = StochasticDepthBlock(3, 3, survival_probability=0.6).eval()
    x = torch.randn(2, 3, 6, 6) + 20
    with torch.no_grad():
        evaluated = block(x)
        # Only the drawing of b is wanted from training, not the batch's own statistics.
        block.training = True
        mean = torch.stack([block(x) for _ in range(2000)]).mean(dim=0)
        spread = float(block.residual(x).abs().max()) * (0.6 * 0.4 / 2000) ** 0.5
    torch.testing.assert_close(mean, evaluated, atol=4 * spread, rtol=0)


def test_a_dropped_branch_gets_no_gradient():
    torch.manual_seed(0)
    block = StochasticDepthBlock(3, 3, survival_probability=1e-9)
    block(torch.randn(2, 3, 4, 4, requires_grad=True)).sum().backward()
    assert block.conv1.weight.grad is None


def test_a_block_that_always_survives_is_an_ordinary_residual_block():
    torch.manual_seed(0)
    block = StochasticDepthBlock(3, 3, survival_probability=1.0)
    x = torch.randn(2, 3, 4, 4)
    torch.testing.assert_close(block(x), torch.relu(block.residual(x) + x))


def test_the_shortcut_averages_and_adds_zero_channels():
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    expected = torch.tensor([[[[2.5, 4.5], [10.5, 12.5]], [[0.0, 0.0], [0.0, 0.0]]]])
    torch.testing.assert_close(PooledShortcut(1, 2, stride=2)(x), expected)


@pytest.mark.parametrize("probability", [0.0, -0.1, 1.5])
def test_an_impossible_survival_probability_is_refused(probability):
    with pytest.raises(ValueError, match=rf"survival_probability {probability} is not in \(0, 1\]"):
        StochasticDepthBlock(3, 3, survival_probability=probability)


def test_stem_and_head_around_the_blocks():
    torch.manual_seed(0)
    network = StochasticDepthResNet(depth=8).eval()
    nn.init.normal_(network.bn1.bias)
    seen = {}
    network.layer1.register_forward_pre_hook(lambda module, inputs: seen.update(first=inputs[0]))
    network.layer3.register_forward_hook(lambda module, inputs, output: seen.update(last=output))
    x = torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        logits = network(x)
        torch.testing.assert_close(seen["first"], torch.relu(network.bn1(network.conv1(x))))
        torch.testing.assert_close(logits, network.fc(seen["last"].mean(dim=(2, 3))))


@pytest.mark.parametrize("depth", [2, 18, 21])
def test_a_depth_that_is_not_6n_plus_2_is_refused(depth):
    with pytest.raises(ValueError, match=rf"depth {depth} is not 6n \+ 2 \(8, 14, 20, …\)"):
        StochasticDepthResNet(depth)
