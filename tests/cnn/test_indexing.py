"""Slices, choices of channels, padding, stacks and means: shapes and receptive fields, with torch as the judge."""

from collections.abc import Callable, Sequence

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import Tensor, nn

from cnnquiz.cnn import Network, Op, Shape
from cnnquiz.cnn.indexing import IndexSelect, Pad, Slice
from cnnquiz.cnn.receptive_field import receptive_fields
from cnnquiz.cnn.stored import from_json, to_json
from cnnquiz.cnn.structure import Mean, Stack
from cnnquiz.errors import NetworkError
from cnnquiz.tracing.record import record_network

torch.set_num_threads(1)

Forward = Callable[[Tensor], Tensor]


class _Function(nn.Module):
    def __init__(self, function: Forward) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


def recorded(function: Forward, input_shape: Sequence[int] = (4, 12, 10)) -> Network:
    return record_network(lambda: _Function(function), input_shape, "net")


@pytest.mark.parametrize(
    ("function", "ops"),
    [
        pytest.param(lambda x: x[:, :, ::2, ::2], ["slice"], id="every second pixel"),
        pytest.param(lambda x: x[..., 1:], ["slice"], id="an ellipsis"),
        pytest.param(lambda x: x[:, 1:3], ["slice"], id="two channels"),
        pytest.param(lambda x: x[:, :, 1:-1, -3:], ["slice"], id="negative limits, counted from the end"),
        pytest.param(lambda x: x[:, :, 5:2], ["slice"], id="nothing left"),
        pytest.param(lambda x: x[:, [0, 2, 3]], ["index_select"], id="three channels"),
        pytest.param(lambda x: x[:, (3, -4)], ["index_select"], id="a tuple, and a negative channel"),
        pytest.param(lambda x: F.pad(x, (1, 2)), ["pad"], id="padding of the width alone"),
        pytest.param(lambda x: F.pad(x, (0, 0, 0, 0, 2, 3)), ["pad"], id="new channels"),
        pytest.param(lambda x: F.pad(x, [-1, 2, 3, -2]), ["pad"], id="padding that cuts off"),
        pytest.param(lambda x: F.pad(x, (1, 1, 2, 2), mode="reflect"), ["pad"], id="mirrored"),
        pytest.param(nn.ZeroPad2d(1), ["pad"], id="a module"),
        pytest.param(
            lambda x: torch.stack([x, x, x]).mean(0), ["stack", "mean"], id="a mean of three, before the batch"
        ),
        pytest.param(lambda x: torch.stack([x, x]).mean(dim=0), ["stack", "mean"], id="of two, as large as the batch"),
        pytest.param(lambda x: torch.stack([x, x], 1).mean(1), ["stack", "mean"], id="after the batch"),
        pytest.param(lambda x: torch.stack([x, x], -1).mean(-1), ["stack", "mean"], id="at the end"),
        pytest.param(lambda x: x.mean(1, keepdim=True), ["mean"], id="over channels"),
        pytest.param(lambda x: x.mean(2), ["mean"], id="over rows"),
        pytest.param(lambda x: torch.stack([x, x]).mean(1), ["stack", "other"], id="over the batch"),
        pytest.param(lambda x: x[:, 0], ["other"], id="an axis less"),
        pytest.param(lambda x: x[:, [0, 1], [2, 3]], ["other"], id="two lists"),
        pytest.param(lambda x: x[:1], ["other"], id="a slice of the batch"),
    ],
)
def test_torch_agrees_with_the_shape(function: Forward, ops: list[str]) -> None:
    network = recorded(function)

    assert [call.op.name for call in network.calls] == ops
    if "other" not in ops:
        assert tuple(network.output_shape) == tuple(function(torch.zeros(2, 4, 12, 10)).shape[1:])
        assert from_json(to_json(network)).calls[-1].op == network.calls[-1].op


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda x: x[:, :, ::2, 1::3], id="slices with a step and a start"),
        pytest.param(lambda x: F.avg_pool2d(F.pad(x, (3, 0, 0, 1)), 2), id="padding on one side"),
        pytest.param(
            lambda x: F.avg_pool2d(x, 3, 2, 1)[:, :, 1:, ::2], id="a slice of a map whose pixels are far apart"
        ),
        pytest.param(lambda x: F.pad(F.avg_pool2d(x, 2), (1, 0, 2, 0)), id="padding of such a map"),
        pytest.param(lambda x: F.pad(F.avg_pool2d(x, 2), (-1, 0, 2, 0)), id="and cutting off"),
        pytest.param(
            lambda x: torch.stack([x, F.avg_pool2d(x, 5, 1, 2)]).mean(0), id="a mean of maps that see unlike far"
        ),
        pytest.param(lambda x: x[:, [1]].mean(1, keepdim=True), id="channels"),
    ],
)
def test_gradients_reach_the_field_and_nothing_else(function: Forward) -> None:
    x = torch.ones(1, 4, 40, 40, requires_grad=True)
    y = function(x)
    (gradient,) = torch.autograd.grad(y[0, :, 6, 5].sum(), x)

    field = receptive_fields(recorded(function, (4, 40, 40)))[-1]

    assert field is not None
    for axis, position, other in zip(field.axes, (6, 5), (2, 1), strict=True):
        seen = gradient[0].sum(dim=(0, other)).nonzero().flatten()
        first = axis.start + position * axis.jump
        assert (int(seen[0]), int(seen[-1])) == (first, first + axis.size - 1)


