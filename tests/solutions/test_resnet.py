"""ResNet for ImageNet against torchvision, table 1 of the paper, and arithmetic by hand."""

import pytest
import torch
import torchvision
from torch import nn

from solutions import resnet
from solutions.resnet import INPUT_SHAPES, BasicBlock, Bottleneck, BottleneckV15, ResNet18, ResNet50


def build(name: str) -> nn.Module:
    with torch.device("meta"):
        return getattr(resnet, name)().eval()


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def macs_of(network: nn.Module, shape: tuple[int, ...]) -> int:
    """Multiply-adds of convolutions and linear layers, from the shapes that really occur."""
    macs = 0

    def count(layer, inputs, output):
        nonlocal macs
        macs += output.numel() * layer.weight[0].numel()

    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.register_forward_hook(count)
    assert network(torch.empty(1, *shape, device="meta")).shape == (1, 1000)
    return macs


def conv_bn(in_channels: int, out_channels: int, kernel_size: int) -> int:
    return in_channels * out_channels * kernel_size**2 + 2 * out_channels


def expected_parameters(num_blocks: tuple[int, ...], bottleneck: bool) -> int:
    total, in_channels = conv_bn(3, 64, 7), 64
    for stage, count in enumerate(num_blocks):
        width = 64 * 2**stage
        out_channels = 4 * width if bottleneck else width
        for _ in range(count):
            if bottleneck:
                total += conv_bn(in_channels, width, 1) + conv_bn(width, width, 3) + conv_bn(width, out_channels, 1)
            else:
                total += conv_bn(in_channels, width, 3) + conv_bn(width, width, 3)
            if in_channels != out_channels:
                total += conv_bn(in_channels, out_channels, 1)
            in_channels = out_channels
    return total + in_channels * 1000 + 1000


@pytest.mark.parametrize(
    ("name", "num_blocks", "bottleneck", "expected"),
    [
        pytest.param("resnet18", (2, 2, 2, 2), False, 11_689_512, id="18 layers"),
        pytest.param("resnet34", (3, 4, 6, 3), False, 21_797_672, id="34 layers"),
        pytest.param("resnet50", (3, 4, 6, 3), True, 25_557_032, id="50 layers"),
        pytest.param("resnet101", (3, 4, 23, 3), True, 44_549_160, id="101 layers"),
        pytest.param("resnet152", (3, 8, 36, 3), True, 60_192_808, id="152 layers"),
        pytest.param("resnet50_v1_5", (3, 4, 6, 3), True, 25_557_032, id="50 layers, v1.5 has as many"),
        pytest.param("resnet101_v1_5", (3, 4, 23, 3), True, 44_549_160, id="101 layers, v1.5 has as many"),
        pytest.param("resnet152_v1_5", (3, 8, 36, 3), True, 60_192_808, id="152 layers, v1.5 has as many"),
    ],
)
def test_parameters_are_those_of_table_1_and_of_torchvision(name, num_blocks, bottleneck, expected):
    with torch.device("meta"):
        torchvisions = getattr(torchvision.models, name.removesuffix("_v1_5"))()
    assert parameters_of(build(name)) == expected_parameters(num_blocks, bottleneck) == expected
    assert parameters_of(torchvisions) == expected


@pytest.mark.parametrize(
    ("name", "giga_macs"),
    [
        pytest.param("resnet18", 1.814, id="the paper prints 1.8"),
        pytest.param("resnet34", 3.664, id="the paper prints 3.6, which is 3.644 with option A"),
        pytest.param("resnet50", 3.858, id="the paper prints 3.8, cut off"),
        pytest.param("resnet101", 7.570, id="the paper prints 7.6"),
        pytest.param("resnet152", 11.282, id="the paper prints 11.3"),
        pytest.param("resnet50_v1_5", 4.089, id="torchvision prints 4.09"),
        pytest.param("resnet101_v1_5", 7.801, id="torchvision prints 7.80"),
        pytest.param("resnet152_v1_5", 11.514, id="torchvision prints 11.51"),
    ],
)
def test_multiply_adds(name, giga_macs):
    assert macs_of(build(name), INPUT_SHAPES[name]) / 1e9 == pytest.approx(giga_macs, abs=0.0005)


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        pytest.param("resnet18", 18, id="18"),
        pytest.param("resnet34", 34, id="34"),
        pytest.param("resnet50", 50, id="50"),
        pytest.param("resnet101", 101, id="101"),
        pytest.param("resnet152", 152, id="152"),
    ],
)
def test_the_name_counts_layers_with_weights_but_no_projections(name, layers):
    weighted = [
        path
        for path, module in build(name).named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear) and "shortcut" not in path
    ]
    assert len(weighted) == layers


