"""ResNeXt against torchvision, table 1 of the paper, and the sum of 32 paths that it abbreviates."""

import pytest
import torch
import torchvision
from torch import nn
from torch.nn.functional import conv2d

from solutions import resnext
from solutions.resnext import INPUT_SHAPES, ResNeXtBlock


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def conv_bn(in_channels: int, out_channels: int, kernel_size: int, groups: int = 1) -> int:
    return in_channels // groups * out_channels * kernel_size**2 + 2 * out_channels


def expected_parameters(num_blocks: tuple[int, ...], groups: int, width_per_group: int) -> int:
    total, in_channels = conv_bn(3, 64, 7), 64
    for stage, count in enumerate(num_blocks):
        width, out_channels = groups * width_per_group * 2**stage, 256 * 2**stage
        for _ in range(count):
            total += conv_bn(in_channels, width, 1) + conv_bn(width, width, 3, groups)
            total += conv_bn(width, out_channels, 1)
            total += 0 if in_channels == out_channels else conv_bn(in_channels, out_channels, 1)
            in_channels = out_channels
    return total + 2048 * 1000 + 1000


@pytest.mark.parametrize(
    ("name", "num_blocks", "width", "expected"),
    [
        pytest.param("resnext50_32x4d", (3, 4, 6, 3), 4, 25_028_904, id="50 layers, 25.0M in table 1"),
        pytest.param("resnext101_32x8d", (3, 4, 23, 3), 8, 88_791_336, id="101 layers, Mahajan et al. print 88M"),
    ],
)
def test_parameters_and_output_shape(name, num_blocks, width, expected):
    with torch.device("meta"):
        ours, theirs = getattr(resnext, name)(), getattr(torchvision.models, name)()
    assert parameters_of(ours) == expected_parameters(num_blocks, 32, width) == expected
    assert parameters_of(theirs) == expected
    assert ours(torch.empty(2, *INPUT_SHAPES[name], device="meta")).shape == (2, 1000)


def test_a_block_costs_as_much_as_resnets():
    """Section 4 of the paper: 256·64 + 3·3·64·64 + 64·256 ≈ 70k and C·(256·d + 3·3·d·d + d·256) ≈ 70k."""
    with torch.device("meta"):
        block = ResNeXtBlock(256, 256)
    convolutions = sum(layer.weight.numel() for layer in block.modules() if isinstance(layer, nn.Conv2d))
    assert convolutions == 32 * (256 * 4 + 3 * 3 * 4 * 4 + 4 * 256) == 70_144
    assert 256 * 64 + 3 * 3 * 64 * 64 + 64 * 256 == 69_632


def train_batch_norms(network: nn.Module) -> None:
    """Fresh batch norms are all alike; after this, no two can be confused."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight.data, module.running_var):
                tensor.uniform_(0.5, 1.5)
            for tensor in (module.bias.data, module.running_mean):
                tensor.normal_(std=0.1)


def test_same_function_as_torchvision_with_the_same_weights():
    torch.manual_seed(0)
    ours, theirs = resnext.resnext50_32x4d().eval(), torchvision.models.resnext50_32x4d().eval()
    train_batch_norms(ours)
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize("stride", [1, 2])
def test_the_sum_of_32_paths_is_the_grouped_convolution(stride):
    """Figure 3 (a): each path has its own 1×1, 3×3 and 1×1; the results are added."""
    torch.manual_seed(0)
    block = ResNeXtBlock(64, 128, stride, groups=32, width_per_group=4).double().eval()
    for bn in (block.bn1, block.bn2):
        bn.running_mean.normal_()
        bn.running_var.uniform_(0.5, 2)
    x = torch.randn(2, 64, 7, 7, dtype=torch.float64)

    def normalise(bn: nn.BatchNorm2d, y: torch.Tensor, path: slice) -> torch.Tensor:
        scale = bn.weight[path] / torch.sqrt(bn.running_var[path] + bn.eps)
        shift = bn.bias[path] - scale * bn.running_mean[path]
        return y * scale[:, None, None] + shift[:, None, None]

    total = torch.zeros(())
    for index in range(32):
        path = slice(4 * index, 4 * index + 4)
        y = torch.relu(normalise(block.bn1, conv2d(x, block.conv1.weight[path]), path))
        y = conv2d(y, block.conv2.weight[path], stride=stride, padding=1)
        y = torch.relu(normalise(block.bn2, y, path))
        total = total + conv2d(y, block.conv3.weight[:, path])
    torch.testing.assert_close(torch.relu(block.bn3(total) + block.shortcut(x)), block(x))


def test_one_group_of_64_is_the_bottleneck_of_resnet():
    torch.manual_seed(0)
    block = ResNeXtBlock(256, 256, groups=1, width_per_group=64).eval()
    theirs = torchvision.models.resnet.Bottleneck(256, 64).eval()
    theirs.load_state_dict(block.state_dict())
    x = torch.randn(1, 256, 5, 5)
    torch.testing.assert_close(block(x), theirs(x))
