"""A recorded network and its tensors go in; the numbers that the recorded module would compute come out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from cnnquiz.cnn import Call, Network, Shape
from cnnquiz.cnn.elementwise import Activation, Dropout
from cnnquiz.cnn.indexing import IndexSelect, Pad, Slice
from cnnquiz.cnn.normalization import BatchNorm, LocalResponseNorm
from cnnquiz.cnn.structure import Concatenate, Flatten, Mean, Other, Stack
from cnnquiz.errors import ReplayError
from cnnquiz.tracing.functions import RESHAPES

if TYPE_CHECKING:
    from torch import Tensor

Mode = Literal["eval", "train"]

# Functions of `Other` calls that need nothing beside their inputs.
_PLAIN = frozenset({"abs", "exp", "neg", "sqrt", "square", "sub", "maximum", "minimum"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One run of a network: all of its values, the input first, and numbers of what each call computed."""

    network: Network
    values: "list[Tensor]"
    samples: "list[Any]"


class Replay:
    """A network with tensors by name, asked in arrays; running statistics change in train mode, for it alone."""

    def __init__(self, network: Network, tensors: "Mapping[str, Tensor]") -> None:
        self._network = network
        self.buffers = frozenset(buffer.name for call in network.calls for buffer in call.buffers)
        self._tensors = {name: value.clone() if name in self.buffers else value for name, value in tensors.items()}

    def run(self, x: Any, *, mode: Mode, seed: int) -> Any:
        """The output for a batch x of shape N×C×H×W; dropout draws what it does after `manual_seed(seed)`."""
        import torch

        with torch.random.fork_rng(devices=()), torch.no_grad():
            torch.manual_seed(seed)
            return replay(self._network, self._tensors, torch.tensor(x), mode=mode).numpy()

    def watch(
        self,
        x: Any,
        *,
        mode: Mode,
        seed: int,
        sample: int,
        known: "Watched | None" = None,
        stop: int | None = None,
    ) -> "Watched":
        """What each call, up to the position `stop`, computes, and up to `sample` numbers of it (see `recorder.watch`).

        What `known`, another network's run on the same batch, computed with the same calls is not computed again.
        """
        import torch

        from cnnquiz.tracing.recorder import sampled

        start, values, samples = 0, [torch.tensor(x)], []
        if known is not None:
            start = _same_calls(known.network, self._network)
            values, samples = known.values[: start + 1], known.samples[:start]
        with torch.random.fork_rng(devices=()), torch.no_grad():
            torch.manual_seed(seed)
            for call in self._network.calls[start:stop]:
                values.append(_called(call, values, self._tensors, mode == "train"))
                samples.append(sampled(values[-1], sample).numpy())
        return Watched(network=self._network, values=values, samples=samples)

    def array(self, name: str) -> Any:
        """What a parameter or buffer holds now."""
        return self._tensors[name].numpy()


def as_tensors(arrays: Mapping[str, Any]) -> "dict[str, Tensor]":
    """Arrays as tensors of their own."""
    import torch

    return {name: torch.tensor(array) for name, array in arrays.items()}


def replay(network: Network, tensors: Mapping[str, "Tensor"], x: "Tensor", *, mode: Mode = "eval") -> "Tensor":
    """Run the recorded calls on a batch x, with parameters and buffers by name.

    In train mode, as in torch, dropout is active and running statistics are changed in place.
    Raises ReplayError for a call of which the recording does not say enough, or that torch refuses.
    """
    values = [x]
    for call in network.calls:
        values.append(_called(call, values, tensors, mode == "train"))
    return values[network.output]


def _called(call: Call, values: "list[Tensor]", tensors: Mapping[str, "Tensor"], training: bool) -> "Tensor":
    try:
        return _run(call, [values[position] for position in call.inputs], tensors, training)
    except (RuntimeError, ValueError) as error:
        raise ReplayError(f"{call.name}: {error}") from error


def _same_calls(left: Network, right: Network) -> int:
    """How many calls two networks have in common from the start."""
    pairs = enumerate(zip(left.calls, right.calls, strict=False))
    return next((k for k, (a, b) in pairs if a != b), min(len(left.calls), len(right.calls)))