def test_a_mean_of_rows_has_no_field() -> None:
    assert receptive_fields(recorded(lambda x: x.mean(2, keepdim=True))) == (None,)
    assert receptive_fields(recorded(lambda x: torch.stack([x, x], -1))) == (None,)


X = Shape(4, 6, 6)


@pytest.mark.parametrize(
    ("build", "inputs", "problem"),
    [
        pytest.param(
            lambda: Slice(start=(0,), stop=(2, 3), step=(1,)),
            (X,),
            r"slice from \(0,\) to \(2, 3\) by \(1,\) \(expected one for each axis, from 0 on\)",
            id="not as many stops",
        ),
        pytest.param(
            lambda: Slice(start=(0,), stop=(2,), step=(0,)), (X,), r"by \(0,\)", id="a step that goes nowhere"
        ),
        pytest.param(
            lambda: Slice(start=(0,), stop=(2,), step=(1,)),
            (X,),
            "slice of 1 axes was given an input of shape 4×6×6",
            id="too few axes",
        ),
        pytest.param(
            lambda: IndexSelect(dim=1, index=(4,)),
            (X,),
            "index_select of 4 from an axis of 4",
            id="no such channel",
        ),
        pytest.param(
            lambda: IndexSelect(dim=0, index=(0,)),
            (X,),
            r"index_select along axis 0 of 4 axes \(expected 1 to 3\)",
            id="of the batch",
        ),
        pytest.param(
            lambda: Pad(pad=(1, 1)),
            (X,),
            r"pad of 2 numbers for an input of shape 4×6×6 \(expected 6\)",
            id="not every axis",
        ),
        pytest.param(
            lambda: Pad(pad=(-4, -4, 0, 0, 0, 0)),
            (X,),
            "takes more from 4×6×6 than there is",
            id="cuts too much off",
        ),
        pytest.param(
            lambda: Pad(pad=(), mode="mirror"),
            (X,),
            r"pad of mode 'mirror' \(expected one of constant, reflect, replicate, circular\)",
            id="an unknown mode",
        ),
        pytest.param(Stack, (X, Shape(4)), r"stack of 4×6×6 and 4 \(expected one shape\)", id="unlike"),
        pytest.param(Stack, (), r"stack of no input", id="of nothing"),
        pytest.param(lambda: Mean(dim=5), (X,), "mean along axis 5 of 4 axes", id="a mean along no axis"),
    ],
)
def test_what_cannot_be(build: Callable[[], Op], inputs: tuple[Shape, ...], problem: str) -> None:
    with pytest.raises(NetworkError, match=problem):
        build().output_shape(*inputs)
