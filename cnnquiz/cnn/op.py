"""What every operation of a network can say about itself."""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from types import UnionType
from typing import Any, ClassVar, get_args, get_origin

from cnnquiz.cnn.shape import LARGEST_SIZE, Shape
from cnnquiz.cnn.window import Window
from cnnquiz.errors import NetworkError

_LAYOUTS = {1: "channels×length", 2: "channels×height×width", 3: "channels×depth×height×width"}

Attribute = int | float | bool | str | tuple[int, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One operation with its attributes, named and defaulted as torch names and defaults them."""

    name: ClassVar[str]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not _fits(value, field.type):
                expected = field.type.__name__ if isinstance(field.type, type) else field.type
                raise NetworkError(f"{self.name}: {field.name} is {reprlib.repr(value)} (expected {expected})")

    def output_shape(self, *_inputs: Shape) -> Shape:
        """Shape of the output, batch left out; NetworkError where torch would refuse the inputs."""
        raise NetworkError(f"{self.title}: no rule for its output shape")

    def macs(self, *_inputs: Shape) -> int:
        """Multiply–adds for one sample, of convolutions (transposed, too) and linear layers; bias adds not counted."""
        return 0

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Trainable tensors by role, in torch's layout."""
        return {}

    def buffer_shapes(self) -> dict[str, tuple[int, ...]]:
        """Tensors that belong to the layer but are not trained, such as running statistics."""
        return {}

    def windows(self) -> tuple[Window, ...]:
        """What slides over the input, one for each spatial axis; none for an operation that does not slide."""
        return ()

    @property
    def title(self) -> str:
        """Its name as in `torch.nn.functional`."""
        return self.name

    def attributes(self) -> Mapping[str, Attribute]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _fits(value: object, expected: Any) -> bool:
    """Whether a value is of an attribute's declared type; a bool is no number, nor is what torch cannot hold."""
    if isinstance(expected, UnionType):
        return any(_fits(value, part) for part in get_args(expected))
    if get_origin(expected) is tuple:
        return isinstance(value, tuple) and all(_fits(item, get_args(expected)[0]) for item in value)
    if expected is float and isinstance(value, float):
        return isfinite(value)
    if expected in (int, float):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_SIZE
    return isinstance(value, expected)


def parameter_count(op: Op) -> int:
    """Trainable numbers of one operation."""
    return sum(Shape(*shape).elements for shape in op.parameter_shapes().values())


def one_input(op: Op, inputs: tuple[Shape, ...]) -> Shape:
    """The only input of an operation that takes one."""
    if len(inputs) != 1:
        raise NetworkError(f"{op.title} was given {len(inputs)} inputs (expected 1)")
    return inputs[0]


def feature_map(op: Op, inputs: tuple[Shape, ...], axes: int) -> Shape:
    """The only input of an operation that slides over `axes` spatial axes."""
    x = one_input(op, inputs)
    if len(x) != axes + 1:
        raise NetworkError(f"{op.title} was given an input of shape {x} (expected {_LAYOUTS[axes]})")
    return x


def axis_of_sample(title: str, dim: int, axes: int) -> int:
    """Which of a sample's axes `dim` is, which counts the batch as axis 0 and negative numbers from the end."""
    axis = (dim + axes + 1 if dim < 0 else dim) - 1
    if not 0 <= axis < axes:
        raise NetworkError(f"{title} along axis {dim} of {axes + 1} axes (expected 1 to {axes})")
    return axis
