"""Layers go in; what a proof may ask of them comes out, found by running real torch layers."""

import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cnnquiz.cnn.shape import Shape
from cnnquiz.cnn.stack import Layer
from cnnquiz.errors import NetworkError

if TYPE_CHECKING:
    import torch
    from torch import nn

Measured = Mapping[str, Any]

_CLASSES: Mapping[str, str] = {
    **{f"{kind}{axes}d": f"{name}{axes}d" for axes in (1, 2, 3) for kind, name in (
        ("conv", "Conv"), ("conv_transpose", "ConvTranspose"), ("max_pool", "MaxPool"), ("avg_pool", "AvgPool"),
        ("adaptive_avg_pool", "AdaptiveAvgPool"), ("adaptive_max_pool", "AdaptiveMaxPool"), ("batch_norm", "BatchNorm"),
    )},
    "linear": "Linear", "local_response_norm": "LocalResponseNorm", "relu": "ReLU", "dropout": "Dropout",
    "flatten": "Flatten",
}  # fmt: skip

_LONGEST = 1 << 14  # pixels of a line on which a field is measured


def measure_with_torch(layers: tuple[Layer, ...], input_shape: Shape) -> Measured:
    """Shapes, counts and field of layers that run one after another; NetworkError where torch refuses them."""
    described = tuple((layer.name, tuple(sorted(layer.arguments.items()))) for layer in layers)
    return _Measured(described, tuple(input_shape))


class _Measured(Mapping[str, Any]):
    """Each fact is measured when it is asked for."""

    def __init__(self, described: Any, input_shape: tuple[int, ...]) -> None:
        self._given = (described, input_shape)

    def __getitem__(self, name: str) -> Any:
        return _field(*self._given) if name == "receptive_field" else _counts(*self._given)[name]

    def __iter__(self) -> Any:
        return iter((*_counts(*self._given), "receptive_field"))

    def __len__(self) -> int:
        return len(_counts(*self._given)) + 1


@lru_cache(maxsize=65_536)
def _counts(described: Any, input_shape: tuple[int, ...]) -> Measured:
    import torch
    from torch import nn
    from torch.utils.flop_counter import FlopCounterMode

    try:
        with torch.device("meta"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns of sizes that it refuses a line later
            layers = [getattr(nn, _CLASSES[name])(**dict(arguments)).eval() for name, arguments in described]
            x = torch.empty(1, *input_shape)
            records, kept = [], x.numel()
            for (name, _), layer in zip(described, layers, strict=True):
                with FlopCounterMode(display=False) as counter:
                    y = layer(x)
                records.append(_record(name, layer, x, y, counter.get_total_flops() // 2))
                kept += 0 if name == "flatten" else y.numel()
                x = y
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise NetworkError(f"torch: {error}") from error
    tensors = [each for layer in layers for each in layer.parameters()]
    return {
        "output_shape": tuple(x.shape[1:]),
        "parameters": sum(each.numel() for each in tensors),
        "buffers": sum(each.numel() for layer in layers for each in layer.buffers()),
        "macs": sum(record["macs"] for record in records),
        "weight_bytes": sum(each.numel() * each.element_size() for each in tensors),
        "activation_elements": kept,
        "layers": tuple(records),
    }


def _record(name: str, layer: "nn.Module", x: "torch.Tensor", y: "torch.Tensor", macs: int) -> Measured:
    return {
        "name": name,
        "op": name,
        "input_shape": tuple(x.shape[1:]),
        "output_shape": tuple(y.shape[1:]),
        "parameters": sum(each.numel() for each in layer.parameters()),
        "macs": macs,
    }


@lru_cache(maxsize=4096)
def _field(described: Any, input_shape: tuple[int, ...]) -> Measured:
    """Size, jump and start of the field, one number where both axes agree: which pixels have a gradient."""
    axes = [_field_of_axis(described, axis) for axis in range(len(input_shape) - 1)]
    facts = {name: tuple(axis[name] for axis in axes) for name in ("size", "jump", "start")}
    return {name: value[0] if len(set(value)) == 1 else value for name, value in facts.items()}


def _field_of_axis(described: Any, axis: int) -> Mapping[str, int]:
    """The field on a line that is long enough for two units in its middle to see no border."""
    import torch

    length = 64
    while length <= _LONGEST:
        x = torch.ones(1, 1, length, dtype=torch.float64, requires_grad=True)
        y = x
        try:
            for layer in _line(described, axis):
                y = layer(y)
        except RuntimeError:
            y = y[..., :0]
        middle = y.shape[-1] // 2
        if y.shape[-1] >= 4:
            first, second = (_pixels(x, y[0, 0, unit]) for unit in (middle, middle + 1))
            if first[0] > 0 and second[1] < length - 1:
                jump = second[0] - first[0]
                return {"size": first[1] - first[0] + 1, "jump": jump, "start": first[0] - middle * jump}
        length *= 2
    raise NetworkError(f"torch: no field within {_LONGEST:,} pixels (expected fewer or smaller layers)")


def _pixels(x: "torch.Tensor", unit: "torch.Tensor") -> tuple[int, int]:
    """First and last pixel that the unit depends on."""
    import torch

    (gradient,) = torch.autograd.grad(unit, x, retain_graph=True)
    seen = gradient[0, 0].nonzero().flatten()
    return int(seen[0]), int(seen[-1])


def _line(described: Any, axis: int) -> "list[nn.Module]":
    """The windows along one axis as averages of one channel: every pixel in reach gets a positive gradient."""
    import torch
    from torch import nn

    layers: list[nn.Module] = []
    for name, pairs in described:
        if name in ("relu", "dropout", "local_response_norm") or name.startswith("batch_norm"):
            continue
        if not name.startswith(("conv", "max_pool", "avg_pool")) or "transpose" in name:
            raise NetworkError(f"torch: no field is measured behind {name} (expected convolutions and pooling)")
        given = {key: value[axis] if isinstance(value, tuple) else value for key, value in pairs}
        window = {key: given[key] for key in ("kernel_size", "stride", "padding", "dilation") if key in given}
        if name.startswith(("max_pool", "avg_pool")):
            window.setdefault("stride", window["kernel_size"])
        layer = nn.Conv1d(1, 1, bias=False, dtype=torch.float64, **window)
        nn.init.ones_(layer.weight)
        layers.append(layer)
    return layers
