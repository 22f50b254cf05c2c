"""Layers that are described by name, one after another, go in; the network that they make comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cnnquiz.cnn.network import Call, Network, Parameter
from cnnquiz.cnn.op import Op
from cnnquiz.cnn.ops import OPS
from cnnquiz.cnn.shape import Shape
from cnnquiz.errors import NetworkError

_CONVOLUTION = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias")
_TRANSPOSED = (
    "in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding", "groups", "bias", "dilation",
)  # fmt: skip

# The arguments of torch.nn's layers in torch's order; what changes neither shapes nor counts is left out.
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    **{f"conv{axes}d": _CONVOLUTION for axes in (1, 2, 3)},
    **{f"conv_transpose{axes}d": _TRANSPOSED for axes in (1, 2, 3)},
    **{f"max_pool{axes}d": ("kernel_size", "stride", "padding", "dilation") for axes in (1, 2, 3)},
    **{f"avg_pool{axes}d": ("kernel_size", "stride", "padding") for axes in (1, 2, 3)},
    **{f"adaptive_avg_pool{axes}d": ("output_size",) for axes in (1, 2, 3)},
    **{f"adaptive_max_pool{axes}d": ("output_size",) for axes in (1, 2, 3)},
    **{f"batch_norm{axes}d": ("num_features",) for axes in (1, 2, 3)},
    "linear": ("in_features", "out_features", "bias"),
    "local_response_norm": ("size",),
    "relu": (),
    "dropout": (),
    "flatten": (),
}
KEYWORDS: Mapping[str, tuple[str, ...]] = {
    **{f"{kind}_pool{axes}d": ("ceil_mode",) for kind in ("max", "avg") for axes in (1, 2, 3)},
    **{f"batch_norm{axes}d": ("affine", "track_running_stats") for axes in (1, 2, 3)},
}
_FIXED: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "relu": ("activation", {"function": "relu"}),
    **{f"batch_norm{axes}d": ("batch_norm", {}) for axes in (1, 2, 3)},
}
# How many axes the input of a sample has, of layers whose operation would take others, too.
_INPUT_AXES: Mapping[str, tuple[int, ...]] = {"batch_norm1d": (1, 2), "batch_norm2d": (3,), "batch_norm3d": (4,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer by the name of its function in torch.nn.functional, with the arguments of its class in torch.nn."""

    name: str
    arguments: Mapping[str, object]


def stack(layers: Iterable[Layer], input_shape: Shape, *, name: str = "stack") -> Network:
    """The network of layers that run one after another; NetworkError where one does not fit its input."""
    calls: list[Call] = []
    shape = input_shape
    for number, layer in enumerate(layers):
        op = _op(layer)
        _check_axes(layer, shape)
        output = op.output_shape(shape)
        label = f"{number}.{layer.name}"
        calls.append(
            Call(
                op=op,
                name=label,
                inputs=(number,),
                input_shapes=(shape,),
                output_shape=output,
                parameters=_tensors(label, op.parameter_shapes()),
                buffers=_tensors(label, _buffer_shapes(op)),
            )
        )
        shape = output
    return Network(name=name, input_shape=input_shape, calls=tuple(calls), output=len(calls))


def _op(layer: Layer) -> Op:
    name, fixed = _FIXED.get(layer.name, (layer.name, {}))
    try:
        return OPS[name](**fixed, **layer.arguments)
    except TypeError as error:
        problem = str(error).partition("() ")[2]  # without the name of our class
        raise NetworkError(f"{layer.name}: {problem} (expected the arguments of torch.nn)") from error


def _check_axes(layer: Layer, shape: Shape) -> None:
    axes = _INPUT_AXES.get(layer.name, (len(shape),))
    if len(shape) not in axes:
        expected = " or ".join(map(str, axes))
        raise NetworkError(f"{layer.name} was given an input of shape {shape} (expected {expected} axes)")


def _buffer_shapes(op: Op) -> Mapping[str, tuple[int, ...]]:
    """Beside its running statistics, a layer of torch counts the batches that it has seen."""
    statistics = op.buffer_shapes()
    return {**statistics, "num_batches_tracked": ()} if statistics else {}


def _tensors(label: str, shapes: Mapping[str, tuple[int, ...]]) -> tuple[Parameter, ...]:
    return tuple(Parameter(name=f"{label}.{role}", role=role, shape=shape) for role, shape in shapes.items())
