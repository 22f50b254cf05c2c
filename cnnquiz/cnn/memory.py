"""How many numbers and bytes a network holds: weights, and activations forward and in training."""

from typing import Literal

from cnnquiz.cnn.network import Call, Network
from cnnquiz.errors import NetworkError

Dtype = Literal["float64", "float32", "float16", "bfloat16", "int8"]
BYTES: dict[str, int] = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}

# A view needs no memory of its own; what is computed number by number can overwrite its input.
_VIEWS = frozenset(
    {"flatten", "slice", "view", "view_as", "unflatten", "squeeze", "unsqueeze", "permute", "transpose", "swapaxes"}
    | {"movedim", "t", "T", "mT", "expand", "expand_as", "chunk", "split", "tensor_split", "unbind", "select", "narrow"}
)
_IN_PLACE = frozenset({"activation", "dropout"})


def bytes_of(elements: int, dtype: str) -> int:
    """Bytes that numbers of a dtype take; NetworkError names the dtypes that are known."""
    if dtype not in BYTES:
        raise NetworkError(f"unknown dtype {dtype!r} (expected one of {', '.join(BYTES)})")
    return elements * BYTES[dtype]


def weight_bytes(network: Network, dtype: str = "float32") -> int:
    """Bytes of all parameters; buffers are not weights."""
    return bytes_of(network.parameters, dtype)


def training_elements(network: Network) -> int:
    """Numbers kept for the backward pass of one sample: the input and the output of every call but views.

    Nothing runs in place, as autograd needs the values; gradients and optimizer state are not activations.
    """
    kept = (call.output_shape.elements for call in network.calls if not _is_view(call))
    return network.input_shape.elements + sum(kept)


def peak_elements(network: Network) -> int:
    """Largest number of activations alive at once in a forward pass of one sample without gradients.

    A tensor lives from the call that makes it to the last call that reads it. Views share their input's memory;
    activations and dropout overwrite their input where nobody reads it later.
    """
    last_use = _last_uses(network)
    size = {0: network.input_shape.elements}
    owner = {0: 0}  # whose memory a value lies in
    alive = {0}
    peak = size[0]
    for number, call in enumerate(network.calls, start=1):
        source = owner[call.inputs[0]]
        shares = _is_view(call) or (call.op.name in _IN_PLACE and last_use[source] <= number)
        owner[number] = source if shares else number
        if shares:
            last_use[source] = max(last_use[source], last_use[number])
        else:
            size[number] = call.output_shape.elements
            alive.add(number)
        peak = max(peak, sum(size[value] for value in alive))
        alive = {value for value in alive if last_use[value] > number}
    return peak


def _is_view(call: Call) -> bool:
    return call.op.title in _VIEWS


def _last_uses(network: Network) -> dict[int, int]:
    """For each value the number of the last call that reads it; the output is read by the caller, after all."""
    last = dict.fromkeys(range(len(network.calls) + 1), 0)
    for number, call in enumerate(network.calls, start=1):
        last[number] = max(last[number], number)
        for value in call.inputs:
            last[value] = number
    last[network.output] = len(network.calls) + 1
    return last
