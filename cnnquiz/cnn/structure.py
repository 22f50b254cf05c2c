"""Operations that reshape or join feature maps."""

from dataclasses import dataclass

from cnnquiz.cnn.op import Op, axis_of_sample, one_input
from cnnquiz.cnn.shape import Shape
from cnnquiz.errors import NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Flatten(Op):
    """Joins axes `start_dim` to `end_dim` into one; axes are counted with the batch as axis 0, as in torch."""

    name = "flatten"

    start_dim: int = 1
    end_dim: int = -1

    def output_shape(self, *inputs: Shape) -> Shape:
        x = one_input(self, inputs)
        rank = len(x) + 1
        start, end = (dim + rank if dim < 0 else dim for dim in (self.start_dim, self.end_dim))
        if not (0 <= start < rank and 0 <= end < rank and start <= end):
            raise NetworkError(f"flatten from axis {self.start_dim} to {self.end_dim} of {rank} axes")
        if start == 0:
            raise NetworkError("flatten from axis 0 joins the batch with the features (expected start_dim 1)")
        return Shape(*x[: start - 1], Shape(*x[start - 1 : end]).elements, *x[end:])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broadcast(Op):
    """Two feature maps combined number by number, sizes of 1 stretched as in torch."""

    def output_shape(self, *inputs: Shape) -> Shape:
        if not inputs:
            raise NetworkError(f"{self.title} was given no input (expected at least 1)")
        result = inputs[0]
        for other in inputs[1:]:
            result = self._stretched(result, other)
        return result

    def _stretched(self, left: Shape, right: Shape) -> Shape:
        if left and right and len(left) != len(right):  # torch would line one's batch up with the other's pixels
            raise NetworkError(f"{self.title} of {left} and {right}: {len(left)} and {len(right)} axes do not match")
        pairs = zip(left or (1,) * len(right), right or (1,) * len(left), strict=True)
        sizes = []
        for a, b in pairs:
            if a != b and 1 not in (a, b):
                raise NetworkError(f"{self.title} of {left} and {right}: sizes {a} and {b} do not match")
            sizes.append(b if a == 1 else a)
        return Shape(*sizes)


class Add(_Broadcast):
    """Residual addition."""

    __slots__ = ()
    name = "add"


class Multiply(_Broadcast):
    """Gating, as in squeeze-and-excitation."""

    __slots__ = ()
    name = "mul"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concatenate(Op):
    """Joins feature maps along one axis (1 is the channels, the batch being 0)."""

    name = "cat"

    dim: int = 1

    def output_shape(self, *inputs: Shape) -> Shape:
        if not inputs:
            raise NetworkError("cat was given no input (expected at least 1)")
        rank = len(inputs[0]) + 1
        axis = (self.dim + rank if self.dim < 0 else self.dim) - 1
        if not 0 <= axis < rank - 1:
            raise NetworkError(f"cat along axis {self.dim} of {rank} axes (expected 1 to {rank - 1})")
        first = inputs[0]
        for other in inputs[1:]:
            if len(other) != len(first) or any(
                a != b for i, (a, b) in enumerate(zip(first, other, strict=True)) if i != axis
            ):
                raise NetworkError(f"cat along axis {self.dim} of {first} and {other}: the other sizes do not match")
        return Shape(*first[:axis], sum(x[axis] for x in inputs), *first[axis + 1 :])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack(Op):
    """Feature maps of one shape laid beside each other along a new axis (1 is the first after the batch)."""

    name = "stack"

    dim: int = 1

    def output_shape(self, *inputs: Shape) -> Shape:
        if not inputs or any(x != inputs[0] for x in inputs):
            raise NetworkError(f"stack of {' and '.join(map(str, inputs)) or 'no input'} (expected one shape)")
        axis = axis_of_sample(self.title, self.dim, len(inputs[0]) + 1)
        return Shape(*inputs[0][:axis], len(inputs), *inputs[0][axis:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean(Op):
    """The mean along one axis that is not the batch; after a `Stack`, the mean of several feature maps."""

    name = "mean"

    dim: int
    keepdim: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        x = one_input(self, inputs)
        axis = axis_of_sample(self.title, self.dim, len(x))
        return Shape(*x[:axis], *((1,) if self.keepdim else ()), *x[axis + 1 :])


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Op):
    """A call with no rule of its own: its shape is the recorded one, its cost is not counted, and both are said."""

    name = "other"

    function: str
    shape: tuple[int, ...]

    @property
    def title(self) -> str:
        return self.function

    def output_shape(self, *_inputs: Shape) -> Shape:
        return Shape(*self.shape)
