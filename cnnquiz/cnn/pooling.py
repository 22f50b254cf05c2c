"""Pooling layers: they slide a window over each channel by itself."""

from dataclasses import dataclass
from typing import ClassVar

from cnnquiz.cnn.convolution import Size
from cnnquiz.cnn.op import Op, feature_map
from cnnquiz.cnn.shape import Shape
from cnnquiz.cnn.window import Window, per_axis, pooled_count
from cnnquiz.errors import NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pooling(Op):
    axes: ClassVar[int]

    kernel_size: Size
    stride: Size | None = None
    padding: Size = 0
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        super(_Pooling, self).__post_init__()
        kernel_size = per_axis("kernel_size", self.kernel_size, self.axes, at_least=1)
        stride = kernel_size if self.stride is None else per_axis("stride", self.stride, self.axes, at_least=1)
        padding = per_axis("padding", self.padding, self.axes, at_least=0)
        if any(2 * p > k for p, k in zip(padding, kernel_size, strict=True)):
            raise NetworkError(f"padding {padding} of a pooling layer (expected at most half of {kernel_size})")
        for name, value in (("kernel_size", kernel_size), ("stride", stride), ("padding", padding)):
            object.__setattr__(self, name, value)

    def sizes(self, name: str) -> tuple[int, ...]:
        """A size attribute with one number for each spatial axis."""
        value: tuple[int, ...] = getattr(self, name)
        return value

    def _dilations(self) -> tuple[int, ...]:
        return (1,) * self.axes

    def output_shape(self, *inputs: Shape) -> Shape:
        x = feature_map(self, inputs, self.axes)
        counts = (
            pooled_count(size, w.kernel_size, w.stride, w.padding[0], w.dilation, ceil_mode=self.ceil_mode)
            for size, w in zip(x.spatial, self.windows(), strict=True)
        )
        return Shape(x.channels, *counts)

    def windows(self) -> tuple[Window, ...]:
        sizes = zip(*map(self.sizes, ("kernel_size", "stride", "padding")), self._dilations(), strict=True)
        return tuple(Window(kernel_size=k, stride=s, padding=(p, p), dilation=d) for k, s, p, d in sizes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _MaxPool(_Pooling):
    dilation: Size = 1

    def __post_init__(self) -> None:
        super(_MaxPool, self).__post_init__()
        object.__setattr__(self, "dilation", per_axis("dilation", self.dilation, self.axes, at_least=1))

    def _dilations(self) -> tuple[int, ...]:
        return self.sizes("dilation")


@dataclass(frozen=True, slots=True, kw_only=True)
class _AvgPool(_Pooling):
    count_include_pad: bool = True


class MaxPool1d(_MaxPool):
    __slots__ = ()
    name = "max_pool1d"
    axes = 1


class MaxPool2d(_MaxPool):
    __slots__ = ()
    name = "max_pool2d"
    axes = 2


class MaxPool3d(_MaxPool):
    __slots__ = ()
    name = "max_pool3d"
    axes = 3


class AvgPool1d(_AvgPool):
    __slots__ = ()
    name = "avg_pool1d"
    axes = 1


class AvgPool2d(_AvgPool):
    __slots__ = ()
    name = "avg_pool2d"
    axes = 2


class AvgPool3d(_AvgPool):
    __slots__ = ()
    name = "avg_pool3d"
    axes = 3

    def output_shape(self, *inputs: Shape) -> Shape:
        x = feature_map(self, inputs, self.axes)
        kernel_size = self.sizes("kernel_size")
        if any(size < k for size, k in zip(x.spatial, kernel_size, strict=True)):  # torch refuses here alone
            raise NetworkError(f"avg_pool3d of {kernel_size} was given an input of shape {x} (expected a larger one)")
        return super().output_shape(x)


@dataclass(frozen=True, slots=True, kw_only=True)
class _AdaptivePool(Op):
    axes: ClassVar[int]

    output_size: Size | tuple[int | None, ...]

    def __post_init__(self) -> None:
        super(_AdaptivePool, self).__post_init__()
        sizes = self.output_size
        values = (sizes,) * self.axes if isinstance(sizes, int) else tuple(sizes)
        if len(values) != self.axes or any(size is not None and size < 1 for size in values):
            raise NetworkError(f"output_size {sizes} (expected 1 or {self.axes} sizes of at least 1)")
        if values == (None,):  # torch takes None only beside another axis
            raise NetworkError("output_size None of a single axis (expected a number)")
        object.__setattr__(self, "output_size", values)

    def output_shape(self, *inputs: Shape) -> Shape:
        x = feature_map(self, inputs, self.axes)
        wanted: tuple[int | None, ...] = self.output_size  # type: ignore[assignment]  # normalised above
        return Shape(x.channels, *(old if new is None else new for new, old in zip(wanted, x.spatial, strict=True)))


class AdaptiveAvgPool1d(_AdaptivePool):
    __slots__ = ()
    name = "adaptive_avg_pool1d"
    axes = 1


class AdaptiveAvgPool2d(_AdaptivePool):
    __slots__ = ()
    name = "adaptive_avg_pool2d"
    axes = 2


class AdaptiveAvgPool3d(_AdaptivePool):
    __slots__ = ()
    name = "adaptive_avg_pool3d"
    axes = 3


class AdaptiveMaxPool1d(_AdaptivePool):
    __slots__ = ()
    name = "adaptive_max_pool1d"
    axes = 1


class AdaptiveMaxPool2d(_AdaptivePool):
    __slots__ = ()
    name = "adaptive_max_pool2d"
    axes = 2


class AdaptiveMaxPool3d(_AdaptivePool):
    __slots__ = ()
    name = "adaptive_max_pool3d"
    axes = 3
