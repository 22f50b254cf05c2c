"""A network as data: a frozen graph of calls, from which every number of the quiz follows by integer arithmetic."""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cnnquiz.cnn.op import Op
from cnnquiz.cnn.shape import Shape
from cnnquiz.errors import NetworkError

# Calls that people count as layers although they own no parameters: they change what the next layer sees.
_ALWAYS_LAYERS = frozenset({"activation", "dropout", "local_response_norm"})

# Functions that only move numbers: they have no rule for their shape, yet their cost is known to be nothing.
_MOVE_NUMBERS = frozenset(
    {"view", "reshape", "view_as", "reshape_as", "flatten", "unflatten", "squeeze", "unsqueeze"}
    | {"permute", "transpose", "t", "T", "mT", "swapaxes", "movedim", "flip", "roll", "expand", "repeat"}
    | {"chunk", "split", "tensor_split", "unbind", "select", "narrow", "__getitem__", "cat", "stack", "pad"}
    | {"pixel_shuffle", "pixel_unshuffle", "channel_shuffle"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A trainable tensor (or, among the buffers, one that is not trained), by its dotted name in the module."""

    name: str
    role: str
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        _require_name(self.name)
        _require_name(self.role)
        Shape(*self.shape)

    @property
    def elements(self) -> int:
        return Shape(*self.shape).elements


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation applied once.

    `inputs` are positions in the network's values: 0 is its input and n + 1 the output of `calls[n]`.
    `name` is what a student sees: the dotted name of the module, or the function where there is none.
    """

    op: Op
    name: str
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    parameters: tuple[Parameter, ...] = ()
    buffers: tuple[Parameter, ...] = ()
    line: int | None = None

    def __post_init__(self) -> None:
        _require_name(self.name)
        if not self.inputs:
            raise NetworkError(f"{self.name}: a call without an input (expected at least 1)")

    @property
    def macs(self) -> int:
        """Multiply–adds for one sample, bias adds not counted."""
        return self.op.macs(*self.input_shapes)

    @property
    def parameter_count(self) -> int:
        return sum(parameter.elements for parameter in self.parameters)

    @property
    def is_layer(self) -> bool:
        """A layer owns parameters, changes the shape, or is one of the ops that people draw as a layer."""
        return bool(self.parameters) or self.op.name in _ALWAYS_LAYERS or self.output_shape != self.input_shapes[0]


@dataclass(frozen=True, kw_only=True)
class Network:
    """A recorded network: its calls in the order in which they ran.

    `blocks` gives the class of each submodule made of others, by dotted name: `{"layer1.0": "Bottleneck"}`.
    """

    name: str
    input_shape: Shape
    calls: tuple[Call, ...]
    output: int
    blocks: Mapping[str, str] = field(default_factory=dict)
    unused_parameters: tuple[Parameter, ...] = ()
    unused_buffers: tuple[Parameter, ...] = ()

    def __post_init__(self) -> None:
        _require_name(self.name)
        shapes = [self.input_shape, *(call.output_shape for call in self.calls)]
        for position, call in enumerate(self.calls):
            for value in call.inputs:
                _require_position(value, position, call.name)
            if call.input_shapes != tuple(shapes[value] for value in call.inputs):
                raise NetworkError(f"{call.name}: input shapes {call.input_shapes} are not those of its inputs")
        _require_position(self.output, len(self.calls), "the output")

    @property
    def output_shape(self) -> Shape:
        return self.calls[self.output - 1].output_shape if self.output else self.input_shape

    @cached_property
    def layers(self) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.is_layer)

    @cached_property
    def parameters(self) -> int:
        """Trainable numbers; a tensor used twice counts once, one never used counts too, as in torch."""
        tensors = {p.name: p.elements for call in self.calls for p in call.parameters}
        return sum((tensors | {p.name: p.elements for p in self.unused_parameters}).values())

    @cached_property
    def buffers(self) -> int:
        tensors = {b.name: b.elements for call in self.calls for b in call.buffers}
        return sum((tensors | {b.name: b.elements for b in self.unused_buffers}).values())

    @cached_property
    def macs(self) -> int:
        """Multiply–adds for one sample: convolutions, transposed convolutions and linear layers; no bias adds."""
        return sum(call.macs for call in self.calls)

    @property
    def flops(self) -> int:
        return 2 * self.macs

    @property
    def weight_bytes(self) -> int:
        """Bytes of the parameters in float32."""
        return 4 * self.parameters

    @cached_property
    def activation_elements(self) -> int:
        """Numbers held for one sample: the input and every layer's output.

        Activations and dropout run in place and a flatten is a view, so that they are not counted again.
        """
        free = {"activation", "dropout", "flatten"}
        held = (call.output_shape.elements for call in self.layers if call.op.name not in free)
        return self.input_shape.elements + sum(held)

    @cached_property
    def not_counted(self) -> tuple[str, ...]:
        """Functions for which no cost is known, so that a zero is never silent."""
        return tuple(sorted({call.op.title for call in self.calls if call.op.name == "other"} - _MOVE_NUMBERS))


def _require_name(name: object) -> None:
    if not isinstance(name, str) or not name.isprintable():
        raise NetworkError(f"a name of {reprlib.repr(name)} (expected printable text)")


def _require_position(value: int, last: int, reader: str) -> None:
    """The positions that a call may read are the input, 0, and the outputs of the calls before it."""
    if type(value) is not int or not 0 <= value <= last:
        raise NetworkError(f"{reader} reads value {reprlib.repr(value)} (expected 0 to {last})")
