"""Calls that work in place: followed where they can be, an error where they cannot, never a wrong graph."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import Tensor, nn

from cnnquiz.cnn import Network
from cnnquiz.errors import RecordingError

torch.set_num_threads(1)

Recorded = Callable[..., Network]


def titles(network: Network) -> list[str]:
    return [call.op.title for call in network.calls]


def conv(in_channels: int = 4, out_channels: int = 4) -> Callable[[], nn.Module]:
    return lambda: nn.Conv2d(in_channels, out_channels, 3, padding=1)


def test_a_tensor_that_is_only_written_is_no_input(recorded: Recorded) -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        y = x * 2
        return torch.add(x, x.relu(), out=y)

    assert [call.inputs for call in recorded(forward).calls] == [(0,), (0,), (0, 2)]


def test_a_residual_sum_in_place(recorded: Recorded) -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        y = m.conv(x)
        y += x
        return y.relu_()

    assert [call.inputs for call in recorded(forward, conv=conv()).calls] == [(0,), (1, 0), (2,)]


def test_an_activation_in_place_reaches_every_name_of_its_tensor(recorded: Recorded) -> None:
    """The shortcut is taken before the activation, yet carries its result: it is one tensor."""

    def forward(m: Any, x: Tensor) -> Tensor:
        y = m.conv(x)
        shortcut = y
        return m.conv(F.relu(y, inplace=True)) + shortcut

    assert [call.inputs for call in recorded(forward, conv=conv()).calls] == [(0,), (1,), (2,), (3, 2)]


@pytest.mark.parametrize(
    "split",
    [
        pytest.param(lambda x: x.chunk(2, 1), id="chunk"),
        pytest.param(lambda x: x.split([2, 2], 1), id="split"),
        pytest.param(lambda x: x.view(2, 2, 2, 6, 6).unbind(1), id="unbind"),
        pytest.param(lambda x: (x[:, :2], x[:, 2:]), id="slices"),
    ],
)
def test_halves(recorded: Recorded, split: Callable[[Tensor], Sequence[Tensor]]) -> None:
    """One half goes through a layer that works in place; the other is another half, untouched."""

    def forward(m: Any, x: Tensor) -> Tensor:
        left, right = split(x.clone())
        return torch.cat([left, m.conv(F.relu(right, inplace=True))], 1)

    network = recorded(forward, conv=conv(2, 2))
    cat = network.calls[-1]

    assert cat.input_shapes == ((2, 6, 6), (2, 6, 6))
    assert titles(network)[-3:] == ["relu", "conv2d", "cat"]
    assert network.calls[cat.inputs[0] - 1].op.name in ("other", "slice")


def test_an_assignment_to_a_slice(recorded: Recorded) -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        y = torch.zeros(2, 4, 6, 6)
        y[:, :2] = x[:, :2].relu()
        y[:, 2:] = x[:, 2:]
        return y

    network = recorded(forward)
    first, second = (call for call in network.calls if call.op.title == "__setitem__")

    assert network.calls[first.inputs[0] - 1].op.title == "relu"
    assert second.inputs[0] == network.calls.index(first) + 1
    assert network.not_counted == ("__setitem__",)


def change_the_base(m: Any, x: Tensor) -> Tensor:
    y = x * 2
    flat = y.view(2, -1)
    y.relu_()
    return flat


def change_a_view(m: Any, x: Tensor) -> Tensor:
    y = x * 2
    y[:, :2].relu_()
    return y


def change_a_sibling(m: Any, x: Tensor) -> Tensor:
    y = x * 2
    left, right = y[:, :3], y[:, 2:]
    left.relu_()
    return torch.cat([left, right], 1)


def assign_to_a_slice_of_a_view(m: Any, x: Tensor) -> Tensor:
    y = x * 2
    y.view(2, -1)[:, 0] = 0
    return y


def change_through_data(m: Any, x: Tensor) -> Tensor:
    y = x * 2
    y.data.relu_()
    return y


def transpose_in_place_then_change(m: Any, x: Tensor) -> Tensor:
    y = x * 2
    turned = y.transpose(2, 3)
    turned.add_(1)
    return y


@pytest.mark.parametrize(
    "function",
    [
        change_the_base,
        change_a_view,
        change_a_sibling,
        assign_to_a_slice_of_a_view,
        change_through_data,
        transpose_in_place_then_change,
    ],
)
def test_numbers_that_change_behind_a_tensor_s_back(recorded: Recorded, function: Callable[..., Any]) -> None:
    with pytest.raises(RecordingError, match="reads a tensor that was changed in place through another one"):
        recorded(function)


def change_a_view_and_go_on_with_it(m: Any, x: Tensor) -> Tensor:
    return (x * 2).view(2, -1).relu_()


def squeeze_in_place_beside_a_view(m: Any, x: Tensor) -> Tensor:
    y = F.adaptive_avg_pool2d(x, 1)
    view = y.view(2, 4)
    return y.squeeze_(3).squeeze_(2) + view


def give_new_data(m: Any, x: Tensor) -> Tensor:
    y = x * 2
    y.data = x.relu()
    return y


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        pytest.param(change_a_view_and_go_on_with_it, ["mul", "flatten", "relu"], id="a view changed and used"),
        pytest.param(
            squeeze_in_place_beside_a_view,
            ["adaptive_avg_pool2d", "flatten", "squeeze", "flatten", "add"],
            id="squeeze_ changes no number",
        ),
        pytest.param(give_new_data, ["mul", "relu"], id="y.data = x makes y another name of x"),
    ],
)
def test_changes_in_place_that_are_followed(
    recorded: Recorded, function: Callable[..., Any], expected: list[str]
) -> None:
    assert titles(recorded(function)) == expected
