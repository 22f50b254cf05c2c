"""The two-tower AlexNet against the figures of the 2012 paper."""

import pytest
import torch
from torch import Tensor, nn

from cnnquiz.tracing.record import record_network
from solutions.alexnet import INPUT_SHAPES, AlexNet, alexnet, local_response_norm

SHAPE = INPUT_SHAPES["alexnet"]


@pytest.fixture(scope="module")
def network() -> AlexNet:
    with torch.device("meta"):
        return alexnet().eval()


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def layers_of(network: nn.Module) -> list[nn.Module]:
    return [module for module in network.modules() if isinstance(module, nn.Conv2d | nn.Linear)]


def output_shapes(network: nn.Module, kind: type[nn.Module] | tuple[type[nn.Module], ...]):
    """Shapes without batch of what the modules of that kind returned, in order."""
    shapes: list[tuple[int, ...]] = []

    def record(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        shapes.append(tuple(output.shape[1:]))

    handles = [m.register_forward_hook(record) for m in network.modules() if isinstance(m, kind)]
    network(torch.empty(1, *SHAPE, device="meta"))
    for handle in handles:
        handle.remove()
    return shapes


def test_two_towers_have_60_965_224_parameters(network):
    # (inputs seen by one filter × kernel area + bias) × filters, from section 3.5 of the paper
    expected = [
        (3 * 121 + 1) * 96,
        (48 * 25 + 1) * 256,
        (256 * 9 + 1) * 384,
        (192 * 9 + 1) * 384,
        (192 * 9 + 1) * 256,
        (9216 + 1) * 4096,
        (4096 + 1) * 4096,
        (4096 + 1) * 1000,
    ]
    assert [parameters_of(layer) for layer in layers_of(network)] == expected
    assert parameters_of(network) == sum(expected) == 60_965_224


def test_without_the_towers_it_would_have_62_378_344(network):
    weights = sum(layer.weight.numel() * getattr(layer, "groups", 1) for layer in layers_of(network))
    biases = sum(layer.bias.numel() for layer in layers_of(network))
    assert weights + biases == 62_378_344


def test_convolutions_and_poolings_have_the_shapes_of_the_paper(network):
    assert output_shapes(network, nn.Conv2d) == [
        (96, 55, 55),
        (256, 27, 27),
        (384, 13, 13),
        (384, 13, 13),
        (256, 13, 13),
    ]
    assert output_shapes(network, nn.MaxPool2d) == [(96, 27, 27), (256, 13, 13), (256, 6, 6)]
    assert output_shapes(network, nn.Linear) == [(4096,), (4096,), (1000,)]


def test_neurons_are_those_of_figure_2_but_for_the_first_layer(network):
    neurons = [torch.Size(shape).numel() for shape in output_shapes(network, (nn.Conv2d, nn.Linear))]
    assert neurons == [290_400, 186_624, 64_896, 64_896, 43_264, 4096, 4096, 1000]


def test_normalisation_follows_relu_and_comes_before_pooling():
    network = record_network(alexnet, SHAPE, "alexnet")
    ops = [call.op.title for call in network.calls[:8]]
    assert ops == ["conv2d", "relu", "local_response_norm", "max_pool2d"] * 2


def test_normalisation_is_the_formula_of_section_3_3():
    a = torch.rand(1, 9, 2, 2) * 100
    expected = torch.empty_like(a)
    for i in range(9):
        neighbours = a[:, max(0, i - 2) : min(8, i + 2) + 1]
        expected[:, i] = a[:, i] / (2 + 1e-4 * neighbours.square().sum(dim=1)) ** 0.75
    torch.testing.assert_close(local_response_norm()(a), expected)


def test_halves_meet_in_conv3_and_nowhere_before(network):
    conv2 = alexnet(num_classes=2).conv2
    x = torch.zeros(1, 96, 27, 27)
    x[:, :48] = 1.0
    seen = conv2(x) - conv2.bias.detach()[None, :, None, None]
    assert seen[:, :128].abs().sum() > 0
    assert seen[:, 128:].abs().max() < 1e-6
    assert [conv.groups for conv in network.modules() if isinstance(conv, nn.Conv2d)] == [1, 2, 1, 2, 2]


def test_dropout_follows_the_first_two_fully_connected_layers():
    network = record_network(alexnet, SHAPE, "alexnet")
    ops = [call.op.title for call in network.calls[-7:]]
    assert ops == ["linear", "relu", "dropout", "linear", "relu", "dropout", "linear"]
