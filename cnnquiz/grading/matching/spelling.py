"""One recorded call goes in; the usual spelling of what it does comes out."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from cnnquiz.cnn import Call, Op
from cnnquiz.cnn.indexing import IndexSelect, Slice
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.normalization import BatchNorm
from cnnquiz.cnn.ops import OPS
from cnnquiz.cnn.pooling import AdaptiveAvgPool1d, AdaptiveMaxPool1d
from cnnquiz.cnn.structure import Concatenate, Flatten, Mean, Other
from cnnquiz.tracing.functions import RESHAPES

# Over all positions, whatever the number of spatial axes.
GLOBAL_AVERAGE, GLOBAL_MAX = AdaptiveAvgPool1d(output_size=1), AdaptiveMaxPool1d(output_size=1)

_SPLITS = frozenset({"chunk", "split", "tensor_split", "split_with_sizes", "unsafe_chunk", "unsafe_split"})
_PICKS = frozenset({"__getitem__", "select", "unbind"})
_STRETCHES = frozenset({"expand", "expand_as"})


def is_convolution(op: Op) -> bool:
    """A convolution of any number of axes, transposed ones too."""
    return op.name.startswith("conv")


def is_transposed(op: Op) -> bool:
    return op.name.startswith("conv_transpose")


def is_split(call: Call) -> bool:
    return isinstance(call.op, Other) and call.op.function in _SPLITS and len(call.inputs) == 1


def changes_nothing(call: Call) -> bool:
    """Whether each number stays the number of its channel; a call that owns tensors always does something."""
    op, x, y = call.op, call.input_shapes[0], call.output_shape
    if call.parameters or call.buffers:
        return False
    if op.name == "dropout":
        return not op.attributes()["active"] or op.attributes()["p"] == 0
    if isinstance(op, Flatten) or (isinstance(op, Other) and op.function in RESHAPES):
        return x[:1] == y[:1] and x.elements == y.elements
    if isinstance(op, Other) and op.function == "__getitem__":  # x[:, :, None, None]
        return x[:1] == y[:1] and x.elements == y.elements and len(x) < len(y)
    if isinstance(op, Other) and op.function in _STRETCHES:
        return x[:1] == y[:1]
    if op.name.startswith("adaptive") or isinstance(op, (Slice, Concatenate)):
        return x == y and len(call.inputs) == 1
    if op.name == "pad":
        return not any(_numbers(op, "pad"))
    return "_pool" in op.name and all(w.kernel_size == w.stride == 1 and w.padding == (0, 0) for w in op.windows())


def usual_op(call: Call) -> Op:
    """The operation with every attribute that has no influence at its default."""
    op = call.op
    if is_convolution(op):
        return _convolution(call)
    for prefix, rewrite in _REWRITES.items():
        if op.name.startswith(prefix):
            return rewrite(call)
    return op


def split_at(call: Call, start: int) -> tuple[Slice, int] | None:
    """The piece that begins at `start` of the split axis, and where the next piece begins."""
    x, y = call.input_shapes[0], call.output_shape
    axes = [axis for axis, (a, b) in enumerate(zip(x, y, strict=False)) if a != b]
    if not x or len(x) != len(y) or len(axes) > 1:
        return None
    axis = axes[0] if axes else 0
    stop = start + y[axis]
    begin = tuple(start if i == axis else 0 for i in range(len(x)))
    end = tuple(stop if i == axis else size for i, size in enumerate(x))
    return Slice(start=begin, stop=end, step=(1,) * len(x)), stop if stop < x[axis] else 0


def picks_one(call: Call) -> bool:
    """Whether one position of an axis is taken, as by `x[:, :, 0]`; a recording does not say which."""
    is_one = len(call.output_shape) == len(call.input_shapes[0]) - 1
    return isinstance(call.op, Other) and call.op.function in _PICKS and len(call.inputs) == 1 and is_one


def pick_at(call: Call, position: int) -> Slice | None:
    """What takes that position of the axis which is no longer there."""
    x, y = tuple(call.input_shapes[0]), tuple(call.output_shape)
    axis = next((axis for axis in range(len(x)) if (*x[:axis], *x[axis + 1 :]) == y and position < x[axis]), None)
    if axis is None:
        return None
    start = tuple(position if i == axis else 0 for i in range(len(x)))
    stop = tuple(position + 1 if i == axis else size for i, size in enumerate(x))
    return Slice(start=start, stop=stop, step=(1,) * len(x))


def _convolution(call: Call) -> Op:
    """Without bias, which the tensors tell; over the full size, a linear layer."""
    op, x = call.op, call.input_shapes[0]
    windows = op.windows()
    unpadded = all(window.padding == (0, 0) for window in windows)
    full = tuple(window.kernel_size for window in windows) == x.spatial
    if full and unpadded and op.attributes()["groups"] == 1 and not is_transposed(op):
        return Linear(in_features=x.elements, out_features=call.output_shape[0], bias=False)
    changes: dict[str, object] = {"bias": False}
    if isinstance(op.attributes()["padding"], str) and all(before == after for before, after in _paddings(op)):
        changes["padding"] = tuple(before for before, _ in _paddings(op))
    return _changed(op, **changes)


def _paddings(op: Op) -> list[tuple[int, int]]:
    return [window.padding for window in op.windows()]


def _average_pool(call: Call) -> Op:
    op = _pool(call, GLOBAL_AVERAGE)
    if op.name.startswith("avg_pool") and all(padding == (0, 0) for padding in _paddings(op)):
        return _changed(op, count_include_pad=True)
    return op


def _max_pool(call: Call) -> Op:
    return _pool(call, GLOBAL_MAX)


def _pool(call: Call, over_all: Op) -> Op:
    """Pooling over everything, pooling of single numbers, or pooling that rounds down where up gives the same."""
    op, x, y = call.op, call.input_shapes[0], call.output_shape
    if all(window.kernel_size == 1 and window.padding == (0, 0) for window in op.windows()):
        return Slice(start=(0,) * len(x), stop=tuple(x), step=(1, *(window.stride for window in op.windows())))
    axes = list(zip(op.windows(), x.spatial, y.spatial, strict=True))
    if all(w.kernel_size == old and w.padding == (0, 0) and new == 1 for w, old, new in axes):
        return over_all
    even = all((old + sum(w.padding) - w.span) // w.stride + 1 == new for w, old, new in axes)
    return _changed(op, ceil_mode=False) if even else op


def _adaptive_pool(call: Call) -> Op:
    """An adaptive pooling whose windows all have one size is a plain one."""
    x, y, kind = call.input_shapes[0], call.output_shape, call.op.name.removeprefix("adaptive_")
    if y.elements == y[0]:
        return GLOBAL_AVERAGE if kind.startswith("avg") else GLOBAL_MAX
    if all(old and new and old % new == 0 for old, new in zip(x.spatial, y.spatial, strict=True)):
        size = tuple(old // new for old, new in zip(x.spatial, y.spatial, strict=True))
        build: Callable[..., Op] = OPS[kind]
        return build(kernel_size=size, stride=size)
    return call.op


def _mean(call: Call) -> Op:
    """The mean over all axes but the channels is global average pooling."""
    assert isinstance(call.op, Mean)
    x, dim = call.input_shapes[0], call.op.dim
    axis = dim + len(x) if dim < 0 else dim - 1
    if axis > 0 and call.output_shape.elements == x[0]:
        return GLOBAL_AVERAGE
    return Mean(dim=axis + 1)


def _index_select(call: Call) -> Op:
    assert isinstance(call.op, IndexSelect)
    size = call.input_shapes[0][call.op.dim - 1]
    return replace(call.op, index=tuple(position % size for position in call.op.index))


def _concatenate(call: Call) -> Op:
    assert isinstance(call.op, Concatenate)
    return Concatenate(dim=call.op.dim % (len(call.output_shape) + 1))


def _changed(op: Op, **attributes: object) -> Op:
    return replace(op, **attributes)


def _numbers(op: Op, name: str) -> tuple[int, ...]:
    value = op.attributes()[name]
    assert isinstance(value, tuple)
    return value


_REWRITES: Mapping[str, Callable[[Call], Op]] = {
    "linear": lambda call: _changed(call.op, bias=False),
    BatchNorm.name: lambda call: _changed(call.op, momentum=0.1),
    "avg_pool": _average_pool,
    "max_pool": _max_pool,
    "adaptive": _adaptive_pool,
    "mean": _mean,
    "flatten": lambda call: Flatten() if len(call.output_shape) == 1 else call.op,
    "index_select": _index_select,
    "cat": _concatenate,
}
