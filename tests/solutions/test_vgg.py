"""VGG against table 2 of its paper and against torchvision."""

import math

import pytest
import torch
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from solutions import vgg
from solutions.vgg import INPUT_SHAPES, VGG16, VGGBlock

NAMES = list(INPUT_SHAPES)


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize(
    ("name", "millions", "convolutions"),
    [
        pytest.param("vgg11", 133, 8, id="column A: 133 million, 8 convolutions and 3 linear layers"),
        pytest.param("vgg13", 133, 10, id="column B: 133 million, 10 and 3"),
        pytest.param("vgg16", 138, 13, id="column D: 138 million, 13 and 3"),
        pytest.param("vgg19", 144, 16, id="column E: 144 million, 16 and 3"),
    ],
)
def test_table_2(name, millions, convolutions):
    with torch.device("meta"):
        network = getattr(vgg, name)()
    assert round(parameters_of(network) / 1e6) == millions
    assert sum(isinstance(module, nn.Conv2d) for module in network.modules()) == convolutions
    assert sum(isinstance(module, nn.Linear) for module in network.modules()) == 3


@pytest.mark.parametrize("name", NAMES)
def test_parameters_and_multiply_adds_are_those_torchvision_documents(name):
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        network = getattr(vgg, name)()
        scores = network(torch.empty(2, *INPUT_SHAPES[name]))
    documented = torchvision.models.get_model_weights(name).DEFAULT.meta
    assert scores.shape == (2, 1000)
    assert parameters_of(network) == documented["num_params"]
    # torchvision prints G multiply-adds with three decimals
    assert counter.get_total_flops() / 2 / 2 / 1e9 == pytest.approx(documented["_ops"], abs=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_convolutions_compute_the_same_as_torchvisions(name):
    with torch.device("meta"):
        network, theirs = getattr(vgg, name)(), getattr(torchvision.models, name)().features
    ours = nn.Sequential(network.block1, network.block2, network.block3, network.block4, network.block5)
    weights = [torch.rand(value.shape) for value in theirs.state_dict().values()]
    for weight in weights:
        if weight.ndim == 4:
            weight.sub_(0.5).mul_(4 / math.sqrt(weight[0].numel()))
    for features in (ours.eval(), theirs.eval()):
        features.load_state_dict(dict(zip(features.state_dict(), weights, strict=True)), assign=True)

    x = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x), rtol=1e-5, atol=1e-5)


def test_a_whole_vgg_computes_the_same_as_torchvisions():
    with torch.device("meta"):
        ours, theirs = vgg.vgg11().eval(), torchvision.models.vgg11().eval()
    weights = [torch.rand(value.shape) for value in theirs.state_dict().values()]
    for weight in weights:
        weight.sub_(0.5).mul_(4 / math.sqrt(weight[0].numel()))
    for network in (ours, theirs):
        network.load_state_dict(dict(zip(network.state_dict(), weights, strict=True)), assign=True)

    x = torch.randn(1, 3, 224, 224)  # what our linear layers take: torchvision has an adaptive pooling too
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x), rtol=1e-4, atol=1e-4)


def test_vgg16_as_a_class_is_column_d():
    with torch.device("meta"):
        assert parameters_of(VGG16(num_classes=10)) == parameters_of(vgg.vgg16(num_classes=10))


@pytest.mark.parametrize(
    ("block", "parameters"),
    [
        pytest.param(lambda: VGGBlock(3, 64, 1), (27 + 1) * 64, id="one convolution"),
        pytest.param(lambda: VGGBlock(4, 8, 3), (36 + 1) * 8 + 2 * (72 + 1) * 8, id="three convolutions"),
        pytest.param(
            lambda: VGGBlock(4, 8, 2, batch_norm=True),
            (36 + 1) * 8 + (72 + 1) * 8 + 2 * 16,
            id="batch normalisation adds 2 per channel of each convolution",
        ),
    ],
)
def test_block_parameters(block, parameters):
    assert parameters_of(block()) == parameters


def test_block_halves_the_image():
    assert VGGBlock(3, 5, 2)(torch.zeros(1, 3, 16, 12)).shape == (1, 5, 8, 6)


def test_block_ends_in_relu_and_pooling():
    block = VGGBlock(2, 2, 2)
    x = torch.randn(1, 2, 8, 8)
    first, second = (module for module in block.modules() if isinstance(module, nn.Conv2d))
    expected = torch.relu(second(torch.relu(first(x)))).unfold(2, 2, 2).unfold(3, 2, 2).amax((4, 5))
    torch.testing.assert_close(block(x), expected)
