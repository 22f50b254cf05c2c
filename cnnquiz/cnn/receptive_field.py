"""The receptive field of every call: which pixels of the input a number of its output can depend on.

The theoretical field: a bounding box over all paths, borders ignored, so that it can reach into the padding and exceed
the image. Pooling counts as a convolution does. A gate that is the same for all positions (squeeze-and-excitation)
would make every field the whole image; it is left out, the field is that of the path it scales.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnquiz.cnn.indexing import IndexSelect
from cnnquiz.cnn.network import Call, Network
from cnnquiz.cnn.op import axis_of_sample
from cnnquiz.cnn.structure import Mean, Stack
from cnnquiz.cnn.window import Window

_EACH_NUMBER = frozenset({"activation", "dropout", "batch_norm", "local_response_norm"})
_JOINS = frozenset({"add", "mul", "cat"})

# Functions without a rule that leave every position where it is.
_KEEP_POSITIONS = frozenset(
    {"chunk", "split", "sub", "div", "__truediv__", "neg", "abs", "exp", "sqrt", "pow", "clamp"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of a field, in pixels: output position u sees `size` pixels from pixel `start + u·jump` on.

    `start` is negative where padding is seen. `whole` is set where every position sees all of the input.
    """

    size: int
    jump: int
    start: int
    whole: bool = False

    @property
    def end(self) -> int:
        """The pixel after the last one that output position 0 sees."""
        return self.start + self.size

    @property
    def centre(self) -> float:
        """The middle of what output position 0 sees, as a pixel index: 0 is the middle of the first pixel."""
        return self.start + (self.size - 1) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptiveField:
    """The field of one call's output, axis by axis in the order of the input's spatial axes."""

    axes: tuple[Axis, ...]

    @property
    def size(self) -> tuple[int, ...]:
        return tuple(axis.size for axis in self.axes)

    @property
    def jump(self) -> tuple[int, ...]:
        """Pixels of the input between neighbouring positions of the output: the effective stride."""
        return tuple(axis.jump for axis in self.axes)

    @property
    def start(self) -> tuple[int, ...]:
        return tuple(axis.start for axis in self.axes)

    @property
    def centre(self) -> tuple[float, ...]:
        return tuple(axis.centre for axis in self.axes)

    @property
    def whole_input(self) -> bool:
        """Whether every number depends on every pixel, as after global pooling or a linear layer."""
        return all(axis.whole for axis in self.axes)


def receptive_fields(network: Network) -> tuple[ReceptiveField | None, ...]:
    """The field of each call; None where it is not known or not the same for all positions.

    Not known: functions without a rule, and what follows them (a channel shuffle, say). Not the same for all
    positions: transposed convolutions, adaptive pooling to sizes that do not divide the input's, linear layers along
    one axis.
    """
    pixels = network.input_shape.spatial
    pixel = ReceptiveField(axes=(Axis(size=1, jump=1, start=0),) * len(pixels))
    fields: list[ReceptiveField | None] = [pixel if pixels else None]
    for call in network.calls:
        fields.append(_field(call, [fields[position] for position in call.inputs], pixels))
    return tuple(fields[1:])


def last_spatial_field(network: Network) -> ReceptiveField | None:
    """The field of the last call on the way to the output that does not see the whole input.

    VGG-16's is that of its last pooling layer. None where that call's field is not known, or there is none.
    """
    fields = receptive_fields(network)
    reached = {network.output}
    for position in range(len(network.calls), 0, -1):
        if position not in reached:
            continue
        call, field = network.calls[position - 1], fields[position - 1]
        if len(call.output_shape) == len(network.input_shape) and not (field and field.whole_input):
            return field
        reached.update(call.inputs)
    return None


