"""Receptive fields of every network of solutions/: published ones, and the support of gradients as the judge.

All networks are measured with CNNQUIZ_ALL=1, otherwise six.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnnquiz.bank.networks import load_network
from cnnquiz.cnn.receptive_field import ReceptiveField, last_spatial_field
from cnnquiz.tracing.solutions import load_solutions

torch.set_num_threads(1)

SOLUTIONS = {solution.name: solution for solution in load_solutions()}
SAMPLE = ("lenet5_1998", "alexnet", "googlenet", "resnet20_cifar", "fractalnet_cifar10", "se_resnet50")


def field_of(name: str) -> ReceptiveField:
    field = last_spatial_field(load_network(name))
    assert field is not None
    return field


# Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019: the table of
# section 3, receptive field r and effective stride S of the last layer before global pooling or full connection.
# Theirs are TF-slim's networks; ours that differ from these in what a position sees are left out.
@pytest.mark.parametrize(
    ("name", "size", "jump"),
    [
        pytest.param("alexnet", 195, 32, id="alexnet_v2 195"),
        pytest.param("vgg16", 212, 32, id="vgg_16 212"),
        pytest.param("mobilenet_v1", 315, 32, id="mobilenet_v1 315"),
        pytest.param("resnet50", 483, 32, id="resnet_v1_50 483"),
        pytest.param("resnet101", 1027, 32, id="resnet_v1_101 1027"),
        pytest.param("resnet152", 1507, 32, id="resnet_v1_152 1507"),
        pytest.param("inception_v3", 1311, 32, id="inception_v3 1311"),
        pytest.param("inception_v4", 2071, 32, id="inception_v4 2071"),
    ],
)
def test_published_fields(name: str, size: int, jump: int) -> None:
    field = field_of(name)

    assert (field.size, field.jump) == ((size, size), (jump, jump))


class _ReachedError(Exception):
    """The last feature map is there; what follows would not fit an image of another size."""


class _Linear(TorchFunctionMode):
    """Make a forward pass one in which positive numbers stay positive, and keep the last feature map.

    A maximum passes the gradient to one number of its window, an average to all. A gate that was pooled from the whole
    image is taken to be a constant.
    """

    def __init__(self) -> None:
        super().__init__()
        self.last = torch.empty(0)

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name == "max_pool2d":
            kwargs.pop("return_indices", None)
            return _average(*args, **kwargs)
        if name in ("adaptive_avg_pool2d", "flatten") or (name == "mean" and kwargs.get("dim") == (2, 3)):
            if args[0].requires_grad and args[0].dim() == 4:
                self.last = args[0]
            if args[0].requires_grad and name == "flatten":
                raise _ReachedError
            return func(*args, **kwargs).detach()
        return func(*args, **kwargs)


def _average(
    x: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
) -> Tensor:
    assert dilation in (1, (1, 1), [1, 1])
    return F.avg_pool2d(x, kernel_size, stride, padding, ceil_mode)


def positive(module: nn.Module) -> nn.Module:
    """Every weight 1/fan-in and no bias, so that numbers neither vanish nor grow out of float64."""
    for name, tensor in module.named_parameters():
        tensor.requires_grad_(False)
        fan_in = tensor[0].numel() if tensor.dim() > 1 else 1
        tensor.fill_(0 if name.endswith("bias") else 1 / fan_in)
    return module.eval()


def last_map(module: nn.Module, x: Tensor) -> Tensor:
    mode = _Linear()
    with suppress(_ReachedError), mode:
        module(x)
    return mode.last


def least_side(name: str) -> int:
    """A multiple of 32 pixels at which every window still fits: the axis that is not measured is kept short."""
    with torch.device("meta"):
        module = SOLUTIONS[name].build().eval()
        for side in range(32, 512, 32):
            try:
                last_map(module, torch.empty(1, SOLUTIONS[name].input_shape[0], side, 320, requires_grad=True))
            except RuntimeError:
                continue
            return side
    raise AssertionError(f"{name} fits no image")


def reached(name: str, axis: int, pixels: int, position: int) -> tuple[int, int]:
    """The first and the last pixel along an axis (0 is the height) on which a position of the last map depends."""
    sides = [least_side(name)] * 2
    sides[axis] = pixels
    image = (1, SOLUTIONS[name].input_shape[0], *sides)
    x = torch.full(image, 1e-6, dtype=torch.double, requires_grad=True)  # far from where relu6 and tanh are flat
    module = positive(SOLUTIONS[name].build().double())
    (gradient,) = torch.autograd.grad(last_map(module, x).select(2 + axis, position).sum(), x)
    seen = gradient.sum(dim=(0, 1, 3 - axis)).nonzero().flatten()
    return int(seen[0]), int(seen[-1])


def check_axis(name: str, axis: int) -> None:
    field = field_of(name).axes[axis]
    position = max(0, -(field.start // field.jump))  # the first that sees no padding
    first = field.start + position * field.jump

    # Room for three more positions on the other side, and a size that halves as often as a network may want.
    pixels = (-(-field.size // field.jump) + 4) * field.jump
    assert reached(name, axis, pixels, position) == (first, first + field.size - 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SOLUTIONS) if os.environ.get("CNNQUIZ_ALL") else SAMPLE)
def test_gradients_reach_the_field_and_nothing_else(name: str) -> None:
    check_axis(name, 1)


def test_the_other_axis_of_a_network_with_windows_that_are_not_square() -> None:
    check_axis("inception_v3", 0)


def test_every_network_has_a_field() -> None:
    assert [name for name in SOLUTIONS if last_spatial_field(load_network(name)) is None] == []
