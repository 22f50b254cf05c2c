"""What a network costs to compute, under every convention that a course may use."""

from dataclasses import dataclass
from math import prod

from cnnquiz.cnn.network import Call, Network
from cnnquiz.cnn.pooling import AvgPool2d, MaxPool2d


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Which operations count beside the two FLOPs of each multiply–add."""

    bias: bool = False
    normalization: bool = False
    activation: bool = False
    pooling: bool = False
    addition: bool = False


PLAIN = Counted()
EVERYTHING = Counted(bias=True, normalization=True, activation=True, pooling=True, addition=True)

_NORMALIZATIONS = frozenset({"batch_norm", "layer_norm", "group_norm", "instance_norm"})


def flops(network: Network, counted: Counted = PLAIN) -> int:
    """Floating-point operations for one sample."""
    return sum(call_flops(call, counted) for call in network.calls)


def call_flops(call: Call, counted: Counted = PLAIN) -> int:
    """Floating-point operations of one call for one sample.

    Always 2 for each multiply–add of a convolution or linear layer. Where counted: 1 add for each output of a layer
    with bias; 2 for each output of a normalisation (scale and shift; no statistics); 1 for each output of an
    activation or addition; one for each number that a mean takes in, and for each number in the window of each output
    of a pooling layer.
    """
    outputs = call.output_shape.elements
    total = 2 * call.macs
    if counted.bias and call.macs and any(p.role == "bias" for p in call.parameters):
        total += outputs
    if counted.normalization and call.op.title in _NORMALIZATIONS:
        total += 2 * outputs
    if counted.activation and call.op.name == "activation":
        total += outputs
    if counted.addition and call.op.name in ("add", "mul"):
        total += outputs * (max(2, len(call.inputs)) - 1)
    if counted.addition and call.op.name == "mean":
        total += call.input_shapes[0].elements
    if counted.pooling and "pool" in call.op.name:
        total += outputs * _window(call)
    return total


def _window(call: Call) -> int:
    """How many numbers one output of a pooling layer looks at."""
    if isinstance(call.op, (MaxPool2d, AvgPool2d)):
        return prod(call.op.sizes("kernel_size"))
    return -(-call.input_shapes[0].elements // call.output_shape.elements)
