"""Networks written in the ways in which students write them, and what is said of those that cannot be recorded."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import Tensor, nn

from cnnquiz.cnn import Network
from cnnquiz.cnn.stored import from_json, to_json
from cnnquiz.errors import RecordingError
from cnnquiz.tracing.record import record_network

torch.set_num_threads(1)


class _Module(nn.Module):
    """`forward` is a function of the module and its input; what is given by name becomes an attribute."""

    def __init__(self, function: Callable[..., Any], attributes: dict[str, Any]) -> None:
        super().__init__()
        self.function = function
        for name, value in attributes.items():
            setattr(self, name, value)

    def forward(self, x: Tensor) -> Any:
        return self.function(self, x)


def recorded(
    function: Callable[..., Any], input_shape: Sequence[int] = (4, 6, 6), **builders: Callable[[], Any]
) -> Network:
    return record_network(lambda: _Module(function, {n: build() for n, build in builders.items()}), input_shape, "net")


def titles(network: Network) -> list[str]:
    return [call.op.title for call in network.calls]


def weight(*shape: int) -> Callable[[], nn.Parameter]:
    return lambda: nn.Parameter(torch.empty(*shape))


def conv(in_channels: int = 4, out_channels: int = 4) -> Callable[[], nn.Module]:
    return lambda: nn.Conv2d(in_channels, out_channels, 3, padding=1)


@pytest.mark.parametrize(
    ("function", "roles", "shapes"),
    [
        pytest.param(
            lambda m, x: x.flatten(1) @ m.w, ["weight.T"], [(144, 5)], id="x @ W holds the transpose of a weight"
        ),
        pytest.param(lambda m, x: torch.matmul(x.flatten(1), m.w), ["weight.T"], [(144, 5)], id="torch.matmul"),
        pytest.param(lambda m, x: x.flatten(1).mm(m.w), ["weight.T"], [(144, 5)], id="Tensor.mm"),
        pytest.param(lambda m, x: F.linear(x.flatten(1), m.w.t()), ["weight.T"], [(144, 5)], id="F.linear(x, W.t())"),
        pytest.param(lambda m, x: F.linear(x.flatten(1), m.w.T), ["weight.T"], [(144, 5)], id="F.linear(x, W.T)"),
        pytest.param(lambda m, x: x.flatten(1) @ m.v.T, ["weight"], [(5, 144)], id="x @ W.T"),
        pytest.param(lambda m, x: x.flatten(1) @ m.v.transpose(0, 1), ["weight"], [(5, 144)], id="W.transpose(0, 1)"),
        pytest.param(lambda m, x: x.flatten(1) @ m.w.T.T, ["weight.T"], [(144, 5)], id="turned twice"),
        pytest.param(
            lambda m, x: torch.addmm(m.b, x.flatten(1), m.w),
            ["bias", "weight.T"],
            [(5,), (144, 5)],
            id="torch.addmm, bias first",
        ),
        pytest.param(
            lambda m, x: F.linear(bias=m.b, weight=m.v, input=x.flatten(1)),
            ["bias", "weight"],
            [(5,), (5, 144)],
            id="keywords in any order",
        ),
    ],
)
def test_linear_layers_by_hand(function: Callable[..., Any], roles: list[str], shapes: list[tuple[int, ...]]) -> None:
    network = recorded(function, w=weight(144, 5), v=weight(5, 144), b=weight(5))
    flatten, linear = network.calls

    assert flatten.op.name == "flatten"
    assert (linear.op.name, linear.macs, linear.output_shape) == ("linear", 144 * 5, (5,))
    assert [p.role for p in linear.parameters] == roles
    assert [p.shape for p in linear.parameters] == shapes
    assert linear.name in ("w", "v")
    assert network.parameters == 5 * 144 * 2 + 5


def test_a_raw_convolution() -> None:
    network = recorded(lambda m, x: F.conv2d(x, m.w, m.b, stride=2, groups=2), w=weight(6, 2, 3, 3), b=weight(6))
    (call,) = network.calls

    assert (call.op.attributes()["in_channels"], call.output_shape) == (4, (6, 2, 2))
    assert call.macs == 6 * 2 * 2 * 2 * 9
    assert [(p.name, p.role) for p in call.parameters] == [("w", "weight"), ("b", "bias")]


def test_a_module_used_three_times_has_its_parameters_once_and_its_cost_thrice() -> None:
    network = recorded(lambda m, x: m.conv(m.conv(m.conv(x))), conv=conv())

    assert network.parameters == 4 * 4 * 9 + 4
    assert network.macs == 3 * 4 * 4 * 9 * 36
    assert [call.name for call in network.calls] == ["conv"] * 3


def test_tied_weights_count_once() -> None:
    def tied(m: Any, x: Tensor) -> Tensor:
        x = x.flatten(1)
        return F.linear(F.linear(x, m.w), m.w.t())

    network = recorded(tied, w=weight(5, 144))

    assert (network.parameters, network.macs) == (720, 1440)
    assert [call.parameters[0].role for call in network.calls[1:]] == ["weight", "weight.T"]


def test_lists_and_dictionaries_of_modules() -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        for layer in m.layers:
            x = layer(x)
        return m.heads["out"](x)

    network = recorded(
        forward,
        layers=lambda: nn.ModuleList([conv()(), nn.ReLU()]),
        heads=lambda: nn.ModuleDict({"out": conv(4, 2)(), "unused": conv(4, 3)()}),
    )

    assert [call.name for call in network.calls] == ["layers.0", "layers.1", "heads.out"]
    assert [p.name for p in network.unused_parameters] == ["heads.unused.weight", "heads.unused.bias"]
    assert network.parameters == (4 + 2 + 3) * 4 * 9 + 4 + 2 + 3


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        pytest.param(lambda m, x: F.relu(x), ["relu"], id="F.relu"),
        pytest.param(lambda m, x: (x * 1).relu_(), ["mul", "relu"], id="relu_"),
        pytest.param(lambda m, x: F.relu(x * 1, inplace=True), ["mul", "relu"], id="inplace=True"),
        pytest.param(lambda m, x: x.clamp(min=0), ["relu"], id="clamp from 0"),
        pytest.param(lambda m, x: torch.clamp(x, 0, 6), ["relu6"], id="clamp from 0 to 6"),
        pytest.param(lambda m, x: x.clamp(max=6), ["clamp"], id="clamp to 6"),
        pytest.param(lambda m, x: nn.ReLU6()(x), ["relu6"], id="nn.ReLU6, which calls hardtanh"),
        pytest.param(lambda m, x: F.hardtanh(x), ["hardtanh"], id="hardtanh itself"),
        pytest.param(lambda m, x: torch.sigmoid(x), ["sigmoid"], id="torch.sigmoid"),
        pytest.param(lambda m, x: x.softmax(1), ["softmax"], id="Tensor.softmax"),
        pytest.param(lambda m, x: x.mean([2, 3]), ["adaptive_avg_pool2d", "flatten"], id="mean([2, 3])"),
        pytest.param(lambda m, x: x.mean((-1, -2)), ["adaptive_avg_pool2d", "flatten"], id="mean((-1, -2))"),
        pytest.param(lambda m, x: x.mean((2, 3), keepdim=True), ["adaptive_avg_pool2d"], id="mean with keepdim"),
        pytest.param(lambda m, x: x.mean(axis=(2, 3), keepdims=True), ["adaptive_avg_pool2d"], id="as NumPy has it"),
        pytest.param(lambda m, x: x.mean(1), ["mean"], id="mean over the channels"),
        pytest.param(lambda m, x: x.view(x.size(0), -1), ["flatten"], id="view(x.size(0), -1)"),
        pytest.param(lambda m, x: x.reshape(len(x), 144), ["flatten"], id="reshape to 144"),
        pytest.param(lambda m, x: torch.flatten(x, 1), ["flatten"], id="torch.flatten"),
        pytest.param(lambda m, x: F.max_pool2d(x, np.int64(2)), ["max_pool2d"], id="a size that NumPy computed"),
        pytest.param(lambda m, x: F.dropout(x), ["dropout"], id="dropout"),
        pytest.param(
            lambda m, x: x.detach().clone().contiguous().float().relu(), ["relu"], id="calls that change nothing"
        ),
        pytest.param(lambda m, x: x.data.relu(), ["relu"], id=".data"),
        pytest.param(lambda m, x: sum([x, x.relu()]), ["relu", "add", "add"], id="sum of a list"),
    ],
)
def test_spellings(function: Callable[..., Any], expected: list[str]) -> None:
    assert titles(recorded(function)) == expected


@pytest.mark.parametrize(
    ("function", "inputs", "shape"),
    [
        pytest.param(lambda m, x: x + x.relu(), (0, 1), (4, 6, 6), id="+"),
        pytest.param(lambda m, x: torch.cat([x.relu(), x], 1), (1, 0), (8, 6, 6), id="cat, in its order"),
        pytest.param(lambda m, x: torch.cat((x, x.relu()), dim=-3), (0, 1), (8, 6, 6), id="cat from behind"),
        pytest.param(lambda m, x: torch.cat([x, x.relu()], axis=2), (0, 1), (4, 12, 6), id="cat along an axis"),
        pytest.param(lambda m, x: x * x.relu(), (0, 1), (4, 6, 6), id="*"),
        pytest.param(lambda m, x: F.relu(x).mul_(x), (1, 0), (4, 6, 6), id="mul_"),
        pytest.param(lambda m, x: torch.add(x, x.relu(), out=torch.empty_like(x)), (0, 1), (4, 6, 6), id="out="),
    ],
)
def test_joins(function: Callable[..., Any], inputs: tuple[int, ...], shape: tuple[int, ...]) -> None:
    relu, join = recorded(function).calls

    assert (relu.inputs, join.inputs, join.output_shape) == ((0,), inputs, shape)
    assert join.op.name in ("add", "cat", "mul")


def test_a_tensor_that_is_only_written_is_no_input() -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        y = x * 2
        return torch.add(x, x.relu(), out=y)

    assert [call.inputs for call in recorded(forward).calls] == [(0,), (0,), (0, 2)]


def test_a_residual_sum_in_place() -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        y = m.conv(x)
        y += x
        return y.relu_()

    assert [call.inputs for call in recorded(forward, conv=conv()).calls] == [(0,), (1, 0), (2,)]


def test_an_activation_in_place_reaches_every_name_of_its_tensor() -> None:
    """The shortcut is taken before the activation, yet carries its result: it is one tensor."""

    def forward(m: Any, x: Tensor) -> Tensor:
        y = m.conv(x)
        shortcut = y
        return m.conv(F.relu(y, inplace=True)) + shortcut

    assert [call.inputs for call in recorded(forward, conv=conv()).calls] == [(0,), (1,), (2,), (3, 2)]


def test_channel_shuffle() -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        return x.view(n, 2, c // 2, h, w).permute(0, 2, 1, 3, 4).reshape(n, c, h, w)

    network = recorded(forward)

    assert titles(network) == ["view", "permute", "reshape"]
    assert [call.output_shape for call in network.calls] == [(2, 2, 6, 6), (2, 2, 6, 6), (4, 6, 6)]
    assert network.not_counted == ()


@pytest.mark.parametrize(
    "split",
    [
        pytest.param(lambda x: x.chunk(2, 1), id="chunk"),
        pytest.param(lambda x: x.split([2, 2], 1), id="split"),
        pytest.param(lambda x: x.view(2, 2, 2, 6, 6).unbind(1), id="unbind"),
        pytest.param(lambda x: (x[:, :2], x[:, 2:]), id="slices"),
    ],
)
def test_halves(split: Callable[[Tensor], Sequence[Tensor]]) -> None:
    """One half goes through a layer that works in place; the other is another half, untouched."""

    def forward(m: Any, x: Tensor) -> Tensor:
        left, right = split(x.clone())
        return torch.cat([left, m.conv(F.relu(right, inplace=True))], 1)

    network = recorded(forward, conv=conv(2, 2))
    cat = network.calls[-1]

    assert cat.input_shapes == ((2, 6, 6), (2, 6, 6))
    assert titles(network)[-3:] == ["relu", "conv2d", "cat"]
    assert network.calls[cat.inputs[0] - 1].op.name == "other"


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda m, x: (x.relu(), x), id="a tuple: auxiliary heads follow"),
        pytest.param(lambda m, x: [[x.relu()], x], id="nested lists"),
        pytest.param(lambda m, x: {"out": x.relu(), "aux": x}, id="a dictionary"),
        pytest.param(lambda m, x: {"value": x.relu(), "tensor": x}, id="a dictionary with our own words for keys"),
    ],
)
def test_the_first_output_is_the_network_s(function: Callable[..., Any]) -> None:
    network = recorded(function)

    assert (network.output, network.calls[0].op.title) == (1, "relu")


def test_an_auxiliary_head_is_recorded_and_counted() -> None:
    network = recorded(lambda m, x: (m.conv(x), m.head(x)), conv=conv(), head=conv(4, 2))

    assert network.output_shape == (4, 6, 6)
    assert network.macs == (4 + 2) * 4 * 9 * 36


def test_dropout_that_drops_in_eval_mode() -> None:
    network = recorded(lambda m, x: m.drop(F.dropout(x, 0.2)), drop=lambda: nn.Dropout(0.3))

    assert [(call.op.attributes()["p"], call.op.attributes()["active"]) for call in network.calls] == [
        (0.2, True),
        (0.3, False),
    ]


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        pytest.param(lambda m, x: F.pad(F.relu(x), (1, 1), value=0.0), (1,), id="pad with value=0"),
        pytest.param(lambda m, x: F.relu(x).masked_fill(mask=m.w > 0, value=0), (1,), id="masked_fill with value=0"),
        pytest.param(lambda m, x: F.relu(x) + m.w.type_as(x), (1,), id="a parameter of the input's type"),
        pytest.param(lambda m, x: F.relu(x) + m.w.expand_as(x), (1,), id="a parameter of the input's shape"),
        pytest.param(lambda m, x: F.relu(x) + torch.zeros_like(x), (1,), id="zeros like the input"),
    ],
)
def test_what_is_no_input(function: Callable[..., Any], inputs: tuple[int, ...]) -> None:
    assert recorded(function, w=weight(4, 1, 1)).calls[-1].inputs == inputs


def test_roles_of_other_parameters() -> None:
    network = recorded(lambda m, x: m.slope(m.norm(x)), norm=lambda: nn.GroupNorm(2, 4), slope=lambda: nn.PReLU(4))

    assert [p.role for call in network.calls for p in call.parameters] == ["weight", "bias", "weight"]
    assert network.not_counted == ("group_norm",)


def test_batch_norm_over_positions_that_were_merged_into_the_batch() -> None:
    network = recorded(lambda m, x: m.norm(x.permute(0, 2, 3, 1).reshape(-1, 4)), norm=lambda: nn.BatchNorm1d(4))

    assert (titles(network)[-1], network.parameters) == ("batch_norm", 8)
    assert network.not_counted == ("batch_norm",)


def test_only_the_first_of_several_outputs_is_the_layer() -> None:
    network = recorded(lambda m, x: m.pool(x)[0], pool=lambda: nn.MaxPool2d(2, return_indices=True))

    assert [call.op.name for call in network.calls] == ["max_pool2d", "other"]
    assert network.output == 1


def test_an_assignment_to_a_slice() -> None:
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


def test_an_error_that_the_module_catches_does_not_shift_names() -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        try:
            m.wrong(x)
        except RuntimeError:
            x = F.relu(x)
        return F.relu(x)

    assert [call.name for call in recorded(forward, wrong=conv(5)).calls] == ["relu", "relu_2"]


def test_lines_are_those_of_the_user_s_file() -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        return m.layers(x)

    first = forward.__code__.co_firstlineno
    inside = recorded(forward, layers=lambda: nn.Sequential(nn.ReLU()))
    without = record_network(lambda: nn.Sequential(nn.ReLU()), (3, 4, 4), "net")

    assert inside.calls[0].line == first + 1
    assert without.calls[0].line is None


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        pytest.param(lambda m, x: m.w * 2, "the output does not depend on the input", id="ignores its input"),
        pytest.param(lambda m, x: None, "forward returned NoneType (expected a tensor)", id="returns nothing"),
        pytest.param(lambda m, x: [], "forward returned list (expected a tensor)", id="returns an empty list"),
        pytest.param(lambda m, x: object(), "forward returned object (expected a tensor)", id="returns an object"),
        pytest.param(lambda m, x: 1 / 0, "ZeroDivisionError: division by zero", id="raises"),
        pytest.param(lambda m, x: m.conv(x), "RuntimeError: Invalid channel dimensions", id="channels that do not fit"),
        pytest.param(lambda m, x: m.nothing(x), "object has no attribute 'nothing'", id="a layer that is not there"),
        pytest.param(
            lambda m, x: m.pixel(x.reshape(-1, 1, 6, 6)),
            "conv2d in line",
            id="images merged into the batch",
        ),
        pytest.param(
            lambda m, x: m.conv4(x[0]),
            "the first axis is not the batch alone",
            id="an image without its batch",
        ),
    ],
)
def test_what_cannot_be_recorded(function: Callable[..., Any], problem: str) -> None:
    with pytest.raises(RecordingError) as caught:
        recorded(function, w=weight(3), conv=conv(5), pixel=conv(1), conv4=conv(4, 3))

    assert str(caught.value).startswith("net: ")
    assert problem in str(caught.value)


class _TwoInputs(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y


def test_two_inputs() -> None:
    with pytest.raises(RecordingError, match="missing 1 required positional argument: 'y'"):
        record_network(_TwoInputs, (3, 4, 4), "net")


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
def test_numbers_that_change_behind_a_tensor_s_back(function: Callable[..., Any]) -> None:
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
def test_changes_in_place_that_are_followed(function: Callable[..., Any], expected: list[str]) -> None:
    assert titles(recorded(function)) == expected


def test_the_module_is_left_as_it_came() -> None:
    from cnnquiz.tracing.recorder import record

    module = nn.Sequential(nn.Dropout(), nn.Sequential(nn.ReLU()).eval()).train()
    module[1].eval()
    record(module, [torch.zeros(2, 3)])

    assert (module.training, module[0].training, module[1].training) == (True, True, False)
    assert not module[0]._forward_hooks
    assert not module[0]._forward_pre_hooks


@pytest.mark.parametrize(
    ("layers", "input_shape"),
    [
        pytest.param([nn.Conv1d(2, 3, 3, 2, 1), nn.MaxPool1d(2)], (2, 16), id="one axis"),
        pytest.param([nn.Conv3d(1, 2, (1, 2, 3)), nn.AvgPool3d(2)], (1, 6, 6, 6), id="three axes"),
        pytest.param([nn.ConvTranspose2d(2, 4, 4, 2, 1, bias=False)], (2, 5, 5), id="transposed"),
        pytest.param([nn.Conv2d(2, 4, 3, padding="same", dilation=2)], (2, 5, 5), id="'same'"),
        pytest.param([nn.AdaptiveAvgPool2d((None, 2)), nn.AdaptiveMaxPool2d(1)], (2, 5, 5), id="adaptive, None"),
        pytest.param([nn.AdaptiveAvgPool2d((None, None))], (2, 5, 5), id="adaptive, None alone"),
        pytest.param([nn.BatchNorm2d(2, affine=False), nn.Softmax(1)], (2, 5, 5), id="without parameters"),
        pytest.param([nn.LocalResponseNorm(5, 1e-4, 0.75, 2), nn.PReLU()], (2, 5, 5), id="LRN, PReLU"),
        pytest.param([nn.Linear(5, 3), nn.Flatten(), nn.Linear(6, 1, bias=False)], (2, 5), id="linear per position"),
        pytest.param([nn.Upsample(scale_factor=2), nn.LayerNorm((2, 10, 10))], (2, 5, 5), id="without a rule"),
        pytest.param([], (2, 5), id="no layers"),
    ],
)
def test_stored_and_read_again(layers: list[nn.Module], input_shape: tuple[int, ...]) -> None:
    network = record_network(lambda: nn.Sequential(*layers).to("meta"), input_shape, "net")

    assert from_json(to_json(network)) == network
