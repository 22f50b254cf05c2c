"""Operations that cut positions out of a feature map, or add some at its border."""

from dataclasses import dataclass

from cnnquiz.cnn.op import Op, axis_of_sample, one_input
from cnnquiz.cnn.shape import Shape
from cnnquiz.cnn.window import Window
from cnnquiz.errors import NetworkError

_MODES = ("constant", "reflect", "replicate", "circular")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSelect(Op):
    """Some positions of one axis, in any order: `x[:, [0, 4, 5]]` takes three channels."""

    name = "index_select"

    dim: int
    index: tuple[int, ...]

    def output_shape(self, *inputs: Shape) -> Shape:
        x = one_input(self, inputs)
        axis = axis_of_sample(self.title, self.dim, len(x))
        for position in self.index:
            if not -x[axis] <= position < x[axis]:
                raise NetworkError(f"index_select of {position} from an axis of {x[axis]}")
        return Shape(*x[:axis], len(self.index), *x[axis + 1 :])


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Op):
    """`x[:, start:stop:step, …]` with one of each for every axis of a sample, counted from the front."""

    name = "slice"

    start: tuple[int, ...]
    stop: tuple[int, ...]
    step: tuple[int, ...]

    def __post_init__(self) -> None:
        super(Slice, self).__post_init__()
        axes = {len(self.start), len(self.stop), len(self.step)}
        if len(axes) != 1 or min((*self.start, *self.stop), default=0) < 0 or min(self.step, default=1) < 1:
            raise NetworkError(
                f"slice from {self.start} to {self.stop} by {self.step} (expected one for each axis, from 0 on)"
            )

    def output_shape(self, *inputs: Shape) -> Shape:
        x = one_input(self, inputs)
        if len(x) != len(self.start):
            raise NetworkError(f"slice of {len(self.start)} axes was given an input of shape {x}")
        ranges = zip(self.start, self.stop, self.step, x, strict=True)
        return Shape(*(-(-max(min(stop, size) - start, 0) // step) for start, stop, step, size in ranges))

    def windows(self) -> tuple[Window, ...]:
        """A window of one pixel; what is cut off before it is padding the other way round."""
        spatial = zip(self.start[1:], self.step[1:], strict=True)
        return tuple(Window(kernel_size=1, stride=step, padding=(-start, 0), dilation=1) for start, step in spatial)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad(Op):
    """`F.pad`: `pad` counts from the last axis, before and after, and names every axis of a sample."""

    name = "pad"

    pad: tuple[int, ...]
    mode: str = "constant"

    def __post_init__(self) -> None:
        super(Pad, self).__post_init__()
        if self.mode not in _MODES:
            raise NetworkError(f"pad of mode {self.mode!r} (expected one of {', '.join(_MODES)})")

    def output_shape(self, *inputs: Shape) -> Shape:
        x = one_input(self, inputs)
        if len(self.pad) != 2 * len(x):
            raise NetworkError(f"pad of {len(self.pad)} numbers for an input of shape {x} (expected {2 * len(x)})")
        sizes = [size + sum(pair) for size, pair in zip(x, self._pairs(), strict=True)]
        if any(size < 0 for size in sizes):
            raise NetworkError(f"pad {self.pad} takes more from {x} than there is")
        return Shape(*sizes)

    def windows(self) -> tuple[Window, ...]:
        return tuple(Window(kernel_size=1, stride=1, padding=pair, dilation=1) for pair in self._pairs()[1:])

    def _pairs(self) -> list[tuple[int, int]]:
        """Numbers (before, after) of each axis, the first axis first."""
        return list(zip(self.pad[-2::-2], self.pad[::-2], strict=False))
