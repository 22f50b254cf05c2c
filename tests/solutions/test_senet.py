"""Squeeze-and-excitation against torchvision's block, the paper's count of parameters, and its limits."""

import pytest
import torch
from torch import nn
from torchvision.models import resnet50
from torchvision.ops import SqueezeExcitation

from solutions import resnet
from solutions.senet import INPUT_SHAPES, SEBlock, SEBottleneck, SEResNet50, se_resnet50

STAGES = [(3, 256), (4, 512), (6, 1024), (3, 2048)]  # blocks and channels of ResNet-50


@pytest.fixture(scope="module")
def network() -> SEResNet50:
    with torch.device("meta"):
        return se_resnet50().eval()


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("reduction", [4, 8, 16, 32])
def test_extra_parameters_are_2_over_r_times_the_sum_of_squared_channels(reduction):
    """Equation 5 of the paper."""
    with torch.device("meta"):
        ours, plain = SEResNet50(reduction), resnet50()
    extra = parameters_of(ours) - parameters_of(plain)
    assert extra == 2 * sum(blocks * channels**2 for blocks, channels in STAGES) // reduction


def test_reduction_16_adds_2_5_million_to_25_6(network):
    assert parameters_of(network) == 25_557_032 + 2_514_944 == 28_071_976


def test_biases_would_add_16_048():
    """The authors' first public models have them: 28,088,024 parameters."""
    with_bias = sum(blocks * parameters_of(SEBlock(channels, bias=True)) for blocks, channels in STAGES)
    without = sum(blocks * parameters_of(SEBlock(channels)) for blocks, channels in STAGES)
    assert with_bias - without == sum(n * (c + c // 16) for n, c in STAGES) == 16_048
    assert 25_557_032 + with_bias == 28_088_024


def test_output_shape(network):
    assert network(torch.empty(2, *INPUT_SHAPES["se_resnet50"], device="meta")).shape == (2, 1000)


@pytest.mark.parametrize("bias", [False, True])
def test_same_function_as_torchvisions_block(bias):
    torch.manual_seed(0)
    ours, theirs = SEBlock(32, reduction=4, bias=bias), SqueezeExcitation(32, 8)
    with torch.no_grad():
        for fc, conv in ((ours.fc1, theirs.fc1), (ours.fc2, theirs.fc2)):
            conv.weight.copy_(fc.weight[:, :, None, None])
            conv.bias.copy_(fc.bias if bias else torch.zeros_like(conv.bias))
    x = torch.randn(3, 32, 5, 7)
    torch.testing.assert_close(ours(x), theirs(x))


def test_a_block_scales_whole_channels_by_a_number_between_0_and_1():
    torch.manual_seed(0)
    x = torch.rand(2, 32, 4, 4) + 1
    gates = SEBlock(32)(x) / x
    torch.testing.assert_close(gates, gates[:, :, :1, :1].expand_as(gates))
    assert (gates > 0).all()
    assert (gates < 1).all()


def test_without_weights_every_gate_is_one_half():
    block = SEBlock(32)
    for parameter in block.parameters():
        nn.init.zeros_(parameter)
    x = torch.randn(2, 32, 4, 4)
    torch.testing.assert_close(block(x), x / 2)


def test_the_residual_is_scaled_and_not_the_sum():
    torch.manual_seed(0)
    block = SEBottleneck(32, 32).eval()
    nn.init.zeros_(block.bn3.weight)  # no residual: the input must pass whole
    x = torch.randn(2, 32, 4, 4)
    torch.testing.assert_close(block(x), torch.relu(x))


def test_the_block_stands_after_the_last_batch_norm():
    """With fc2 = 0 each gate is 1/2, which a doubled last batch norm makes up for."""
    torch.manual_seed(0)
    block = SEBottleneck(32, 32).eval()
    nn.init.zeros_(block.se.fc2.weight)
    nn.init.normal_(block.bn3.bias)
    x = torch.randn(2, 32, 4, 4)
    with torch.no_grad():
        residual = torch.relu(block.bn1(block.conv1(x)))
        residual = block.bn3(block.conv3(torch.relu(block.bn2(block.conv2(residual)))))
        block.bn3.weight.mul_(2)
        block.bn3.bias.mul_(2)
        torch.testing.assert_close(block(x), torch.relu(residual + x))


def test_with_every_gate_at_one_half_it_is_resnet_50_again():
    torch.manual_seed(0)
    ours, plain = se_resnet50().eval(), resnet.resnet50().eval()
    ours.load_state_dict(plain.state_dict(), strict=False)
    for block in ours.modules():
        if isinstance(block, SEBottleneck):
            nn.init.zeros_(block.se.fc2.weight)
            nn.init.constant_(block.bn3.weight, 2.0)
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), plain(x))
