"""Layers of well-known networks, computed by hand; and what is said of layers that cannot exist."""

from collections.abc import Callable
from typing import Any

import pytest

from cnnquiz.cnn import OPS, Op, Shape, parameter_count
from cnnquiz.errors import NetworkError


def conv(in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0, **rest: Any) -> Op:
    sizes = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
    return OPS["conv2d"](in_channels=in_channels, out_channels=out_channels, **sizes, **rest)


def op(name: str, **attributes: Any) -> Op:
    return OPS[name](**attributes)


@pytest.mark.parametrize(
    ("layer", "x", "expected"),
    [
        pytest.param(conv(3, 96, 11, 4), (3, 227, 227), (96, 55, 55), id="AlexNet conv1: (227 - 11)/4 + 1"),
        pytest.param(conv(3, 64, 11, 4, 2), (3, 224, 224), (64, 55, 55), id="with padding 2, (228 - 11)/4 rounds down"),
        pytest.param(conv(3, 96, 11, 4), (3, 224, 224), (96, 54, 54), id="224 without padding gives 54, not 55"),
        pytest.param(conv(3, 64, 3, 1, 1), (3, 224, 224), (64, 224, 224), id="VGG: 3x3 with padding 1 keeps the size"),
        pytest.param(conv(3, 64, 7, 2, 3), (3, 224, 224), (64, 112, 112), id="ResNet's stem halves"),
        pytest.param(conv(1, 6, 5), (1, 32, 32), (6, 28, 28), id="LeNet C1"),
        pytest.param(conv(8, 8, 3, dilation=2), (8, 32, 32), (8, 28, 28), id="dilation 2 makes a 3x3 span 5"),
        pytest.param(conv(8, 8, 3, 1, 2, dilation=2), (8, 32, 32), (8, 32, 32), id="so padding 2 keeps the size"),
        pytest.param(conv(8, 8, (1, 7), (1, 2), (0, 3)), (8, 17, 17), (8, 17, 9), id="axes are separate"),
        pytest.param(conv(8, 8, 4, 1, "same"), (8, 9, 9), (8, 9, 9), id="'same' with an even kernel"),
        pytest.param(conv(8, 8, 4, 1, "valid"), (8, 9, 9), (8, 6, 6), id="'valid' is no padding"),
        pytest.param(op("max_pool2d", kernel_size=2), (64, 224, 224), (64, 112, 112), id="the stride is the kernel's"),
        pytest.param(op("max_pool2d", kernel_size=3, stride=2), (96, 55, 55), (96, 27, 27), id="AlexNet: overlapping"),
        pytest.param(op("max_pool2d", kernel_size=3, stride=2), (64, 112, 112), (64, 55, 55), id="109/2 rounds down"),
        pytest.param(
            op("max_pool2d", kernel_size=3, stride=2, ceil_mode=True), (64, 112, 112), (64, 56, 56), id="GoogLeNet: up"
        ),
        pytest.param(
            op("max_pool2d", kernel_size=2, stride=2, padding=1, ceil_mode=True),
            (1, 3, 3),
            (1, 2, 2),
            id="no window starts in the padding after the last pixel",
        ),
        pytest.param(op("adaptive_avg_pool2d", output_size=(None, 3)), (8, 7, 7), (8, 7, 3), id="None keeps a size"),
        pytest.param(
            op("conv_transpose2d", in_channels=8, out_channels=4, kernel_size=4, stride=2, padding=1),
            (8, 16, 16),
            (4, 32, 32),
            id="DCGAN doubles: 15·2 - 2 + 3 + 1",
        ),
        pytest.param(
            op("conv_transpose2d", in_channels=8, out_channels=4, kernel_size=3, stride=2, padding=1, output_padding=1),
            (8, 16, 16),
            (4, 32, 32),
            id="an odd kernel needs output padding to double",
        ),
        pytest.param(op("flatten"), (256, 6, 6), (9216,), id="AlexNet's 9,216 features"),
        pytest.param(op("flatten", start_dim=2), (768, 14, 14), (768, 196), id="patches in a row"),
        pytest.param(op("linear", in_features=96, out_features=384), (56, 56, 96), (56, 56, 384), id="channels last"),
    ],
)
def test_output_shape(layer: Op, x: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert layer.output_shape(Shape(*x)) == expected


@pytest.mark.parametrize(
    ("layer", "x", "parameters", "macs"),
    [
        pytest.param(
            conv(3, 96, 11, 4), (3, 227, 227), 34_944, 105_415_200, id="AlexNet conv1: 34,848 weights and 96 biases"
        ),
        pytest.param(
            conv(96, 256, 5, 1, 2, groups=2), (96, 27, 27), 307_456, 223_948_800, id="AlexNet conv2 sees half of it"
        ),
        pytest.param(conv(64, 64, 3, 1, 1), (64, 224, 224), 36_928, 1_849_688_064, id="VGG-16 conv1_2"),
        pytest.param(
            conv(64, 64, 3, 1, "same"), (64, 224, 224), 36_928, 1_849_688_064, id="padding 'same' costs what 1 costs"
        ),
        pytest.param(
            conv(32, 32, 3, 1, 1, groups=32, bias=False), (32, 112, 112), 288, 3_612_672, id="MobileNet: depthwise"
        ),
        pytest.param(conv(32, 64, 1, bias=False), (32, 112, 112), 2048, 25_690_112, id="MobileNet: pointwise"),
        pytest.param(
            op("conv_transpose2d", in_channels=64, out_channels=32, kernel_size=2, stride=2),
            (64, 16, 16),
            8224,
            16 * 16 * 64 * 32 * 4,
            id="transposed: every input position meets every weight, the stride does not matter",
        ),
        pytest.param(
            op("linear", in_features=9216, out_features=4096), (9216,), 37_752_832, 37_748_736, id="AlexNet fc6"
        ),
        pytest.param(
            op("linear", in_features=96, out_features=384),
            (56, 56, 96),
            37_248,
            56 * 56 * 96 * 384,
            id="a linear layer is paid for at every position",
        ),
        pytest.param(op("batch_norm", num_features=64), (64, 112, 112), 128, 0, id="batch norm: γ and β"),
        pytest.param(op("max_pool2d", kernel_size=2), (64, 112, 112), 0, 0, id="pooling learns nothing"),
    ],
)
def test_cost(layer: Op, x: tuple[int, ...], parameters: int, macs: int) -> None:
    assert parameter_count(layer) == parameters
    assert layer.macs(Shape(*x)) == macs


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        pytest.param(lambda: conv(3, 8, 3, groups=2), "3 channels do not divide into 2 groups", id="groups"),
        pytest.param(lambda: conv(0, 8, 3), "0 channels (expected at least 1)", id="no channels"),
        pytest.param(lambda: conv(3, 8, (3, 3, 3)), "kernel_size (3, 3, 3) has 3 numbers (expected 1 or 2)", id="axes"),
        pytest.param(lambda: conv(3, 8, 0), "kernel_size 0 is too small (expected at least 1)", id="an empty kernel"),
        pytest.param(
            lambda: conv(3, 8, 3, 2, "same"), "padding 'same' with a stride is not defined", id="'same', stride"
        ),
        pytest.param(
            lambda: conv(3, 8, 3, 1, "full"),
            "padding 'full' (expected numbers, 'same' or 'valid')",
            id="no such padding",
        ),
        pytest.param(lambda: conv(3, 8, 2.5), "conv2d: kernel_size is 2.5 (expected int | tuple", id="half a pixel"),
        pytest.param(lambda: conv(3, 8, 3, True), "conv2d: stride is True (expected int | tuple", id="a truth value"),
        pytest.param(
            lambda: conv(3, 8, 3, bias=1), "conv2d: bias is 1 (expected bool)", id="a number for a truth value"
        ),
        pytest.param(lambda: conv(3, 8, 10**400), "conv2d: kernel_size is 1000000", id="an endless number"),
        pytest.param(lambda: op("dropout", p=float("nan")), "dropout: p is nan (expected float)", id="not a number"),
        pytest.param(
            lambda: op("max_pool2d", kernel_size=2, padding=2), "expected at most half of (2, 2)", id="pooling padding"
        ),
        pytest.param(lambda: op("adaptive_avg_pool2d", output_size=0), "output_size 0", id="pooling to nothing"),
        pytest.param(
            lambda: op("activation", function="rule"), "unknown activation 'rule'", id="a misspelt activation"
        ),
        pytest.param(
            lambda: conv(3, 8, 7).output_shape(Shape(3, 5, 5)),
            "a window of 7 does not fit into 5",
            id="too large a window",
        ),
        pytest.param(
            lambda: conv(3, 8, 3).output_shape(Shape(4, 5, 5)),
            "conv2d was given 4 channels (expected 3)",
            id="channels",
        ),
        pytest.param(
            lambda: conv(3, 8, 3).output_shape(Shape(3, 5)),
            "conv2d was given an input of shape 3×5 (expected channels×height×width)",
            id="an axis is missing",
        ),
        pytest.param(
            lambda: op("max_pool1d", kernel_size=2).output_shape(Shape(5)), "(expected channels×length)", id="no length"
        ),
        pytest.param(
            lambda: op("max_pool3d", kernel_size=2).output_shape(Shape(5)),
            "(expected channels×depth×height×width)",
            id="no depth",
        ),
        pytest.param(
            lambda: op("linear", in_features=8, out_features=2).output_shape(Shape(4)),
            "linear was given 4 features (expected 8)",
            id="features",
        ),
        pytest.param(
            lambda: op("add").output_shape(Shape(4, 5, 5), Shape(4, 3, 5)),
            "add of 4×5×5 and 4×3×5: sizes 5 and 3 do not match",
            id="a shortcut of another size",
        ),
        pytest.param(
            lambda: op("mul").output_shape(Shape(4, 5, 4), Shape(4)),
            "mul of 4×5×4 and 4: 3 and 1 axes do not match",
            id="a gate that lost its axes, though its size happens to be the width",
        ),
        pytest.param(
            lambda: op("cat").output_shape(Shape(4, 5, 5), Shape(4, 3, 3)), "the other sizes do not match", id="cat"
        ),
        pytest.param(
            lambda: op("cat", dim=0).output_shape(Shape(4)), "cat along axis 0 of 2 axes", id="cat of batches"
        ),
        pytest.param(
            lambda: op("flatten", start_dim=0).output_shape(Shape(4, 5)),
            "joins the batch with the features",
            id="batch",
        ),
        pytest.param(lambda: op("add").output_shape(), "add was given no input", id="none"),
        pytest.param(lambda: Shape(3, -1), "a size of -1 (expected a whole number", id="a negative size"),
        pytest.param(lambda: Shape(*[1] * 17), "a shape of 17 axes (expected at most 16)", id="too many axes"),
    ],
)
def test_what_cannot_exist(build: Callable[[], object], problem: str) -> None:
    with pytest.raises(NetworkError) as caught:
        build()

    assert problem in str(caught.value)


def test_a_shape_is_a_tuple_that_people_can_read() -> None:
    shape = Shape(96, 55, 54)

    assert shape == (96, 55, 54)
    assert (shape.channels, shape.height, shape.width, shape.spatial) == (96, 55, 54, (55, 54))
    assert (str(shape), repr(shape), str(Shape())) == ("96×55×54", "Shape(96, 55, 54)", "scalar")
    assert shape.elements == 285_120
