"""What torch's functions mean: a recorded call goes in, the operation that it is comes out."""

from collections.abc import Callable, Mapping, Sequence

from cnnquiz.cnn import OPS, Op
from cnnquiz.cnn.elementwise import ACTIVATIONS, Activation, Dropout
from cnnquiz.cnn.indexing import IndexSelect, Pad, Slice
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.normalization import BatchNorm, LocalResponseNorm
from cnnquiz.cnn.structure import Add, Concatenate, Flatten, Mean, Multiply, Stack
from cnnquiz.tracing.arguments import Arguments
from cnnquiz.tracing.recording import Argument, Opaque, RecordedSlice

_ALIASES = {
    "__add__": "add",
    "__radd__": "add",
    "__iadd__": "add",
    "__mul__": "mul",
    "__rmul__": "mul",
    "__imul__": "mul",
    "multiply": "mul",
    "concat": "cat",
    "concatenate": "cat",
    "__matmul__": "matmul",
    "mm": "matmul",
    **{f"max_pool{n}d_with_indices": f"max_pool{n}d" for n in (1, 2, 3)},
    "clamp_min": "clamp",
    "swish": "silu",
}

# Calls whose result holds the same numbers for the same sample.
PASS_THROUGH = frozenset({"contiguous", "clone", "detach", "to", "float", "alias", "type_as", "requires_grad"}) | {
    "identity",
    "cpu",
    "data",
}
RESHAPES = frozenset(
    {"view", "reshape", "flatten", "squeeze", "unsqueeze", "unflatten", "view_as", "reshape_as", "ravel"}
)
TURNS = frozenset({"t", "transpose", "permute", "swapaxes", "swapdims", "T", "mT"})

# Calls that take only the shape and type of their tensors, after as many as the number says.
SHAPE_ONLY: Mapping[str, int] = {
    **dict.fromkeys(("type_as", "view_as", "reshape_as", "expand_as"), 1),
    **{f"{kind}_like": 0 for kind in ("zeros", "ones", "empty", "full", "rand", "randn", "randint")},
    **{f"new_{kind}": 0 for kind in ("zeros", "ones", "empty", "full", "tensor")},
}


def canonical_name(function: str) -> str:
    """One name for the spellings of a function: `relu_` is `relu`, `__iadd__` is `add`."""
    name = _ALIASES.get(function, function)
    name = name if name.startswith("__") else name.rstrip("_")
    return _ALIASES.get(name, name)


def _convolution(a: Arguments) -> Op | None:
    weight = a.held("weight")
    if weight is None or len(weight.shape) < 3:
        return None  # a kernel computed from the input is no layer
    bias = a.held("bias")
    groups = a.number("groups", 1)
    transposed = a.function.startswith("conv_transpose")
    out_axis, in_axis = (1, 0) if transposed else (0, 1)
    extra = {"output_padding": a.size("output_padding", 0)} if transposed else {}
    build: Callable[..., Op] = OPS[a.function]
    return build(
        in_channels=weight.shape[in_axis] * (1 if transposed else groups),
        out_channels=weight.shape[out_axis] * (groups if transposed else 1),
        kernel_size=tuple(weight.shape[2:]),
        stride=a.size("stride", 1),
        padding=a.size("padding", 0),
        dilation=a.size("dilation", 1),
        groups=groups,
        bias=bias is not None,
        **extra,
    )


def _linear(a: Arguments) -> Op | None:
    weight = a.held("weight")
    if weight is None or len(weight.shape) != 2:
        return None
    out_features, in_features = weight.shape
    return Linear(in_features=in_features, out_features=out_features, bias=a.held("bias") is not None)


def _matmul(a: Arguments) -> Op | None:
    weight = a.held("weight")
    if weight is None or len(weight.shape) != 2:
        return None
    if len(weight.tensors) == 1:  # x @ W holds (in, out), the transpose of a linear layer's weight
        a.roles[weight.tensors[0]] = "weight" if weight.transposed else "weight.T"
    return Linear(in_features=weight.shape[0], out_features=weight.shape[1], bias=a.held("bias") is not None)


