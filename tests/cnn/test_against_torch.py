"""Shapes, parameters and multiply–adds of drawn layers, judged by torch, refusals included."""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from cnnquiz.cnn import OPS, Op, Shape, parameter_count
from cnnquiz.cnn.elementwise import ACTIVATIONS
from cnnquiz.errors import NetworkError

torch.set_num_threads(1)

BATCH = 2
drawn = settings(max_examples=60, derandomize=True)

MODULES: dict[str, Callable[..., torch.nn.Module]] = {
    **{f"conv{n}d": getattr(torch.nn, f"Conv{n}d") for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": getattr(torch.nn, f"ConvTranspose{n}d") for n in (1, 2, 3)},
    **{f"max_pool{n}d": getattr(torch.nn, f"MaxPool{n}d") for n in (1, 2, 3)},
    **{f"avg_pool{n}d": getattr(torch.nn, f"AvgPool{n}d") for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": getattr(torch.nn, f"AdaptiveAvgPool{n}d") for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": getattr(torch.nn, f"AdaptiveMaxPool{n}d") for n in (1, 2, 3)},
    "linear": torch.nn.Linear,
    "local_response_norm": torch.nn.LocalResponseNorm,
    "flatten": torch.nn.Flatten,
    "dropout": lambda p, active: torch.nn.Dropout(p),
}


def sizes(axes: int, low: int, high: int) -> st.SearchStrategy[Any]:
    """A size as torch takes it: one number or one for each axis."""
    number = st.integers(low, high)
    return number | st.tuples(*[number] * axes)


def shapes(axes: int, channels: st.SearchStrategy[int], high: int = 9) -> st.SearchStrategy[Shape]:
    return st.builds(Shape, channels, *[st.integers(1, high)] * axes)


@st.composite
def convolutions(draw: st.DrawFn, kind: str = "conv") -> tuple[str, dict[str, Any], Shape]:
    axes = draw(st.integers(1, 3))
    groups = draw(st.integers(1, 3))
    attributes = {
        "in_channels": draw(st.sampled_from([groups, 2 * groups, 3])),
        "out_channels": draw(st.sampled_from([groups, 2 * groups, 4])),
        "kernel_size": draw(sizes(axes, 0, 4)),
        "stride": draw(sizes(axes, 0, 3)),
        "padding": draw(sizes(axes, 0, 2)),
        # Torch does not look at the dilation of a transposed convolution; 0 means nothing there either.
        "dilation": draw(sizes(axes, 0 if kind == "conv" else 1, 3)),
        "groups": groups,
        "bias": draw(st.booleans()),
    }
    if kind == "conv_transpose":
        attributes["output_padding"] = draw(sizes(axes, 0, 2))
    elif draw(st.booleans()):
        attributes["padding"] = draw(st.sampled_from(["same", "valid", "full"]))
        attributes["stride"] = draw(st.sampled_from([1, 1, 1, 2]))
    channels = st.sampled_from([attributes["in_channels"]] * 9 + [attributes["in_channels"] + 1])
    return f"{kind}{axes}d", attributes, draw(shapes(axes, channels))


@st.composite
def pools(draw: st.DrawFn) -> tuple[str, dict[str, Any], Shape]:
    axes, kind = draw(st.integers(1, 3)), draw(st.sampled_from(["max", "avg"]))
    attributes = {
        "kernel_size": draw(sizes(axes, 1, 4)),
        "stride": draw(st.none() | sizes(axes, 1, 4)),
        "padding": draw(sizes(axes, 0, 2)),
        "ceil_mode": draw(st.booleans()),
    }
    if kind == "max":
        attributes["dilation"] = draw(sizes(axes, 1, 3))
    else:
        attributes["count_include_pad"] = draw(st.booleans())
    return f"{kind}_pool{axes}d", attributes, draw(shapes(axes, st.integers(1, 3)))


@st.composite
def adaptive_pools(draw: st.DrawFn) -> tuple[str, dict[str, Any], Shape]:
    axes, kind = draw(st.integers(1, 3)), draw(st.sampled_from(["max", "avg"]))
    size = st.integers(1, 9)
    output_size = draw(size | st.tuples(*[size | st.none()] * axes))
    return f"adaptive_{kind}_pool{axes}d", {"output_size": output_size}, draw(shapes(axes, st.integers(1, 3)))


@st.composite
def linears(draw: st.DrawFn) -> tuple[str, dict[str, Any], Shape]:
    attributes = {
        "in_features": draw(st.integers(1, 5)),
        "out_features": draw(st.integers(1, 5)),
        "bias": draw(st.booleans()),
    }
    before = draw(st.lists(st.integers(1, 4), max_size=2))
    last = draw(st.sampled_from([attributes["in_features"]] * 4 + [6]))
    return "linear", attributes, Shape(*before, last)


def torch_says(
    build: Callable[[], torch.nn.Module], inputs: Iterable[Shape]
) -> tuple[Shape, dict[str, Any], int] | None:
    """Output shape, parameter shapes and multiply–adds of one sample; None where torch refuses."""
    xs = [torch.zeros(BATCH, *x) for x in inputs]  # small, and real: on the meta device torch checks less
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd layers, which are what is drawn here
            module = build().eval()
            with FlopCounterMode(display=False) as flops, torch.no_grad():
                y = module(*xs)
    except (RuntimeError, ValueError, TypeError, IndexError, ZeroDivisionError):
        return None
    if 0 in y.shape:  # an empty map, which a transposed convolution may give, is a mistake for us
        return None
    parameters = {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}
    return Shape(*y.shape[1:]), parameters, flops.get_total_flops() // (2 * BATCH)


def we_say(build: Callable[[], Op], inputs: Iterable[Shape]) -> tuple[Shape, dict[str, Any], int] | None:
    try:
        op = build()
        return op.output_shape(*inputs), op.parameter_shapes(), op.macs(*inputs)
    except NetworkError:
        return None


def agree(name: str, attributes: dict[str, Any], *inputs: Shape) -> None:
    theirs = torch_says(lambda: MODULES[name](**attributes), inputs)
    assert we_say(lambda: OPS[name](**attributes), inputs) == theirs
    if theirs is not None:
        op = OPS[name](**attributes)
        assert parameter_count(op) == sum(Shape(*shape).elements for shape in theirs[1].values())
        # What torch takes it also takes in the form in which we keep it, one number for each axis.
        assert torch_says(lambda: MODULES[name](**asdict(op)), inputs) == theirs


@drawn
@given(convolutions())
def test_convolutions(case: tuple[str, dict[str, Any], Shape]) -> None:
    agree(*case)


@drawn
@given(convolutions("conv_transpose"))
def test_transposed_convolutions(case: tuple[str, dict[str, Any], Shape]) -> None:
    agree(*case)


@settings(max_examples=120, derandomize=True)
@given(pools())
def test_pooling(case: tuple[str, dict[str, Any], Shape]) -> None:
    agree(*case)


@drawn
@given(adaptive_pools())
def test_adaptive_pooling(case: tuple[str, dict[str, Any], Shape]) -> None:
    agree(*case)


@drawn
@given(linears())
def test_linear(case: tuple[str, dict[str, Any], Shape]) -> None:
    agree(*case)


@drawn
@given(st.integers(1, 4), st.integers(0, 3), st.integers(1, 4), st.booleans(), st.booleans())
def test_batch_norm(features: int, axes: int, channels: int, affine: bool, track: bool) -> None:
    build = torch.nn.BatchNorm1d if axes < 2 else getattr(torch.nn, f"BatchNorm{axes}d")
    attributes: dict[str, Any] = {"num_features": features, "affine": affine, "track_running_stats": track}
    x = Shape(channels, *[3] * axes)

    # Without statistics of its own torch takes the batch's, which has any number of channels.
    assume(features == channels or affine or track)
    assert we_say(lambda: OPS["batch_norm"](**attributes), [x]) == torch_says(lambda: build(**attributes), [x])


@drawn
@given(st.integers(1, 4), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_local_response_norm(size: int, x: list[int]) -> None:
    agree("local_response_norm", {"size": size}, Shape(*x))


@drawn
@given(st.integers(-6, 6), st.integers(-6, 6), st.lists(st.integers(1, 4), max_size=4))
def test_flatten(start_dim: int, end_dim: int, x: list[int]) -> None:
    rank = len(x) + 1
    assume(start_dim not in (0, -rank))  # torch would join the batch with the features, which no shape can say
    agree("flatten", {"start_dim": start_dim, "end_dim": end_dim}, Shape(*x))


@pytest.mark.parametrize("function", sorted(ACTIVATIONS))
def test_activations_keep_the_shape(function: str) -> None:
    x, call = torch.empty(BATCH, 3, 4, 5, device="meta"), getattr(torch.nn.functional, function)
    arguments = {"softmax": [1], "log_softmax": [1], "prelu": [torch.empty(3, device="meta")]}.get(function, [])

    y = call(x, *arguments)

    assert OPS["activation"](function=function).output_shape(Shape(3, 4, 5)) == y.shape[1:]


def test_dropout_keeps_the_shape() -> None:
    agree("dropout", {"p": 0.25, "active": False}, Shape(3, 4, 5))


class _Join(torch.nn.Module):
    def __init__(self, function: Callable[..., torch.Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return self.function(*inputs)


one_or_three = st.sampled_from([1, 3])
# No size is the batch's: torch would line the batch of one up with the pixels of the other.
maps = st.lists(one_or_three, max_size=3).map(lambda sizes: Shape(*sizes))


@drawn
@given(st.sampled_from(["add", "mul"]), maps.filter(bool), maps.filter(bool))
def test_joining_number_by_number(name: str, left: Shape, right: Shape) -> None:
    def torch_function(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        result = x + y if name == "add" else x * y
        if len(result) != BATCH or x.dim() != y.dim():
            raise ValueError("the batch was stretched")
        return result

    theirs = torch_says(lambda: _Join(torch_function), [left, right])

    assert we_say(OPS[name], [left, right]) == theirs


@drawn
@given(st.integers(-5, 5), st.lists(maps, min_size=1, max_size=3))
def test_cat(dim: int, inputs: list[Shape]) -> None:
    assume(dim not in (0, -len(inputs[0]) - 1))  # joins batches
    theirs = torch_says(lambda: _Join(lambda *xs: torch.cat(xs, dim)), inputs)

    assert we_say(lambda: OPS["cat"](dim=dim), inputs) == theirs
