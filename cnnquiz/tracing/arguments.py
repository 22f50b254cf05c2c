"""One recorded call goes in; its arguments come out by name, whichever way they were passed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cnnquiz.cnn import Shape
from cnnquiz.errors import RecordingError
from cnnquiz.tracing.recording import Argument


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A tensor that does not depend on the input: parameters, buffers, a constant, or made of these."""

    shape: tuple[int, ...]
    tensors: tuple[str, ...] = ()
    transposed: bool = False


_CONVOLUTION = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
_TRANSPOSED = ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation")
_MAX_POOL = ("input", "kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
_AVG_POOL = (
    "input",
    "kernel_size",
    "stride",
    "padding",
    "ceil_mode",
    "count_include_pad",
    "divisor_override",
)

_NAMES: dict[str, tuple[str, ...]] = {
    **{f"conv{n}d": _CONVOLUTION for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": _TRANSPOSED for n in (1, 2, 3)},
    **{f"max_pool{n}d": _MAX_POOL for n in (1, 2, 3)},
    **{f"avg_pool{n}d": _AVG_POOL for n in (1, 2, 3)},
    **{f"adaptive_{kind}_pool{n}d": ("input", "output_size") for kind in ("avg", "max") for n in (1, 2, 3)},
    "linear": ("input", "weight", "bias"),
    "matmul": ("input", "weight"),
    "addmm": ("bias", "input", "weight"),
    "batch_norm": ("input", "running_mean", "running_var", "weight", "bias", "training", "momentum", "eps"),
    "local_response_norm": ("input", "size", "alpha", "beta", "k"),
    "dropout": ("input", "p", "training", "inplace"),
    "flatten": ("input", "start_dim", "end_dim"),
    "cat": ("tensors", "dim"),
    "stack": ("tensors", "dim"),
    "pad": ("input", "pad", "mode", "value"),
    "__getitem__": ("input", "index"),
    "mean": ("input", "dim", "keepdim"),
    "clamp": ("input", "min", "max"),
    "hardtanh": ("input", "min_val", "max_val"),
    "prelu": ("input", "weight"),
}

# NumPy's names, which torch takes as well.
_SYNONYMS = {"axis": "dim", "keepdims": "keepdim", "x": "input"}


class Arguments:
    """The arguments of one recorded call by name, whichever way they were passed."""

    def __init__(
        self,
        function: str,
        positional: Sequence[Argument],
        keywords: Mapping[str, Argument],
        held: Callable[[Argument], Held | None],
        inputs: tuple[Shape, ...],
    ) -> None:
        names = _NAMES.get(function, ())
        self._values = dict(zip(names, positional, strict=False))
        self._values |= {_SYNONYMS.get(name, name): value for name, value in keywords.items()}
        self._held = held
        self.function = function
        self.inputs = inputs
        self.roles: dict[str, str] = {}

    def get(self, name: str, default: Argument = None) -> Argument:
        return self._values.get(name, default)

    def flag(self, name: str, *, default: bool) -> bool:
        return bool(self._values.get(name, default))

    def number(self, name: str, default: int) -> int:
        value = self._values.get(name, default)
        if type(value) is not int:
            raise RecordingError(f"{self.function}: {name} is a {type(value).__name__} (expected a whole number)")
        return value

    def size(self, name: str, default: Argument = None) -> Argument:
        """A size: torch takes an int or a list, we keep an int or a tuple."""
        value = self._values.get(name, default)
        if isinstance(value, list):
            return value[0] if len(value) == 1 else tuple(value)
        return value

    def axes(self, name: str) -> list[int]:
        """Axes of the batched input, counted from the front; none where they are not numbers."""
        value = self._values.get(name)
        dims = value if isinstance(value, list) else [value]
        rank = len(self.inputs[0]) + 1
        numbers = [dim for dim in dims if type(dim) is int]
        return sorted(dim % rank for dim in numbers) if len(numbers) == len(dims) else []

    def held(self, name: str) -> Held | None:
        """A tensor argument that no input reaches: a weight, a bias, a running mean."""
        tensor = self._held(self._values.get(name))
        if tensor is not None and len(tensor.tensors) == 1:
            self.roles[tensor.tensors[0]] = f"{name}.T" if tensor.transposed else name
        return tensor
