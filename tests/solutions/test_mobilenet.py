"""The MobileNets against the tables of their papers and against torchvision."""

import pytest
import torch
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from solutions.mobilenet import (
    INPUT_SHAPES,
    DepthwiseSeparable,
    InvertedResidual,
    mobilenet_v1,
    mobilenet_v2,
    multiple_of_8,
)


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def multiply_adds(network: nn.Module, resolution: int) -> int:
    with FlopCounterMode(display=False) as counter:
        network(torch.empty(1, 3, resolution, resolution, device="meta"))
    return counter.get_total_flops() // 2


@pytest.mark.parametrize(
    ("width", "resolution", "millions_of_macs", "millions_of_parameters"),
    [
        pytest.param(1.0, 224, 569, 4.2, id="tables 6 and 7: 1.0 MobileNet-224"),
        pytest.param(0.75, 224, 325, 2.6, id="table 6: 0.75 MobileNet-224"),
        pytest.param(0.5, 224, 149, 1.3, id="table 6: 0.5 MobileNet-224"),
        pytest.param(0.25, 224, 41, 0.5, id="table 6: 0.25 MobileNet-224"),
        pytest.param(1.0, 192, 418, 4.2, id="table 7: 1.0 MobileNet-192"),
        pytest.param(1.0, 160, 290, 4.2, id="table 7: 1.0 MobileNet-160"),
        pytest.param(1.0, 128, 186, 4.2, id="table 7: 1.0 MobileNet-128"),
    ],
)
def test_v1_tables_6_and_7(width, resolution, millions_of_macs, millions_of_parameters):
    with torch.device("meta"):
        network = mobilenet_v1(width=width)
    # The paper rounds some figures and cuts others.
    assert abs(multiply_adds(network, resolution) / 1e6 - millions_of_macs) < 1
    assert round(parameters_of(network) / 1e6, 1) == millions_of_parameters


def test_v1_parameters_with_batch_normalisation():
    with torch.device("meta"):
        network = mobilenet_v1()
    pairs = [(32, 64), (64, 128), (128, 128), (128, 256), (256, 256), (256, 512), *[(512, 512)] * 5]
    pairs += [(512, 1024), (1024, 1024)]
    blocks = sum(9 * a + a * b + 2 * a + 2 * b for a, b in pairs)
    assert parameters_of(network) == 27 * 32 + 2 * 32 + blocks + (1024 + 1) * 1000 == 4_231_976


# Howard et al. 2017, table 2, in percent of the weights; batch normalisation and biases are left out
@pytest.mark.parametrize(
    ("kind", "percent"),
    [
        pytest.param(lambda m: m.kernel_size == (1, 1), 74.59, id="1×1 convolutions"),
        pytest.param(lambda m: m.kernel_size == (3, 3) and m.groups > 1, 1.06, id="depthwise 3×3"),
        pytest.param(lambda m: m.kernel_size == (3, 3) and m.groups == 1, 0.02, id="3×3"),
    ],
)
def test_v1_shares_of_the_weights(kind, percent):
    with torch.device("meta"):
        network = mobilenet_v1()
    weights = sum(m.weight.numel() for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear))
    share = sum(m.weight.numel() for m in network.modules() if isinstance(m, nn.Conv2d) and kind(m)) / weights
    assert round(100 * share, 2) == percent


@pytest.mark.parametrize(
    ("part", "percent"),
    [
        pytest.param("conv1", 1.91, id="the first convolution, where table 2 prints 1.19"),
        pytest.param("blocks", 97.91, id="94.86 in 1×1 and 3.06 in depthwise, less rounding"),
        pytest.param("fc", 0.18, id="the fully connected layer"),
    ],
)
def test_v1_shares_of_the_multiply_adds(part, percent):
    with torch.device("meta"):
        network = mobilenet_v1()
    with FlopCounterMode(display=False) as counter:
        network(torch.empty(1, 3, 224, 224, device="meta"))
    of_part = sum(counter.get_flop_counts()[f"MobileNetV1.{part}"].values())
    assert round(100 * of_part / counter.get_total_flops(), 2) == percent


def test_v1_sizes_are_those_of_table_1():
    with torch.device("meta"):
        network = mobilenet_v1()
    shapes: list[tuple[int, int]] = []
    for layer in (network.conv1, *network.blocks):
        layer.register_forward_hook(lambda module, inputs, output: shapes.append((output.shape[1], output.shape[2])))
    network(torch.empty(1, *INPUT_SHAPES["mobilenet_v1"], device="meta"))
    blocks = [(64, 112), (128, 56), (128, 56), (256, 28), (256, 28), *[(512, 14)] * 6, (1024, 7), (1024, 7)]
    assert shapes == [(32, 112), *blocks]