def _max_pool(a: Arguments) -> Op:
    build: Callable[..., Op] = OPS[a.function]
    sizes = {name: a.size(name, default) for name, default in (("padding", 0), ("dilation", 1))}
    ceil_mode = a.flag("ceil_mode", default=False)
    return build(kernel_size=a.size("kernel_size"), stride=_stride(a), ceil_mode=ceil_mode, **sizes)


def _avg_pool(a: Arguments) -> Op | None:
    if a.get("divisor_override") is not None:
        return None
    build: Callable[..., Op] = OPS[a.function]
    return build(
        kernel_size=a.size("kernel_size"),
        stride=_stride(a),
        padding=a.size("padding", 0),
        ceil_mode=a.flag("ceil_mode", default=False),
        count_include_pad=a.flag("count_include_pad", default=True),
    )


def _stride(a: Arguments) -> Argument:
    stride = a.size("stride")
    return None if stride == () else stride  # torch's own default is an empty list


def _adaptive_pool(a: Arguments) -> Op:
    build: Callable[..., Op] = OPS[a.function]
    return build(output_size=a.size("output_size"))


def _mean(a: Arguments) -> Op | None:
    """`mean` over all spatial axes is global average pooling; without `keepdim`, a flatten follows."""
    axes, dims = len(a.inputs[0]) - 1, a.axes("dim")
    if axes in (1, 2, 3) and dims == list(range(2, axes + 2)):
        build: Callable[..., Op] = OPS[f"adaptive_avg_pool{axes}d"]
        return build(output_size=1)
    if len(dims) == 1 and dims != [0]:
        return Mean(dim=dims[0], keepdim=a.flag("keepdim", default=False))
    return None


def mean_of_stack(a: Arguments) -> Op | None:
    """`torch.stack(maps).mean(0)`: the new axis stands before the batch, where a sample has none."""
    dims = a.get("dim")
    return Mean(dim=1) if dims in (0, [0]) and not a.flag("keepdim", default=False) else None


def stacks_before_batch(a: Arguments) -> bool:
    return a.function == "stack" and a.get("dim", 0) in (0, -len(a.inputs[0]) - 2)


def _stack(a: Arguments) -> Op | None:
    if stacks_before_batch(a):
        return Stack()
    dim = a.number("dim", 0)
    return Stack(dim=dim % (len(a.inputs[0]) + 2))


def _pad(a: Arguments) -> Op | None:
    pad, axes = a.get("pad"), len(a.inputs[0])
    if not isinstance(pad, list) or len(pad) > 2 * axes or any(type(number) is not int for number in pad):
        return None
    return Pad(pad=(*pad, *(0,) * (2 * axes - len(pad))), mode=a.get("mode", "constant"))


_EVERYTHING = RecordedSlice()


def _index(a: Arguments) -> Op | None:
    """`x[:, 1:, ::2]` is a slice of every axis, `x[:, [0, 4, 5]]` a choice of positions along one."""
    index = a.get("index")
    items = index if isinstance(index, list) else [index]
    axes = len(a.inputs[0]) + 1
    if Opaque("ellipsis") in items:
        place = items.index(Opaque("ellipsis"))
        items = [*items[:place], *[_EVERYTHING] * (axes + 1 - len(items)), *items[place + 1 :]]
    items = items + [_EVERYTHING] * (axes - len(items))
    if len(items) != axes or items[0] != _EVERYTHING:
        return None
    if all(isinstance(item, RecordedSlice) for item in items):
        return _slice(items[1:], a)
    chosen = [dim for dim, item in enumerate(items) if item != _EVERYTHING]
    positions = items[chosen[0]]
    if len(chosen) > 1 or not isinstance(positions, list) or any(type(number) is not int for number in positions):
        return None
    return IndexSelect(dim=chosen[0], index=tuple(positions))


