"""What torch's functions mean: a recorded call goes in, the operation that it is comes out."""

from collections.abc import Callable, Mapping

from cnnquiz.cnn import OPS, Op
from cnnquiz.cnn.elementwise import ACTIVATIONS, Activation, Dropout
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.normalization import BatchNorm, LocalResponseNorm
from cnnquiz.cnn.structure import Add, Concatenate, Flatten, Multiply
from cnnquiz.tracing.arguments import Arguments
from cnnquiz.tracing.recording import Argument

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
    axes = len(a.inputs[0]) - 1
    if axes not in (1, 2, 3) or a.axes("dim") != list(range(2, axes + 2)):
        return None
    build: Callable[..., Op] = OPS[f"adaptive_avg_pool{axes}d"]
    return build(output_size=1)


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
    "mean": _mean,
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
JOINS = frozenset({"add", "mul", "cat"})

OPERATIONS: Mapping[str, Callable[[Arguments], Op | None]] = {
    **dict.fromkeys(ACTIVATIONS, _activation),
    "hardtanh": _hardtanh,
    **{name: _convolution for name in OPS if name.startswith("conv")},
    **{name: _max_pool for name in OPS if name.startswith("max_pool")},
    **{name: _avg_pool for name in OPS if name.startswith("avg_pool")},
    **{name: _adaptive_pool for name in OPS if name.startswith("adaptive")},
    **_SIMPLE,
}
