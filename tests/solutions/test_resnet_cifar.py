"""ResNet for CIFAR against table 6 of the paper and a plain network of the same depth."""

import pytest
import torch
from torch import nn

from solutions import resnet_cifar
from solutions.resnet_cifar import INPUT_SHAPES, CifarBlock, PaddedShortcut, ResNetCifar


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize(
    ("name", "published_millions", "decimals", "expected"),
    [
        # published: He et al. 2016, table 6
        pytest.param("resnet20_cifar", 0.27, 2, 269_722, id="20 layers, 0.27M"),
        pytest.param("resnet32_cifar", 0.46, 2, 464_154, id="32 layers, 0.46M"),
        pytest.param("resnet44_cifar", 0.66, 2, 658_586, id="44 layers, 0.66M"),
        pytest.param("resnet56_cifar", 0.85, 2, 853_018, id="56 layers, 0.85M"),
        pytest.param("resnet110_cifar", 1.7, 1, 1_727_962, id="110 layers, 1.7M"),
    ],
)
def test_parameters_are_those_of_table_6(name, published_millions, decimals, expected):
    with torch.device("meta"):
        network = getattr(resnet_cifar, name)()
    assert parameters_of(network) == expected
    assert round(expected / 1e6, decimals) == published_millions
    assert network(torch.empty(3, *INPUT_SHAPES[name], device="meta")).shape == (3, 10)


def test_parameters_are_those_of_the_plain_network_of_the_same_depth():
    n = 9
    channels = [16] * (2 * n) + [32] * (2 * n) + [64] * (2 * n)
    inputs = [3, 16, *channels[:-1]]
    plain = sum(9 * i * o + 2 * o for i, o in zip(inputs, [16, *channels], strict=True)) + 64 * 10 + 10
    assert parameters_of(ResNetCifar(depth=56)) == plain == 853_018


@pytest.mark.parametrize("depth", [20, 32, 44, 56, 110])
def test_depth_counts_convolutions_and_the_fc_layer(depth):
    with torch.device("meta"):
        network = ResNetCifar(depth)
    assert sum(isinstance(module, nn.Conv2d | nn.Linear) for module in network.modules()) == depth


@pytest.mark.parametrize("depth", [2, 18, 21])
def test_a_depth_that_is_not_6n_plus_2_is_refused(depth):
    with pytest.raises(ValueError, match=rf"depth {depth} is not 6n \+ 2 \(8, 14, 20, …\)"):
        ResNetCifar(depth)


def test_option_a_takes_every_second_pixel_and_adds_zero_channels():
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    expected = torch.tensor([[[[0.0, 2.0], [8.0, 10.0]], [[0.0, 0.0], [0.0, 0.0]]]])
    torch.testing.assert_close(PaddedShortcut(1, 2, stride=2)(x), expected)


def test_a_block_that_changes_shape_adds_the_padded_input():
    torch.manual_seed(0)
    block = CifarBlock(4, 8, stride=2).eval()
    nn.init.zeros_(block.bn2.weight)
    x = torch.randn(2, 4, 6, 6)
    expected = torch.zeros(2, 8, 3, 3)
    expected[:, :4] = torch.relu(x[:, :, ::2, ::2])
    torch.testing.assert_close(block(x), expected)


def test_an_equal_shape_block_is_relu_of_residual_plus_input():
    torch.manual_seed(0)
    block = CifarBlock(4, 4).eval()
    x = torch.randn(2, 4, 6, 6)
    residual = block.bn2(block.conv2(torch.relu(block.bn1(block.conv1(x)))))
    torch.testing.assert_close(block(x), torch.relu(residual + x))
    assert (residual < 0).any()  # nothing has clipped it before the addition


def test_stem_and_head_around_the_blocks():
    torch.manual_seed(0)
    network = ResNetCifar(depth=8).eval()
    nn.init.normal_(network.bn1.bias)
    seen = {}
    network.layer1.register_forward_pre_hook(lambda module, inputs: seen.update(first=inputs[0]))
    network.layer3.register_forward_hook(lambda module, inputs, output: seen.update(last=output))
    x = torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        logits = network(x)
        torch.testing.assert_close(seen["first"], torch.relu(network.bn1(network.conv1(x))))
        torch.testing.assert_close(logits, network.fc(seen["last"].mean(dim=(2, 3))))
