"""What a proof may ask of layers is the same by arithmetic as with real torch layers, whatever the layers are."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnquiz.bank.measure import measure
from cnnquiz.bank.proof import MEASURED
from cnnquiz.cnn.shape import Shape
from cnnquiz.cnn.stack import Layer
from cnnquiz.errors import NetworkError
from cnnquiz.tracing.measure import measure_with_torch

COUNTS = [name for name in MEASURED if name not in ("receptive_field", "layers")]
PER_LAYER = ("input_shape", "output_shape", "parameters", "macs")

WITH_FIELD = ("conv", "conv", "max_pool", "avg_pool", "batch_norm", "relu", "dropout", "local_response_norm")
EVERY = (*WITH_FIELD, "conv_transpose", "adaptive_avg_pool")

torch.set_num_threads(1)


def layer(name: str, **arguments: Any) -> Layer:
    return Layer(name=name, arguments=arguments)


def windows(draw: st.DrawFn, axes: int) -> dict[str, Any]:
    """Kernel, stride and padding, as one number or as one for each axis."""

    def sizes(low: int, high: int) -> Any:
        return draw(st.integers(low, high) | st.tuples(*[st.integers(low, high)] * axes))

    return {"kernel_size": sizes(1, 4), "stride": sizes(1, 3), "padding": sizes(0, 2)}


@st.composite
def spatial(draw: st.DrawFn, kinds: tuple[str, ...], channels: int, axes: int) -> tuple[Layer, int]:
    """A layer for so many channels, and how many come out of it; it need not fit its input."""
    kind = draw(st.sampled_from(kinds))
    if kind in ("conv", "conv_transpose"):
        groups = draw(st.sampled_from([g for g in (1, 2, 3, 4) if channels % g == 0]))
        out = groups * draw(st.integers(1, 3))
        more = {"dilation": draw(st.integers(1, 2)), "groups": groups, "bias": draw(st.booleans())}
        return layer(f"{kind}{axes}d", in_channels=channels, out_channels=out, **windows(draw, axes), **more), out
    if kind == "max_pool":
        more = {"ceil_mode": draw(st.booleans()), "dilation": draw(st.integers(1, 2))}
        return layer(f"{kind}{axes}d", **windows(draw, axes), **more), channels
    if kind == "avg_pool":
        return layer(f"{kind}{axes}d", **windows(draw, axes), ceil_mode=draw(st.booleans())), channels
    if kind == "batch_norm":
        return layer(f"{kind}{axes}d", num_features=channels, affine=draw(st.booleans())), channels
    if kind == "adaptive_avg_pool":
        return layer(f"{kind}{axes}d", output_size=draw(st.integers(1, 4))), channels
    return layer(kind, **({"size": 5} if kind == "local_response_norm" else {})), channels


@st.composite
def stacks(draw: st.DrawFn, kinds: tuple[str, ...], side: int) -> tuple[tuple[Layer, ...], Shape]:
    axes = draw(st.sampled_from((1, 2, 2, 2, 3)))
    channels = draw(st.integers(1, 4))
    shape = Shape(channels, *draw(st.tuples(*[st.integers(side, side + 14)] * axes)))
    layers: list[Layer] = []
    for _ in range(draw(st.integers(0, 4))):
        found, channels = draw(spatial(kinds, channels, axes))
        layers.append(found)
    return tuple(layers), shape


def facts(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: found[name] for name in COUNTS},
        "layers": [
            {name: each[name] for name in PER_LAYER} for each in found["layers"] if each["macs"] or each["parameters"]
        ],
    }


@settings(max_examples=150)
@given(stacks(EVERY, side=1))
def test_counts_are_those_of_torch(described: tuple[tuple[Layer, ...], Shape]) -> None:
    layers, shape = described
    try:
        expected = facts(measure_with_torch(layers, shape))
    except NetworkError:
        with pytest.raises(NetworkError):
            measure(layers, shape)
        return
    assume(0 not in expected["output_shape"])
    assert facts(measure(layers, shape)) == expected


@settings(max_examples=60)
@given(stacks(WITH_FIELD, side=30))
def test_fields_are_where_gradients_are(described: tuple[tuple[Layer, ...], Shape]) -> None:
    layers, shape = described
    assume(any(each.name.startswith(("conv", "max_pool", "avg_pool")) for each in layers))
    try:
        found = measure(layers, shape)
    except NetworkError:
        assume(False)
    expected = measure_with_torch(layers, shape)["receptive_field"]
    assert dict(found["receptive_field"]) == dict(expected)  # type: ignore[call-overload]


def test_linear_layers_follow_a_flatten() -> None:
    layers = (layer("conv2d", in_channels=1, out_channels=2, kernel_size=3), layer("relu"), layer("flatten"), layer("linear", in_features=72, out_features=5, bias=False))  # fmt: skip
    shape = Shape(1, 8, 8)
    assert facts(measure(layers, shape)) == facts(measure_with_torch(layers, shape))
    assert measure(layers, shape)["output_shape"] == (5,)


# By hand: each layer adds (kernel − 1) jumps; AlexNet's conv1, pool1 and conv2 see 11 + 2·4 + 4·8 pixels.
FIELDS = [
    ([("conv2d", {"kernel_size": 3})] * 3, {"size": 7, "jump": 1, "start": 0}),
    ([("conv2d", {"kernel_size": 3, "padding": 1})] * 2, {"size": 5, "jump": 1, "start": -2}),
    ([("conv2d", {"kernel_size": 11, "stride": 4}), ("max_pool2d", {"kernel_size": 3, "stride": 2}), ("conv2d", {"kernel_size": 5, "padding": 2})], {"size": 51, "jump": 8, "start": -16}),
    ([("conv2d", {"kernel_size": (1, 5), "dilation": 2})], {"size": (1, 9), "jump": 1, "start": 0}),
    ([("relu", {}), ("conv2d", {"kernel_size": 3}), ("dropout", {})], {"size": 3, "jump": 1, "start": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("windows", "expected"), FIELDS)
@pytest.mark.parametrize("way", [measure, measure_with_torch], ids=["by arithmetic", "with torch"])
def test_fields_by_hand(windows: Any, expected: Any, way: Any) -> None:
    channels = {"in_channels": 1, "out_channels": 1}
    layers = tuple(layer(name, **(channels if name == "conv2d" else {}), **more) for name, more in windows)
    assert dict(way(layers, Shape(1, 227, 227))["receptive_field"]) == expected


@pytest.mark.parametrize("name", ["linear", "conv_transpose2d", "adaptive_avg_pool2d"])
def test_torch_measures_no_field_behind_what_sees_everything(name: str) -> None:
    arguments = {
        "linear": {"in_features": 8, "out_features": 8},
        "conv_transpose2d": {"in_channels": 1, "out_channels": 1, "kernel_size": 3},
        "adaptive_avg_pool2d": {"output_size": 2},
    }[name]
    found = measure_with_torch((layer(name, **arguments),), Shape(1, 8, 8))
    assert found["output_shape"]
    with pytest.raises(NetworkError, match=f"torch: no field is measured behind {name}"):
        found["receptive_field"]


@pytest.mark.parametrize("way", [measure, measure_with_torch], ids=["by arithmetic", "with torch"])
def test_what_a_proof_may_ask_is_there(way: Any) -> None:
    found = way((layer("conv2d", in_channels=1, out_channels=1, kernel_size=3),), Shape(1, 8, 8))
    assert set(MEASURED) <= set(found)
    assert len(found) == len(list(found))
    with pytest.raises(KeyError):
        found["colour"]