def test_depthwise_separable_is_its_two_convolutions_one_after_the_other():
    block = DepthwiseSeparable(4, 6, stride=2).eval()
    depthwise, pointwise = block.depthwise, block.pointwise
    x = torch.randn(1, 4, 9, 9)
    looked = torch.cat([torch.conv2d(x[:, [c]], depthwise.weight[[c]], stride=2, padding=1) for c in range(4)], dim=1)
    bn = (1 + 1e-5) ** -0.5  # fresh batch normalisation in eval mode divides by √(1 + eps)
    looked = torch.relu(looked * bn)
    mixed = torch.relu(torch.einsum("nchw,oc->nohw", looked, pointwise.weight[:, :, 0, 0]) * bn)
    torch.testing.assert_close(block(x), mixed)


def test_depthwise_separable_costs_1_over_n_plus_1_over_9_of_a_convolution():
    with torch.device("meta"), FlopCounterMode(display=False) as separable:
        DepthwiseSeparable(16, 32)(torch.empty(1, 16, 8, 8))
    full = 8 * 8 * 16 * 32 * 9
    assert separable.get_total_flops() / 2 / full == pytest.approx(1 / 32 + 1 / 9)


def shake_batch_norm(network: nn.Module) -> None:
    """Fresh batch normalisation is almost the identity, which would hide one that is missing."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)


@pytest.mark.parametrize("width", [1.0, 0.35, 1.4])
def test_v2_same_function_as_torchvision_with_the_same_weights(width):
    ours = mobilenet_v2(num_classes=10, width=width).eval()
    theirs = torchvision.models.mobilenet_v2(num_classes=10, width_mult=width).eval()
    shake_batch_norm(theirs)
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    x = torch.randn(2, 3, 65, 48)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))


def test_v2_has_the_published_parameters_and_multiply_adds():
    with torch.device("meta"):
        network = mobilenet_v2()
    batch_norm = sum(parameters_of(m) for m in network.modules() if isinstance(m, nn.BatchNorm2d))
    documented = torchvision.models.MobileNet_V2_Weights.DEFAULT.meta
    assert parameters_of(network) == documented["num_params"] == 3_504_872
    assert int((parameters_of(network) - batch_norm) / 1e5) / 10 == 3.4  # table 4 of the paper
    assert int(multiply_adds(network, 224) / 1e6) == 300


@pytest.mark.parametrize(
    ("block", "weights"),
    [
        pytest.param(lambda: InvertedResidual(8, 8, 1, 6), 6 * 64 + 9 * 48 + 48 * 8, id="t = 6"),
        pytest.param(lambda: InvertedResidual(8, 4, 1, 1), 9 * 8 + 8 * 4, id="t = 1 has no expansion"),
    ],
)
def test_inverted_residual_weights(block, weights):
    convolutions = [module for module in block().modules() if isinstance(module, nn.Conv2d)]
    assert sum(parameters_of(conv) for conv in convolutions) == weights


@pytest.mark.parametrize(
    ("block", "has_shortcut"),
    [
        pytest.param(lambda: InvertedResidual(8, 8, 1, 6), True, id="same shape: the input is added"),
        pytest.param(lambda: InvertedResidual(8, 8, 2, 6), False, id="stride 2: nothing to add to"),
        pytest.param(lambda: InvertedResidual(8, 12, 1, 6), False, id="other channels: nothing to add to"),
    ],
)
def test_inverted_residual_shortcut(block, has_shortcut):
    module = block().eval()
    nn.init.zeros_(module.bn.weight)  # silences the branch: what remains is the shortcut
    x = torch.randn(1, 8, 6, 6)
    out = module(x)
    torch.testing.assert_close(out, x if has_shortcut else torch.zeros_like(out))


@pytest.mark.parametrize(
    ("channels", "rounded"),
    [
        pytest.param(32, 32, id="a multiple stays"),
        pytest.param(11.2, 16, id="11.2 to 8 would lose more than a tenth"),
        pytest.param(33.6, 32, id="33.6 to 32 loses less"),
        pytest.param(1, 8, id="never below 8"),
    ],
)
def test_channels_are_rounded_to_multiples_of_8(channels, rounded):
    assert multiple_of_8(channels) == rounded
