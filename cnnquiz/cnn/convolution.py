"""Convolutions: shapes, parameters and multiply–adds."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from cnnquiz.cnn.op import Op, feature_map
from cnnquiz.cnn.shape import Shape
from cnnquiz.cnn.window import Window, per_axis, transposed_count, window_count
from cnnquiz.errors import NetworkError

Size = int | tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Convolution(Op):
    axes: ClassVar[int]

    in_channels: int
    out_channels: int
    kernel_size: Size
    stride: Size = 1
    padding: Size | str = 0
    dilation: Size = 1
    groups: int = 1
    bias: bool = True

    def __post_init__(self) -> None:
        super(_Convolution, self).__post_init__()
        for channels in (self.in_channels, self.out_channels):
            if channels < 1:
                raise NetworkError(f"{channels} channels (expected at least 1)")
            if self.groups < 1 or channels % self.groups:
                raise NetworkError(f"{channels} channels do not divide into {self.groups} groups")
        for name, at_least in (("kernel_size", 1), ("stride", 1), ("dilation", 1)):
            object.__setattr__(self, name, per_axis(name, getattr(self, name), self.axes, at_least=at_least))
        if not isinstance(self.padding, str):
            object.__setattr__(self, "padding", per_axis("padding", self.padding, self.axes, at_least=0))
        elif self.padding not in ("same", "valid"):
            raise NetworkError(f"padding {self.padding!r} (expected numbers, 'same' or 'valid')")
        elif self.padding == "same" and self.stride != (1,) * self.axes:
            raise NetworkError("padding 'same' with a stride is not defined")

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        weight = {"weight": self._weight_shape()}
        return weight | {"bias": (self.out_channels,)} if self.bias else weight

    def _weight_shape(self) -> tuple[int, ...]:
        return (self.out_channels, self.in_channels // self.groups, *self.sizes("kernel_size"))

    def _checked(self, inputs: tuple[Shape, ...]) -> Shape:
        x = feature_map(self, inputs, self.axes)
        if x.channels != self.in_channels:
            raise NetworkError(f"{self.title} was given {x.channels} channels (expected {self.in_channels})")
        return x

    def sizes(self, name: str) -> tuple[int, ...]:
        """A size attribute with one number for each spatial axis."""
        value: tuple[int, ...] = getattr(self, name)
        return value

    def paddings(self) -> tuple[tuple[int, int], ...]:
        """Padding (before, after) for each spatial axis; 'same' puts the odd pixel after, as torch does."""
        if self.padding == "same":
            totals = [d * (k - 1) for d, k in zip(self.sizes("dilation"), self.sizes("kernel_size"), strict=True)]
            return tuple((total // 2, total - total // 2) for total in totals)
        if self.padding == "valid":
            return ((0, 0),) * self.axes
        return tuple((p, p) for p in self.sizes("padding"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forward(_Convolution):
    def output_shape(self, *inputs: Shape) -> Shape:
        x = self._checked(inputs)
        counts = (
            window_count(size, window.kernel_size, window.stride, window.padding, window.dilation)
            for size, window in zip(x.spatial, self.windows(), strict=True)
        )
        return Shape(self.out_channels, *counts)

    def windows(self) -> tuple[Window, ...]:
        attributes = zip(*map(self.sizes, ("kernel_size", "stride", "dilation")), strict=True)
        return tuple(
            Window(kernel_size=k, stride=s, padding=padding, dilation=d)
            for (k, s, d), padding in zip(attributes, self.paddings(), strict=True)
        )

    def macs(self, *inputs: Shape) -> int:
        return self.output_shape(*inputs).elements * prod(self._weight_shape()[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Transposed(_Convolution):
    output_padding: Size = 0

    def __post_init__(self) -> None:
        super(_Transposed, self).__post_init__()
        if isinstance(self.padding, str):
            raise NetworkError(f"padding {self.padding!r} of a transposed convolution (expected numbers)")
        value = per_axis("output_padding", self.output_padding, self.axes, at_least=0)
        object.__setattr__(self, "output_padding", value)
        for extra, stride, dilation in zip(value, self.sizes("stride"), self.sizes("dilation"), strict=True):
            if extra >= max(stride, dilation):
                raise NetworkError(f"output_padding {extra} (expected less than the stride or the dilation)")

    def _weight_shape(self) -> tuple[int, ...]:
        return (self.in_channels, self.out_channels // self.groups, *self.sizes("kernel_size"))

    def output_shape(self, *inputs: Shape) -> Shape:
        x = self._checked(inputs)
        names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
        return Shape(self.out_channels, *map(transposed_count, x.spatial, *map(self.sizes, names)))

    def macs(self, *inputs: Shape) -> int:
        # Every input position meets every weight once: counting output positions would be stride² too many.
        return self._checked(inputs).elements * prod(self._weight_shape()[1:])


class Conv1d(_Forward):
    __slots__ = ()
    name = "conv1d"
    axes = 1


class Conv2d(_Forward):
    __slots__ = ()
    name = "conv2d"
    axes = 2


class Conv3d(_Forward):
    __slots__ = ()
    name = "conv3d"
    axes = 3


class ConvTranspose1d(_Transposed):
    __slots__ = ()
    name = "conv_transpose1d"
    axes = 1


class ConvTranspose2d(_Transposed):
    __slots__ = ()
    name = "conv_transpose2d"
    axes = 2


class ConvTranspose3d(_Transposed):
    __slots__ = ()
    name = "conv_transpose3d"
    axes = 3
