"""Wide ResNets against tables 5 and 8 of the paper, torchvision, and arithmetic by hand."""

import pytest
import torch
import torchvision
from torch import nn

from solutions import wide_resnet
from solutions.wide_resnet import INPUT_SHAPES, WideBlock, WideResNet


def build(name: str) -> nn.Module:
    with torch.device("meta"):
        return getattr(wide_resnet, name)().eval()


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def expected_parameters(depth: int, k: int) -> int:
    total, channels = 9 * 3 * 16, 16
    for out in (16 * k, 32 * k, 64 * k):
        for _ in range((depth - 4) // 6):
            total += 2 * channels + 9 * channels * out + 2 * out + 9 * out * out
            total += 0 if channels == out else channels * out
            channels = out
    return total + 2 * channels + channels * 10 + 10


@pytest.mark.parametrize(
    ("name", "depth", "k", "expected", "published_millions"),
    [
        pytest.param("wrn_16_4", 16, 4, 2_748_890, 2.7, id="WRN-16-4, 2.7M (not printed in the paper)"),
        pytest.param("wrn_40_4", 40, 4, 8_949_210, 8.9, id="WRN-40-4, 8.9M in table 5"),
        pytest.param("wrn_28_10", 28, 10, 36_479_194, 36.5, id="WRN-28-10, 36.5M in table 5"),
    ],
)
def test_parameters_on_cifar(name, depth, k, expected, published_millions):
    assert parameters_of(build(name)) == expected_parameters(depth, k) == expected
    assert round(expected / 1e6, 1) == published_millions


def test_parameters_on_imagenet_are_those_of_table_8_and_of_torchvision():
    with torch.device("meta"):
        torchvisions = torchvision.models.wide_resnet50_2()
    assert parameters_of(build("wide_resnet50_2")) == parameters_of(torchvisions) == 68_883_240
    assert round(68_883_240 / 1e6, 1) == 68.9


@pytest.mark.parametrize(("name", "shape"), INPUT_SHAPES.items())
def test_output_shape(name, shape):
    classes = 1000 if shape[1] == 224 else 10
    assert build(name)(torch.empty(2, *shape, device="meta")).shape == (2, classes)


@pytest.mark.parametrize(("name", "depth"), [("wrn_16_4", 16), ("wrn_28_10", 28), ("wrn_40_4", 40)])
def test_depth_counts_convolutions_with_projections(name, depth):
    assert sum(isinstance(module, nn.Conv2d) for module in build(name).modules()) == depth


def test_four_times_the_width_has_about_sixteen_times_the_parameters():
    with torch.device("meta"):
        thin, wide = WideResNet(depth=40, widen_factor=1), WideResNet(depth=40, widen_factor=4)
    assert parameters_of(wide) / parameters_of(thin) == pytest.approx(16, rel=0.02)


@pytest.mark.parametrize("depth", [4, 20, 30])
def test_a_depth_that_is_not_6n_plus_4_is_refused(depth):
    with pytest.raises(ValueError, match=rf"depth {depth} is not 6n \+ 4 \(10, 16, 22, …\)"):
        WideResNet(depth)


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
    ours, theirs = wide_resnet.wide_resnet50_2().eval(), torchvision.models.wide_resnet50_2().eval()
    train_batch_norms(ours)
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))


def test_an_equal_shape_block_adds_the_raw_input():
    block = WideBlock(4, 4).eval()
    nn.init.zeros_(block.conv2.weight)
    x = torch.randn(1, 4, 6, 6)
    torch.testing.assert_close(block(x), x)


def test_a_projection_sees_the_activated_input():
    torch.manual_seed(0)
    block = WideBlock(4, 8, stride=2).eval()
    nn.init.zeros_(block.conv2.weight)
    x = torch.randn(1, 4, 6, 6)
    expected = nn.functional.conv2d(torch.relu(block.bn1(x)), block.projection.weight, stride=2)
    torch.testing.assert_close(block(x), expected)


def test_dropout_acts_on_the_residual_only_and_in_training_only():
    torch.manual_seed(0)
    x = torch.randn(2, 4, 6, 6)
    block = WideBlock(4, 4, dropout=1.0)  # drops everything
    torch.testing.assert_close(block(x), x)
    with torch.no_grad():
        assert not torch.allclose(block.eval()(x), x)


def test_stem_and_head_around_the_blocks():
    torch.manual_seed(0)
    network = WideResNet(depth=10, widen_factor=1).eval()
    nn.init.normal_(network.bn.bias)
    seen = {}
    network.layer1.register_forward_pre_hook(lambda module, inputs: seen.update(first=inputs[0]))
    network.layer3.register_forward_hook(lambda module, inputs, output: seen.update(last=output))
    x = torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        logits = network(x)
        torch.testing.assert_close(seen["first"], network.conv1(x))
        torch.testing.assert_close(logits, network.fc(torch.relu(network.bn(seen["last"])).mean(dim=(2, 3))))