def _field(call: Call, inputs: Sequence[ReceptiveField | None], pixels: tuple[int, ...]) -> ReceptiveField | None:
    known = [field for field in inputs if field is not None]
    if len(known) < len(inputs):
        return None
    op, first, x, axes = call.op, known[0], call.input_shapes[0], len(pixels)
    if op.name in _EACH_NUMBER or (first.whole_input and len(known) == 1):
        return first
    if len(op.windows()) == axes:
        return _field_of(_slid(axis, window) for axis, window in zip(first.axes, op.windows(), strict=True))
    if isinstance(op, Stack):
        return _side_by_side(known) if axis_of_sample(op.title, op.dim, len(x) + 1) <= len(x) - axes else None
    if isinstance(op, (Mean, IndexSelect)):
        return first if axis_of_sample(op.title, op.dim, len(x)) < len(x) - axes else None
    if op.name in _JOINS or op.title in _KEEP_POSITIONS:
        return _union(call, known)
    if op.name.startswith("adaptive") and len(x.spatial) == axes:
        sizes = zip(first.axes, x.spatial, call.output_shape.spatial, pixels, strict=True)
        return _field_of(_adapted(*axis) for axis in sizes)
    if op.name == "flatten":  # a view: its numbers are still those of the map's positions
        return first if len(call.output_shape) == 1 else None
    if op.name == "linear" and len(x) == 1:
        return ReceptiveField(axes=tuple(_whole(size) for size in pixels))
    return None


def _field_of(axes: Iterable[Axis | None]) -> ReceptiveField | None:
    axes = list(axes)
    known = tuple(axis for axis in axes if axis is not None)
    return ReceptiveField(axes=known) if len(known) == len(axes) else None


def _side_by_side(fields: Sequence[ReceptiveField]) -> ReceptiveField | None:
    return _field_of(_box([field.axes[index] for field in fields]) for index in range(len(fields[0].axes)))


def _whole(pixels: int) -> Axis:
    return Axis(size=pixels, jump=pixels, start=0, whole=True)


def _slid(axis: Axis, window: Window) -> Axis:
    """What a window sees of an input whose positions see `axis`."""
    if axis.whole:
        return axis
    return Axis(
        size=axis.size + (window.span - 1) * axis.jump,
        jump=axis.jump * window.stride,
        start=axis.start - window.padding[0] * axis.jump,
    )


def _adapted(axis: Axis, before: int, after: int, pixels: int) -> Axis | None:
    """Adaptive pooling from a size to another: its windows are alike only where the sizes divide."""
    if after == before:
        return axis
    if after == 1:
        return _whole(pixels)
    if before % after:
        return None
    return _slid(axis, Window(kernel_size=before // after, stride=before // after, padding=(0, 0), dilation=1))


def _union(call: Call, fields: Sequence[ReceptiveField]) -> ReceptiveField | None:
    """The box around what several inputs see, those left out that are stretched along the axis."""
    shape = call.output_shape
    if not _aligned(call):
        return None
    axes = []
    for index in range(len(fields[0].axes)):
        paths = [
            field.axes[index]
            for field, x in zip(fields, call.input_shapes, strict=True)
            if len(x) == len(shape) and x[index + 1 : index + 2] == shape[index + 1 : index + 2]
        ]
        axes.append(_box(paths))
    return _field_of(axes)


def _aligned(call: Call) -> bool:
    """Whether position u of the output is made of position u of every input."""
    if call.op.name == "cat":
        rank = len(call.output_shape) + 1
        dim = call.op.attributes()["dim"]
        return isinstance(dim, int) and dim % rank == 1
    return call.op.name != "other" or all(x.spatial == call.output_shape.spatial for x in call.input_shapes)


def _box(paths: Sequence[Axis]) -> Axis | None:
    whole = [axis for axis in paths if axis.whole]
    if whole:
        return whole[0]
    if len({axis.jump for axis in paths}) != 1:
        return None
    start = min(axis.start for axis in paths)
    return Axis(size=max(axis.end for axis in paths) - start, jump=paths[0].jump, start=start)