def _run(call: Call, inputs: "list[Tensor]", tensors: Mapping[str, "Tensor"], training: bool) -> "Tensor":
    held = {t.role.partition(".")[0]: _turned(tensors[t.name], t.role) for t in (*call.parameters, *call.buffers)}
    if call.op.name not in _JOINS and not set(call.op.parameter_shapes()) <= set(held):
        raise ReplayError(f"{call.name}: {call.op.title} with a tensor that the recording does not hold")
    family = call.op.name.rstrip("123d") if "pool" in call.op.name or "conv" in call.op.name else call.op.name
    if call.op.name in _JOINS:
        return _JOINS[call.op.name](call, inputs, tensors)
    if len(inputs) != 1 and not isinstance(call.op, Other):
        raise ReplayError(f"{call.name}: {call.op.title} of {len(inputs)} inputs (expected 1)")
    return _CALLS[family](call, inputs, held, training)


def _turned(tensor: "Tensor", role: str) -> "Tensor":
    """A tensor as the call uses it: a role says whether it is held transposed, or used turned round."""
    turn = role.partition(".")[2]
    if turn == "T":
        return tensor.t()
    if turn == "flip":
        return tensor.flip(tuple(range(2, tensor.dim())))
    return tensor.mT if turn == "mT" else tensor


_Held = Mapping[str, "Tensor"]


def _convolution(call: Call, inputs: "list[Tensor]", held: _Held, _training: bool) -> "Tensor":
    from torch.nn import functional

    op: Any = call.op  # a convolution, transposed or not, of any number of axes
    extra = {"output_padding": op.output_padding} if "transpose" in op.name else {}
    run: Any = getattr(functional, op.name)
    sizes = {"stride": op.stride, "padding": op.padding, "dilation": op.dilation, "groups": op.groups}
    result: Tensor = run(inputs[0], held["weight"], held.get("bias"), **sizes, **extra)
    return result


def _linear(_call: Call, inputs: "list[Tensor]", held: _Held, _training: bool) -> "Tensor":
    from torch.nn import functional

    return functional.linear(inputs[0], held["weight"], held.get("bias"))


def _pool(call: Call, inputs: "list[Tensor]", _held: _Held, _training: bool) -> "Tensor":
    from torch.nn import functional

    run: Any = getattr(functional, call.op.name)
    result: Tensor = run(inputs[0], **call.op.attributes())
    return result


def _batch_norm(call: Call, inputs: "list[Tensor]", held: _Held, training: bool) -> "Tensor":
    from torch.nn import functional

    op = call.op
    assert isinstance(op, BatchNorm)
    if op.momentum is None:
        raise ReplayError(f"{call.name}: batch_norm of momentum None counts its batches (expected a number)")
    mean, variance = held.get("running_mean"), held.get("running_var")
    by_batch = training or mean is None
    return functional.batch_norm(
        inputs[0], mean, variance, held.get("weight"), held.get("bias"), by_batch, op.momentum, op.eps
    )


def _local_response_norm(call: Call, inputs: "list[Tensor]", _held: _Held, _training: bool) -> "Tensor":
    from torch.nn import functional

    op = call.op
    assert isinstance(op, LocalResponseNorm)
    return functional.local_response_norm(inputs[0], op.size, op.alpha, op.beta, op.k)


def _activation(call: Call, inputs: "list[Tensor]", held: _Held, _training: bool) -> "Tensor":
    """With torch's default constants: no other ones are recorded."""
    from torch.nn import functional

    assert isinstance(call.op, Activation)
    run: Any = getattr(functional, call.op.function)
    extra = {"dim": 1} if call.op.function in ("softmax", "log_softmax") else {}
    result: Tensor = run(inputs[0], held["weight"]) if call.op.function == "prelu" else run(inputs[0], **extra)
    return result


def _dropout(call: Call, inputs: "list[Tensor]", _held: _Held, training: bool) -> "Tensor":
    from torch.nn import functional

    assert isinstance(call.op, Dropout)
    return functional.dropout(inputs[0], call.op.p, training or call.op.active)


def _flatten(call: Call, inputs: "list[Tensor]", _held: _Held, _training: bool) -> "Tensor":
    assert isinstance(call.op, Flatten)
    return inputs[0].flatten(call.op.start_dim, call.op.end_dim)


def _mean(call: Call, inputs: "list[Tensor]", _held: _Held, _training: bool) -> "Tensor":
    assert isinstance(call.op, Mean)
    return inputs[0].mean(call.op.dim, keepdim=call.op.keepdim)


