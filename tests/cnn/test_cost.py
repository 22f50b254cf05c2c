"""FLOPs under the conventions that courses use: each part counted by hand."""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor, nn

from cnnquiz.bank.networks import load_network
from cnnquiz.cnn import Network
from cnnquiz.cnn.cost import EVERYTHING, PLAIN, Counted, call_flops, flops
from cnnquiz.tracing.record import record_network

torch.set_num_threads(1)


class _Function(nn.Module):
    def __init__(self, function: Callable[..., Tensor], *layers: nn.Module) -> None:
        super().__init__()
        self.function = function
        self.layers = nn.ModuleList(layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x, *self.layers)


def recorded(module: nn.Module, input_shape: Sequence[int] = (2, 8, 8)) -> Network:
    return record_network(lambda: module.to("meta"), input_shape, "net")


# 2 × 8 × 8 in; 4 channels of 6 × 6 after the convolution, 144 outputs of 18 multiply-adds each.
CONVOLUTION = 2 * 144 * 18


@pytest.mark.parametrize(
    ("counted", "added"),
    [
        pytest.param(PLAIN, 0, id="nothing but multiply-adds"),
        pytest.param(Counted(bias=True), 144 + 5, id="a bias add for each output of both layers"),
        pytest.param(Counted(normalization=True), 2 * 144, id="a scale and a shift"),
        pytest.param(Counted(activation=True), 144, id="one for each ReLU"),
        pytest.param(Counted(pooling=True), 4 * 36, id="four numbers in each of 36 windows"),
        pytest.param(Counted(addition=True), 0, id="no addition here"),
        pytest.param(EVERYTHING, 144 + 5 + 2 * 144 + 144 + 4 * 36, id="all of them"),
    ],
)
def test_a_chain(counted: Counted, added: int) -> None:
    network = recorded(
        nn.Sequential(
            nn.Conv2d(2, 4, 3),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(),
            nn.Linear(36, 5),
        )
    )

    assert flops(network, counted) == CONVOLUTION + 2 * 36 * 5 + added
    assert flops(network) == network.flops


@pytest.mark.parametrize(
    ("module", "counted", "expected"),
    [
        pytest.param(nn.Conv2d(2, 4, 3, bias=False), EVERYTHING, CONVOLUTION, id="a layer without bias adds none"),
        pytest.param(_Function(lambda x: x + x), Counted(addition=True), 128, id="a residual addition"),
        pytest.param(_Function(lambda x: 2 * x), Counted(addition=True), 128, id="times a number"),
        pytest.param(_Function(lambda x: torch.cat([x, x], 1)), EVERYTHING, 0, id="a concatenation costs nothing"),
        pytest.param(
            _Function(lambda x: torch.stack([x, x, x]).mean(0)), Counted(addition=True), 384, id="a mean of three maps"
        ),
        pytest.param(nn.AvgPool2d(3, 2, 1), Counted(pooling=True), 2 * 16 * 9, id="windows that overlap"),
        pytest.param(
            nn.AdaptiveAvgPool2d(1), Counted(pooling=True), 128, id="global pooling looks at every number once"
        ),
        pytest.param(nn.AdaptiveAvgPool2d(4), Counted(pooling=True), 128, id="adaptive pooling of 8 to 4"),
        pytest.param(nn.GroupNorm(2, 2), Counted(normalization=True), 256, id="group norm"),
        pytest.param(nn.LayerNorm(8), Counted(normalization=True), 256, id="layer norm"),
        pytest.param(nn.InstanceNorm2d(2), Counted(normalization=True), 256, id="instance norm"),
        pytest.param(nn.AvgPool1d(4), Counted(pooling=True), 2 * 2 * 4, id="one axis"),
    ],
)
def test_single_operations(module: nn.Module, counted: Counted, expected: int) -> None:
    network = recorded(module, (2, 8) if isinstance(module, nn.AvgPool1d) else (2, 8, 8))

    assert sum(call_flops(call, counted) for call in network.calls) == expected


def test_vgg16_with_its_biases() -> None:
    """CONVENTIONS differ by one add an output: 13.55 million for the convolutions, 9,192 for the linear layers."""
    network = load_network("vgg16")
    outputs = 2 * 64 * 224**2 + 2 * 128 * 112**2 + 3 * 256 * 56**2 + 3 * 512 * 28**2 + 3 * 512 * 14**2

    assert flops(network, Counted(bias=True)) - flops(network) == outputs + 4096 + 4096 + 1000
