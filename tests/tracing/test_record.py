"""Networks written in the ways in which students write them, and what is said of those that cannot be recorded."""

from collections.abc import Callable
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

Recorded = Callable[..., Network]


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
def test_linear_layers_by_hand(
    recorded: Recorded, function: Callable[..., Any], roles: list[str], shapes: list[tuple[int, ...]]
) -> None:
    network = recorded(function, w=weight(144, 5), v=weight(5, 144), b=weight(5))
    flatten, linear = network.calls

    assert flatten.op.name == "flatten"
    assert (linear.op.name, linear.macs, linear.output_shape) == ("linear", 144 * 5, (5,))
    assert [p.role for p in linear.parameters] == roles
    assert [p.shape for p in linear.parameters] == shapes
    assert linear.name in ("w", "v")
    assert network.parameters == 5 * 144 * 2 + 5


def test_a_raw_convolution(recorded: Recorded) -> None:
    network = recorded(lambda m, x: F.conv2d(x, m.w, m.b, stride=2, groups=2), w=weight(6, 2, 3, 3), b=weight(6))
    (call,) = network.calls

    assert (call.op.attributes()["in_channels"], call.output_shape) == (4, (6, 2, 2))
    assert call.macs == 6 * 2 * 2 * 2 * 9
    assert [(p.name, p.role) for p in call.parameters] == [("w", "weight"), ("b", "bias")]


def test_a_module_used_three_times_has_its_parameters_once_and_its_cost_thrice(recorded: Recorded) -> None:
    network = recorded(lambda m, x: m.conv(m.conv(m.conv(x))), conv=conv())

    assert network.parameters == 4 * 4 * 9 + 4
    assert network.macs == 3 * 4 * 4 * 9 * 36
    assert [call.name for call in network.calls] == ["conv"] * 3


def test_tied_weights_count_once(recorded: Recorded) -> None:
    def tied(m: Any, x: Tensor) -> Tensor:
        x = x.flatten(1)
        return F.linear(F.linear(x, m.w), m.w.t())

    network = recorded(tied, w=weight(5, 144))

    assert (network.parameters, network.macs) == (720, 1440)
    assert [call.parameters[0].role for call in network.calls[1:]] == ["weight", "weight.T"]


def test_lists_and_dictionaries_of_modules(recorded: Recorded) -> None:
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
def test_spellings(recorded: Recorded, function: Callable[..., Any], expected: list[str]) -> None:
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
def test_joins(
    recorded: Recorded, function: Callable[..., Any], inputs: tuple[int, ...], shape: tuple[int, ...]
) -> None:
    relu, join = recorded(function).calls

    assert (relu.inputs, join.inputs, join.output_shape) == ((0,), inputs, shape)
    assert join.op.name in ("add", "cat", "mul")


def test_channel_shuffle(recorded: Recorded) -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        return x.view(n, 2, c // 2, h, w).permute(0, 2, 1, 3, 4).reshape(n, c, h, w)

    network = recorded(forward)

    assert titles(network) == ["view", "permute", "reshape"]
    assert [call.output_shape for call in network.calls] == [(2, 2, 6, 6), (2, 2, 6, 6), (4, 6, 6)]
    assert network.not_counted == ()


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda m, x: (x.relu(), x), id="a tuple: auxiliary heads follow"),
        pytest.param(lambda m, x: [[x.relu()], x], id="nested lists"),
        pytest.param(lambda m, x: {"out": x.relu(), "aux": x}, id="a dictionary"),
        pytest.param(lambda m, x: {"value": x.relu(), "tensor": x}, id="a dictionary with our own words for keys"),
    ],
)
def test_the_first_output_is_the_network_s(recorded: Recorded, function: Callable[..., Any]) -> None:
    network = recorded(function)

    assert (network.output, network.calls[0].op.title) == (1, "relu")


def test_an_auxiliary_head_is_recorded_and_counted(recorded: Recorded) -> None:
    network = recorded(lambda m, x: (m.conv(x), m.head(x)), conv=conv(), head=conv(4, 2))

    assert network.output_shape == (4, 6, 6)
    assert network.macs == (4 + 2) * 4 * 9 * 36


def test_dropout_that_drops_in_eval_mode(recorded: Recorded) -> None:
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
def test_what_is_no_input(recorded: Recorded, function: Callable[..., Any], inputs: tuple[int, ...]) -> None:
    assert recorded(function, w=weight(4, 1, 1)).calls[-1].inputs == inputs


def test_roles_of_other_parameters(recorded: Recorded) -> None:
    network = recorded(lambda m, x: m.slope(m.norm(x)), norm=lambda: nn.GroupNorm(2, 4), slope=lambda: nn.PReLU(4))

    assert [p.role for call in network.calls for p in call.parameters] == ["weight", "bias", "weight"]
    assert network.not_counted == ("group_norm",)


def test_batch_norm_over_positions_that_were_merged_into_the_batch(recorded: Recorded) -> None:
    network = recorded(lambda m, x: m.norm(x.permute(0, 2, 3, 1).reshape(-1, 4)), norm=lambda: nn.BatchNorm1d(4))

    assert (titles(network)[-1], network.parameters) == ("batch_norm", 8)
    assert network.not_counted == ("batch_norm",)


def test_only_the_first_of_several_outputs_is_the_layer(recorded: Recorded) -> None:
    network = recorded(lambda m, x: m.pool(x)[0], pool=lambda: nn.MaxPool2d(2, return_indices=True))

    assert [call.op.name for call in network.calls] == ["max_pool2d", "other"]
    assert network.output == 1


def test_an_error_that_the_module_catches_does_not_shift_names(recorded: Recorded) -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        try:
            m.wrong(x)
        except RuntimeError:
            x = F.relu(x)
        return F.relu(x)

    assert [call.name for call in recorded(forward, wrong=conv(5)).calls] == ["relu", "relu_2"]


def test_lines_are_those_of_the_user_s_file(recorded: Recorded) -> None:
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
def test_what_cannot_be_recorded(recorded: Recorded, function: Callable[..., Any], problem: str) -> None:
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