def _index_select(call: Call, inputs: "list[Tensor]", _held: _Held, _training: bool) -> "Tensor":
    import torch

    assert isinstance(call.op, IndexSelect)
    return inputs[0].index_select(call.op.dim, torch.tensor(call.op.index))


def _slice(call: Call, inputs: "list[Tensor]", _held: _Held, _training: bool) -> "Tensor":
    assert isinstance(call.op, Slice)
    ranges = zip(call.op.start, call.op.stop, call.op.step, strict=True)
    return inputs[0][(slice(None), *(slice(*part) for part in ranges))]


def _pad(call: Call, inputs: "list[Tensor]", _held: _Held, _training: bool) -> "Tensor":
    from torch.nn import functional

    assert isinstance(call.op, Pad)
    pad = call.op.pad
    if call.op.mode != "constant":
        pad = pad[:-2]  # torch takes spatial axes alone
    return functional.pad(inputs[0], pad, call.op.mode)


def _other(call: Call, inputs: "list[Tensor]", held: _Held, _training: bool) -> "Tensor":
    import torch

    title, shape = call.op.title, call.output_shape
    if not held and title in _PLAIN and shape == reduce(_larger, call.input_shapes):
        if len(inputs) == (2 if title in ("sub", "maximum", "minimum") else 1):
            run: Any = getattr(torch, title)
            result: Tensor = run(*inputs)
            return result
    elif len(inputs) == 1 and not held and shape.elements == call.input_shapes[0].elements:
        new_axes = title == "__getitem__" and shape != call.input_shapes[0] and _ones(call.input_shapes[0], shape)
        if title in RESHAPES or new_axes:
            return inputs[0].reshape(len(inputs[0]), *shape)
    raise ReplayError(f"{call.name}: what {title} does is not known (expected an operation with a rule)")


def _larger(left: Shape, right: Shape) -> Shape:
    return left if left.elements >= right.elements else right


def _ones(left: Shape, right: Shape) -> bool:
    """Whether two shapes differ in axes of one position alone."""
    return [size for size in left if size != 1] == [size for size in right if size != 1]


def _elementwise(call: Call, inputs: "list[Tensor]", tensors: Mapping[str, "Tensor"]) -> "Tensor":
    import torch

    run = torch.add if call.op.name == "add" else torch.mul
    operands = [*inputs, *(tensors[tensor.name] for tensor in (*call.parameters, *call.buffers))]
    if len(operands) < 2:
        raise ReplayError(f"{call.name}: {call.op.title} with a constant that the recording does not hold")
    for operand in operands[len(inputs) :]:
        if operand.dim() not in (0, inputs[0].dim() - 1, inputs[0].dim()):
            raise ReplayError(f"{call.name}: {call.op.title} with a tensor whose axes are not recorded")
    return reduce(run, operands)


def _concatenate(call: Call, inputs: "list[Tensor]", _tensors: Mapping[str, "Tensor"]) -> "Tensor":
    import torch

    assert isinstance(call.op, Concatenate)
    return torch.cat(inputs, call.op.dim)


def _stack(call: Call, inputs: "list[Tensor]", _tensors: Mapping[str, "Tensor"]) -> "Tensor":
    import torch

    assert isinstance(call.op, Stack)
    return torch.stack(inputs, call.op.dim)


_JOINS: Mapping[str, Callable[[Call, "list[Tensor]", Mapping[str, "Tensor"]], "Tensor"]] = {
    "add": _elementwise,
    "mul": _elementwise,
    "cat": _concatenate,
    "stack": _stack,
}

_CALLS: Mapping[str, Callable[[Call, "list[Tensor]", _Held, bool], "Tensor"]] = {
    **dict.fromkeys(("conv", "conv_transpose"), _convolution),
    **dict.fromkeys(("max_pool", "avg_pool", "adaptive_avg_pool", "adaptive_max_pool"), _pool),
    "linear": _linear,
    "batch_norm": _batch_norm,
    "local_response_norm": _local_response_norm,
    "activation": _activation,
    "dropout": _dropout,
    "flatten": _flatten,
    "mean": _mean,
    "index_select": _index_select,
    "slice": _slice,
    "pad": _pad,
    "other": _other,
}
