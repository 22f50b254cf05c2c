"""Weights and activations in memory: small networks by hand, and the memory of real tensors as the judge."""

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnnquiz.bank.networks import load_network
from cnnquiz.cnn import Network
from cnnquiz.cnn.memory import bytes_of, peak_elements, training_elements, weight_bytes
from cnnquiz.errors import NetworkError
from cnnquiz.tracing.record import record_network

torch.set_num_threads(1)

Forward = Callable[[list[Tensor]], Tensor]


class _Function(nn.Module):
    """A forward pass that takes its input out of a list, so that nobody else holds it."""

    def __init__(self, function: Forward) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        held = [x]
        del x
        return self.function(held)


def recorded(function: Forward, input_shape: Sequence[int]) -> Network:
    return record_network(lambda: _Function(function), input_shape, "net")


class _Watch(TorchFunctionMode):
    """Adds up the memories of tensors from when they are first seen until nobody holds them."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[int, int] = {}
        self.users: dict[int, int] = {}
        self.peak = 0

    def see(self, tensor: Tensor) -> None:
        with torch._C.DisableTorchFunction():
            memory, size = tensor.untyped_storage()._cdata, tensor.untyped_storage().nbytes() // tensor.element_size()
        self.users[memory] = self.users.get(memory, 0) + 1
        self.sizes[memory] = size
        weakref.finalize(tensor, self.forget, memory)
        self.peak = max(self.peak, sum(self.sizes.values()))

    def forget(self, memory: int) -> None:
        self.users[memory] -= 1
        if not self.users[memory]:
            del self.users[memory], self.sizes[memory]

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, tuple) else [result]:
            if isinstance(tensor, Tensor) and all(tensor is not given for given in args):
                self.see(tensor)
        return result


def measured(function: Forward, input_shape: Sequence[int]) -> int:
    """Numbers alive at once while the function runs on real tensors."""
    watch = _Watch()
    held = [torch.zeros(1, *input_shape)]
    watch.see(held[0])
    with torch.no_grad(), watch:
        function(held)
    return watch.peak


def sequential(held: list[Tensor]) -> Tensor:
    x = F.avg_pool2d(held.pop(), 1)
    x = F.relu(x, inplace=True)
    x = F.avg_pool2d(x, 2)
    return x.flatten(1)


def residual(held: list[Tensor]) -> Tensor:
    """The shortcut keeps x while the main path makes two more."""
    x = held.pop()
    y = F.avg_pool2d(x, 3, 1, 1)
    y = F.avg_pool2d(y, 3, 1, 1)
    return x + y


def activation_beside_its_input(held: list[Tensor]) -> Tensor:
    """Here ReLU may not work in place: x is pooled later."""
    x = held.pop()
    y = F.avg_pool2d(x.relu(), 2)
    return torch.cat([y, F.avg_pool2d(x, 2)], 1)


def concatenation(held: list[Tensor]) -> Tensor:
    x = held.pop()
    branches = [F.max_pool2d(x, 2), F.avg_pool2d(x, 2), F.avg_pool2d(x, 2)]
    del x
    return torch.cat(branches, 1)


def halves(held: list[Tensor]) -> Tensor:
    """Both halves are views: the whole lives as long as one of them."""
    left, right = held.pop().chunk(2, 1)
    right = F.avg_pool2d(right, 3, 1, 1)
    return torch.cat([left, right], 1)


def slices(held: list[Tensor]) -> Tensor:
    x = held.pop()
    y = F.avg_pool2d(x, 2)
    shortcut = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, 2))
    del x
    y = F.pad(y, (0, 0, 0, 0, 0, 2))
    return shortcut + y


def dense(held: list[Tensor]) -> Tensor:
    """Every map lives to the end, with all the channels of which it is a view."""
    maps = [held.pop()]
    for _ in range(3):
        maps.append(F.avg_pool2d(torch.cat(maps, 1), 3, 1, 1)[:, :2])
    return torch.cat(maps, 1)


def gate(held: list[Tensor]) -> Tensor:
    x = held.pop()
    return x * F.adaptive_avg_pool2d(x, 1).sigmoid_()


@pytest.mark.parametrize(
    ("function", "by_hand"),
    [
        pytest.param(
            sequential, 256 + 256, id="a chain: input and output of one layer, ReLU in place, a view at the end"
        ),
        pytest.param(residual, 3 * 256, id="a shortcut: x beside what the second layer reads and writes"),
        pytest.param(activation_beside_its_input, 2 * 256 + 64, id="an activation of what is still needed"),
        pytest.param(
            concatenation, 256 + 3 * 64, id="three branches beside their input, which is dead when they are joined"
        ),
        pytest.param(halves, 256 + 128 + 256, id="halves: the whole, the new half, the joined"),
        pytest.param(slices, 256 + 64 + 96, id="a slice is a view, padding is not"),
        pytest.param(dense, (4 + 4 + 6 + 8 + 10) * 64, id="a dense block: 4, 4, 6, 8 channels, and 10 joined"),
        pytest.param(gate, 256 + 4 + 256, id="a gate"),
    ],
)
def test_peak_is_that_of_real_tensors(function: Forward, by_hand: int) -> None:
    network = recorded(function, (4, 8, 8))

    assert measured(function, (4, 8, 8)) == by_hand
    assert peak_elements(network) == by_hand


def test_training_keeps_the_input_and_every_output() -> None:
    network = record_network(
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(2 * 6 * 6, 5)), (1, 8, 8), "net"
    )

    # Input, convolution, ReLU that keeps its own copy, no flatten, linear.
    assert training_elements(network) == 64 + 72 + 72 + 5
    assert peak_elements(network) == 64 + 72


def test_the_input_of_a_network_without_layers() -> None:
    network = record_network(nn.Sequential, (3, 4, 4), "net")

    assert (peak_elements(network), training_elements(network)) == (48, 48)


def test_the_largest_moment_of_vgg16() -> None:
    """CS231n's notes: the first two convolutions, 64 × 224 × 224 each, one reading the other."""
    assert peak_elements(load_network("vgg16")) == 2 * 64 * 224 * 224


@pytest.mark.parametrize(
    ("dtype", "size"), [("float64", 8), ("float32", 4), ("float16", 2), ("bfloat16", 2), ("int8", 1)]
)
def test_bytes_are_torchs(dtype: str, size: int) -> None:
    assert torch.empty(0, dtype=getattr(torch, dtype)).element_size() == size
    assert bytes_of(10, dtype) == 10 * size
    assert weight_bytes(load_network("lenet5"), dtype) == 61_706 * size


def test_an_unknown_dtype() -> None:
    with pytest.raises(
        NetworkError, match=r"unknown dtype 'float8' \(expected one of float64, float32, float16, bfloat16, int8\)"
    ):
        weight_bytes(load_network("lenet5"), "float8")