def _slice(items: Sequence[RecordedSlice], a: Arguments) -> Op | None:
    if not items:  # the batch alone
        return None
    parts = [part for item in items for part in (item.start, item.stop, item.step)]
    if any(part is not None and type(part) is not int for part in parts) or 0 in (item.step for item in items):
        return None
    ranges = [slice(i.start, i.stop, i.step).indices(size) for i, size in zip(items, a.inputs[0], strict=True)]
    start, stop, step = zip(*ranges, strict=True)
    return Slice(start=start, stop=stop, step=step)


def _batch_norm(a: Arguments) -> Op | None:
    mean, weight, bias = a.held("running_mean"), a.held("weight"), a.held("bias")
    a.held("running_var")
    shapes = {tensor.shape for tensor in (mean, weight) if tensor is not None} or {tuple(a.inputs[0][:1])}
    if (weight is None) != (bias is None) or len(shapes) != 1:
        return None
    (num_features,) = shapes.pop()
    return BatchNorm(
        num_features=num_features,
        eps=a.get("eps", 1e-5),
        momentum=a.get("momentum", 0.1),
        affine=weight is not None,
        track_running_stats=mean is not None,
    )


def _local_response_norm(a: Arguments) -> Op:
    constants = {name: a.get(name, default) for name, default in (("alpha", 1e-4), ("beta", 0.75), ("k", 1.0))}
    return LocalResponseNorm(size=a.get("size"), **constants)


def _clamp(a: Arguments) -> Op | None:
    limits = [a.get(name) for name in ("min", "max")]
    if any(isinstance(limit, bool) or not isinstance(limit, (int, float, type(None))) for limit in limits):
        return None
    function = {(0, None): "relu", (0, 6): "relu6"}.get((limits[0], limits[1]))
    return None if function is None else Activation(function=function)


_SIMPLE: dict[str, Callable[[Arguments], Op | None]] = {
    "linear": _linear,
    "matmul": _matmul,
    "addmm": _matmul,
    "batch_norm": _batch_norm,
    "local_response_norm": _local_response_norm,
    "dropout": lambda a: Dropout(p=a.get("p", 0.5), active=a.flag("training", default=True)),
    "flatten": lambda a: Flatten(start_dim=a.get("start_dim", 0), end_dim=a.get("end_dim", -1)),
    "cat": lambda a: Concatenate(dim=a.get("dim")) if a.get("dim", 0) != 0 else None,
    "add": lambda _: Add(),
    "mul": lambda _: Multiply(),
    "stack": _stack,
    "mean": _mean,
    "pad": _pad,
    "__getitem__": _index,
    "clamp": _clamp,
}


def _hardtanh(a: Arguments) -> Op:
    """`nn.ReLU6` calls hardtanh from 0 to 6."""
    limits = a.get("min_val", -1), a.get("max_val", 1)
    return Activation(function="relu6" if limits == (0, 6) else "hardtanh")


def _activation(a: Arguments) -> Op:
    a.held("weight")  # of a prelu
    return Activation(function=a.function)


# Operations that join as many inputs as they are given; all others are themselves only when one input reaches them.
JOINS = frozenset({"add", "mul", "cat", "stack"})

OPERATIONS: Mapping[str, Callable[[Arguments], Op | None]] = {
    **dict.fromkeys(ACTIVATIONS, _activation),
    "hardtanh": _hardtanh,
    **{name: _convolution for name in OPS if name.startswith("conv")},
    **{name: _max_pool for name in OPS if name.startswith("max_pool")},
    **{name: _avg_pool for name in OPS if name.startswith("avg_pool")},
    **{name: _adaptive_pool for name in OPS if name.startswith("adaptive")},
    **_SIMPLE,
}
