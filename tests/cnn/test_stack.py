"""Layers one after another: the network that they make, counted by hand, and every layer of torch's own arguments."""

import inspect
from typing import Any

import pytest
from torch import nn

from cnnquiz.cnn import Network
from cnnquiz.cnn.shape import Shape
from cnnquiz.cnn.stack import ARGUMENTS, KEYWORDS, Layer, stack
from cnnquiz.errors import NetworkError
from cnnquiz.tracing.measure import _CLASSES


def made(*layers: tuple[str, dict[str, Any]], input: tuple[int, ...] = (3, 8, 8)) -> Network:
    return stack([Layer(name=name, arguments=arguments) for name, arguments in layers], Shape(*input))


def test_a_small_network_counted_by_hand() -> None:
    """conv 3→4 of 3×3 with padding 1, batch norm, ReLU, 2×2 pooling, flatten, 64 → 10."""
    network = made(
        ("conv2d", {"in_channels": 3, "out_channels": 4, "kernel_size": 3, "padding": 1}),
        ("batch_norm2d", {"num_features": 4}),
        ("relu", {}),
        ("max_pool2d", {"kernel_size": 2}),
        ("dropout", {}),
        ("flatten", {}),
        ("linear", {"in_features": 64, "out_features": 10}),
    )
    shapes = [call.output_shape for call in network.calls]
    assert shapes == [(4, 8, 8), (4, 8, 8), (4, 8, 8), (4, 4, 4), (4, 4, 4), (64,), (10,)]
    assert network.parameters == (3 * 9 * 4 + 4) + 2 * 4 + (64 * 10 + 10)
    assert network.buffers == 4 + 4 + 1  # running mean and variance, and how many batches there were
    assert network.macs == 3 * 9 * 4 * 64 + 640
    assert network.output_shape == (10,)
    assert [call.name for call in network.calls][:2] == ["0.conv2d", "1.batch_norm2d"]
    assert [tensor.name for call in network.calls for tensor in call.parameters][:2] == [
        "0.conv2d.weight",
        "0.conv2d.bias",
    ]


def test_nothing_leaves_the_input_as_it_is() -> None:
    network = made(input=(3, 5, 7))
    assert (network.output_shape, network.parameters, network.macs) == ((3, 5, 7), 0, 0)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments_are_those_of_torch_in_its_order(name: str) -> None:
    """Who writes a layer as in torch.nn means the same by it; what torch has beside is left out at the end alone."""
    torch_names = list(inspect.signature(getattr(nn, _CLASSES[name])).parameters)
    if not ARGUMENTS[name]:
        return
    assert list(ARGUMENTS[name]) == torch_names[: len(ARGUMENTS[name])]
    assert set(KEYWORDS.get(name, ())) <= set(torch_names)


def test_every_layer_has_a_class_of_torch() -> None:
    assert _CLASSES.keys() == ARGUMENTS.keys()


CONV = {"in_channels": 3, "out_channels": 4, "kernel_size": 3}

BAD = [
    pytest.param("conv2d", {"in_channels": 3}, "conv2d: missing 2 required keyword-only arguments: 'out_channels' and 'kernel_size' (expected the arguments of torch.nn)", id="too few arguments"),
    pytest.param("conv2d", {**CONV, "kernel": 3}, "conv2d: got an unexpected keyword argument 'kernel' (expected the arguments of torch.nn)", id="no such argument"),
    pytest.param("conv2d", {**CONV, "in_channels": 4}, "4", id="other channels"),
    pytest.param("conv2d", {**CONV, "kernel_size": 9}, "a window of 9 does not fit into 8", id="a window that is too large"),
    pytest.param("conv2d", {**CONV, "kernel_size": 0}, "0", id="a window of nothing"),
    pytest.param("conv2d", {**CONV, "stride": 0}, "0", id="a stride of 0"),
    pytest.param("conv2d", {**CONV, "kernel_size": "3"}, "kernel_size is '3'", id="a text for a size"),
    pytest.param("conv2d", {**CONV, "kernel_size": True}, "kernel_size is True", id="a truth value for a size"),
    pytest.param("conv2d", {**CONV, "kernel_size": (3, 3, 3)}, "3", id="three sizes on two axes"),
    pytest.param("conv2d", {**CONV, "bias": 1}, "bias is 1", id="a number for a truth value"),
    pytest.param("conv1d", CONV, "conv1d was given an input of shape 3×8×8 (expected channels×length)", id="an image for a line"),
    pytest.param("batch_norm1d", {"num_features": 3}, "batch_norm1d was given an input of shape 3×8×8 (expected 1 or 2 axes)", id="batch norm of a line on an image"),
    pytest.param("batch_norm3d", {"num_features": 3}, "batch_norm3d was given an input of shape 3×8×8 (expected 4 axes)", id="batch norm of a volume on an image"),
    pytest.param("linear", {"in_features": 192, "out_features": 2}, "192", id="a linear layer without a flatten"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "said"), BAD)
def test_a_layer_that_does_not_fit(name: str, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(NetworkError) as caught:
        made((name, arguments))
    assert said in str(caught.value)


def test_the_first_layer_that_does_not_fit_is_told() -> None:
    with pytest.raises(NetworkError, match="a window of 5 does not fit into 4"):
        made(("max_pool2d", {"kernel_size": 2}), ("max_pool2d", {"kernel_size": 5}), ("linear", {}))