def train_batch_norms(network: nn.Module) -> None:
    """Fresh batch norms are all alike; after this, no two can be confused."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight.data, module.running_var):
                tensor.uniform_(0.5, 1.5)
            for tensor in (module.bias.data, module.running_mean):
                tensor.normal_(std=0.1)


@pytest.mark.parametrize("name", ["resnet18", "resnet50_v1_5"])
def test_same_function_as_torchvision_with_the_same_weights(name):
    torch.manual_seed(0)
    ours = getattr(resnet, name)().eval()
    theirs = getattr(torchvision.models, name.removesuffix("_v1_5"))().eval()
    train_batch_norms(ours)
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))


def test_v1_is_torchvisions_network_with_the_strides_moved():
    torch.manual_seed(0)
    ours, theirs = resnet.resnet50().eval(), torchvision.models.resnet50().eval()
    train_batch_norms(ours)
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        v1 = ours(x)
        assert not torch.allclose(v1, theirs(x), rtol=0.01)
        for block in theirs.modules():
            if isinstance(block, torchvision.models.resnet.Bottleneck):
                block.conv1.stride, block.conv2.stride = block.conv2.stride, block.conv1.stride
        torch.testing.assert_close(v1, theirs(x))


def test_v1_and_v1_5_share_weights_but_not_outputs():
    torch.manual_seed(0)
    v1, v1_5 = Bottleneck(16, 32, stride=2).eval(), BottleneckV15(16, 32, stride=2).eval()
    v1_5.load_state_dict(v1.state_dict())
    x = torch.randn(1, 16, 8, 8)
    with torch.no_grad():
        assert v1(x).shape == v1_5(x).shape == (1, 32, 4, 4)
        assert not torch.allclose(v1(x), v1_5(x), atol=1e-2)


def test_v1_reads_every_fourth_pixel_and_v1_5_all_of_them():
    x = torch.randn(1, 16, 8, 8, requires_grad=True)
    pixels_read = []
    for block in (Bottleneck(16, 32, stride=2), BottleneckV15(16, 32, stride=2)):
        (gradient,) = torch.autograd.grad(block.eval()(x).sum(), x)
        pixels_read.append(int((gradient != 0).any(dim=1).sum()))
    assert pixels_read == [16, 64]


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck, BottleneckV15])
def test_a_block_without_residual_is_relu_of_its_input(block):
    module = block(8, 8).eval()
    nn.init.zeros_(list(module.parameters())[-2])  # the scale of the last batch norm
    x = torch.randn(2, 8, 5, 5)
    torch.testing.assert_close(module(x), torch.relu(x))


def test_stages_halve_the_image_and_double_the_channels():
    network, shapes = build("resnet50"), []
    for stage in (network.layer1, network.layer2, network.layer3, network.layer4):
        stage.register_forward_hook(lambda module, inputs, output: shapes.append(tuple(output.shape[1:])))
    network(torch.empty(1, 3, 224, 224, device="meta"))
    assert shapes == [(256, 56, 56), (512, 28, 28), (1024, 14, 14), (2048, 7, 7)]


def test_named_classes_take_the_number_of_classes():
    with torch.device("meta"):
        assert ResNet18(num_classes=7)(torch.empty(2, 3, 64, 64)).shape == (2, 7)
        assert ResNet50(num_classes=7)(torch.empty(2, 3, 64, 64)).shape == (2, 7)
