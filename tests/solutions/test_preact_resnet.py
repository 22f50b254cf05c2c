"""Pre-activation ResNets against arithmetic by hand and the equations of the paper."""

import pytest
import torch
from torch import nn

from solutions import preact_resnet
from solutions.preact_resnet import (
    INPUT_SHAPES,
    PaddedPreActBlock,
    PreActBlock,
    PreActBottleneck,
    PreActResNet,
    PreActResNet18,
    cifar_stem,
)


def build(name: str) -> nn.Module:
    with torch.device("meta"):
        return getattr(preact_resnet, name)().eval()


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def bottleneck_parameters(channels: int, num_blocks: tuple[int, ...], widths: tuple[int, ...]) -> int:
    """Batch norm before every convolution but the projections, and one at the end; no stem, no FC layer."""
    total = 0
    for count, width in zip(num_blocks, widths, strict=True):
        for _ in range(count):
            total += 2 * channels + channels * width + 2 * width + 9 * width**2 + 2 * width + 4 * width**2
            total += 0 if channels == 4 * width else channels * 4 * width
            channels = 4 * width
    return total + 2 * channels


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # The stem has a convolution only: its batch norm is that of the first block, moved.
        pytest.param(
            "preact_resnet164",
            9 * 3 * 16 + bottleneck_parameters(16, (18, 18, 18), (16, 32, 64)) + 256 * 10 + 10,
            id="164 layers on CIFAR, 1.7M",
        ),
        pytest.param(
            "preact_resnet200",
            49 * 3 * 64 + bottleneck_parameters(64, (3, 24, 36, 3), (64, 128, 256, 512)) + (2048 * 1000 + 1000),
            id="200 layers on ImageNet, 64.7M",
        ),
    ],
)
def test_parameters_of_bottleneck_networks(name, expected):
    assert parameters_of(build(name)) == expected


def test_parameters_of_164_and_200_layers_in_figures():
    assert parameters_of(build("preact_resnet164")) == 1_703_258
    # Copies that activate once more after the stem's pooling have 2·64 more: 64,666,280.
    assert parameters_of(build("preact_resnet200")) == 64_666_280 - 128


def test_110_layers_have_the_parameters_of_the_network_without_preactivation():
    # 1.7M in table 6 of He et al. 2016: 3×3 convolutions of 16, 32, 64 channels, batch norm after each.
    channels = [16] * 37 + [32] * 36 + [64] * 36
    inputs = [3, *channels[:-1]]
    post = sum(9 * i * o + 2 * o for i, o in zip(inputs, channels, strict=True)) + 64 * 10 + 10
    assert parameters_of(build("preact_resnet110")) == post == 1_727_962


def test_18_layers_have_11_172_170_parameters():
    total = 9 * 3 * 64
    for i, o in [(64, 64), (64, 128), (128, 256), (256, 512)]:
        first = 2 * i + 9 * i * o + 2 * o + 9 * o * o + (0 if i == o else i * o)
        second = 2 * o + 9 * o * o + 2 * o + 9 * o * o
        total += first + second
    total += 2 * 512 + 512 * 10 + 10
    assert parameters_of(build("preact_resnet18")) == total == 11_172_170


@pytest.mark.parametrize(("name", "shape"), INPUT_SHAPES.items())
def test_output_shape(name, shape):
    classes = 1000 if shape[1] == 224 else 10
    assert build(name)(torch.empty(2, *shape, device="meta")).shape == (2, classes)


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("preact_resnet18", 18),
        ("preact_resnet110", 110),
        ("preact_resnet164", 164),
        ("preact_resnet200", 200),
    ],
)
def test_the_name_counts_layers_with_weights_but_no_projections(name, layers):
    weighted = [
        path
        for path, module in build(name).named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear) and "projection" not in path
    ]
    assert len(weighted) == layers


@pytest.mark.parametrize("block", [PreActBlock, PaddedPreActBlock, PreActBottleneck])
def test_a_block_without_residual_is_the_identity_even_for_negative_inputs(block):
    module = block(8, 8).eval()
    last_convolution = [layer for layer in module.modules() if isinstance(layer, nn.Conv2d)][-1]
    nn.init.zeros_(last_convolution.weight)
    x = torch.randn(2, 8, 5, 5)
    torch.testing.assert_close(module(x), x)


def test_the_gradient_reaches_the_input_of_a_stack_unchanged():
    """Equation 5 of the paper: the gradient of x_l is that of x_L plus what went through the residuals."""
    stack = nn.Sequential(*(PreActBlock(4, 4) for _ in range(10))).eval()
    for block in stack:
        nn.init.zeros_(block.conv2.weight)
    x = torch.randn(1, 4, 5, 5, requires_grad=True)
    upstream = torch.randn(1, 4, 5, 5)
    (gradient,) = torch.autograd.grad(stack(x), x, upstream)
    torch.testing.assert_close(gradient, upstream)


def test_a_projection_sees_the_activated_input():
    torch.manual_seed(0)
    block = PreActBlock(4, 8, stride=2).eval()
    nn.init.zeros_(block.conv2.weight)
    x = torch.randn(1, 4, 6, 6)
    bn = block.preactivation[0]
    expected = nn.functional.conv2d(torch.relu(bn(x)), block.projection.weight, stride=2)
    torch.testing.assert_close(block(x), expected)


def test_option_a_pads_the_raw_input():
    block = PaddedPreActBlock(4, 8, stride=2).eval()
    nn.init.zeros_(block.conv2.weight)
    x = torch.randn(1, 4, 6, 6)
    expected = torch.cat([x[:, :, ::2, ::2], torch.zeros(1, 4, 3, 3)], dim=1)
    torch.testing.assert_close(block(x), expected)


def test_the_first_block_does_not_activate_what_the_stem_activated():
    with torch.device("meta"):
        network = PreActResNet18()
    preactivated = [isinstance(block.preactivation, nn.Sequential) for block in network.blocks]
    assert preactivated == [False] + [True] * 7


def test_stem_and_head_around_the_blocks():
    torch.manual_seed(0)
    network = PreActResNet(PreActBlock, cifar_stem(4), 4, (1, 1), (4, 8), num_classes=3).eval()
    nn.init.normal_(network.bn.bias)
    seen = {}
    network.blocks[0].register_forward_pre_hook(lambda module, inputs: seen.update(first=inputs[0]))
    network.blocks[1].register_forward_hook(lambda module, inputs, output: seen.update(last=output))
    x = torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        logits = network(x)
        torch.testing.assert_close(seen["first"], torch.relu(network.stem[1](network.stem[0](x))))
        torch.testing.assert_close(logits, network.fc(torch.relu(network.bn(seen["last"])).mean(dim=(2, 3))))
