"""A recording (plain data) goes in; a `Network` comes out. Nothing here needs torch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cnnquiz.cnn import Call, Network, Op, Parameter, Shape
from cnnquiz.cnn.structure import Flatten, Other
from cnnquiz.errors import NetworkError, RecordingError
from cnnquiz.tracing.arguments import Arguments
from cnnquiz.tracing.functions import OPERATIONS, PASS_THROUGH, RESHAPES, canonical_name

Json = Any


@dataclass(frozen=True, slots=True)
class _Held:
    """A tensor that does not depend on the input: a parameter, a buffer, a constant, or made of these."""

    shape: tuple[int, ...]
    tensors: tuple[str, ...] = ()
    transposed: bool = False


_Value = int | _Held  # a position in the network's values, or a tensor that no input reaches


class _Interpreter:
    def __init__(self, recording: Mapping[str, Json], name: str) -> None:
        inputs = recording["inputs"]
        if len(inputs) != 1:
            raise RecordingError(f"{name}: forward takes {len(inputs)} tensors (expected 1)")
        self.name = name
        self.recording = recording
        self.batch: int = inputs[0]["shape"][0]
        self.tensors = {t["name"]: t for t in recording["tensors"]}
        self.values: dict[int, _Value] = {inputs[0]["value"]: 0}
        self.shapes: list[Shape] = [self._without_batch(inputs[0]["shape"])]
        self.calls: list[Call] = []
        self._calls_per_invocation = Counter(call["invocation"] for call in recording["calls"])
        self._names: Counter[str] = Counter()

    def network(self) -> Network:
        for call in self.recording["calls"]:
            self._read(call)
        used = {tensor.name for call in self.calls for tensor in (*call.parameters, *call.buffers)}
        unused = [t for t in self.tensors.values() if t["name"] not in used]
        return Network(
            name=self.name,
            input_shape=self.shapes[0],
            calls=tuple(self.calls),
            output=self._output(),
            unused_parameters=tuple(_tensor(t, "unused") for t in unused if t["kind"] == "parameter"),
            unused_buffers=tuple(_tensor(t, "unused") for t in unused if t["kind"] == "buffer"),
        )

    def _output(self) -> int:
        output = self.recording["output"]
        while isinstance(output, list) and output:  # auxiliary heads follow the main output
            output = output[0]
        while isinstance(output, dict) and output and not {"value", "tensor", "constant", "object"} & set(output):
            output = next(iter(output.values()))
        value = self._value(output)
        if not isinstance(value, int):
            raise RecordingError(f"{self.name}: the output does not depend on the input")
        return value

    def _value(self, encoded: Json) -> _Value | None:
        if not isinstance(encoded, dict):
            return None
        if "value" in encoded:
            return self.values.get(encoded["value"], _Held(()))
        if "tensor" in encoded:
            name = encoded["tensor"]
            return _Held(tuple(self.tensors[name]["shape"]), (name,)) if name in self.tensors else _Held(())
        return _Held(tuple(encoded["constant"])) if "constant" in encoded else None

    def _without_batch(self, shape: Sequence[int]) -> Shape:
        """The shape of one sample; positions that were merged into the batch become an axis of their own."""
        if not shape:
            return Shape()
        if shape[0] == self.batch:
            return Shape(*shape[1:])
        if self.batch and shape[0] % self.batch == 0:
            return Shape(shape[0] // self.batch, *shape[1:])
        return Shape(*shape)

    def _read(self, call: Mapping[str, Json]) -> None:
        function = canonical_name(call["function"])
        operands = [v for v in map(self._value, _leaves([call["arguments"], call["keywords"]])) if v is not None]
        inputs = tuple(value for value in operands if isinstance(value, int))
        held = tuple(value for value in operands if isinstance(value, _Held))
        if not inputs:
            self._hold(function, call, held)
        elif function in PASS_THROUGH or (
            function in RESHAPES and self._without_batch(call["output_shapes"][0]) == self.shapes[inputs[0]]
        ):
            self.values[call["outputs"][0]] = inputs[0]
        else:
            for value, shape in zip(call["outputs"], call["output_shapes"], strict=True):
                self._append(function, call, inputs, held, value, shape)

    def _hold(self, function: str, call: Mapping[str, Json], held: tuple[_Held, ...]) -> None:
        """A call that no input reaches: a new constant, or a parameter looked at in another way."""
        tensors = tuple(dict.fromkeys(name for operand in held for name in operand.tensors))
        turned = function in ("t", "transpose", "permute", "mT", "T") and len(held) == 1
        for value, shape in zip(call["outputs"], call["output_shapes"], strict=True):
            self.values[value] = _Held(tuple(shape), tensors, turned ^ (len(held) == 1 and held[0].transposed))

    def _append(
        self,
        function: str,
        call: Mapping[str, Json],
        inputs: tuple[int, ...],
        held: tuple[_Held, ...],
        value: int,
        shape: Sequence[int],
    ) -> None:
        output_shape = self._without_batch(shape)
        input_shapes = tuple(self.shapes[position] for position in inputs)
        op, roles = self._op(function, call, input_shapes, output_shape)
        tensors = [(name, roles.get(name, "operand")) for operand in held for name in operand.tensors]
        parameters = [_tensor(self.tensors[n], role) for n, role in tensors if self.tensors[n]["kind"] == "parameter"]
        buffers = [_tensor(self.tensors[n], role) for n, role in tensors if self.tensors[n]["kind"] == "buffer"]
        self.calls.append(
            Call(
                op=op,
                name=self._call_name(call, op, parameters),
                inputs=inputs,
                input_shapes=input_shapes,
                output_shape=output_shape,
                parameters=tuple(parameters),
                buffers=tuple(buffers),
                line=call["line"],
            )
        )
        self.shapes.append(output_shape)
        self.values[value] = len(self.calls)

    def _op(
        self, function: str, call: Mapping[str, Json], inputs: tuple[Shape, ...], output: Shape
    ) -> tuple[Op, dict[str, str]]:
        """The operation that the call is, and the role of each tensor that it owns."""
        if function in RESHAPES and output == (inputs[0].elements,) and len(inputs) == 1:
            return Flatten(), {}
        arguments = Arguments(function, call["arguments"], call["keywords"], self._held_argument, inputs)
        build = OPERATIONS.get(function)
        op = build(arguments) if build else None
        if op is None:
            return Other(function=function, shape=tuple(output)), arguments.roles
        try:
            ours: object = op.output_shape(*inputs)
        except NetworkError as error:
            ours = error
        if ours != output and not op.parameter_shapes():
            return Other(function=function, shape=tuple(output)), arguments.roles
        if ours != output:
            raise RecordingError(f"{self.name}: {function} in line {call['line']} gave {output} (expected {ours})")
        return op, arguments.roles

    def _held_argument(self, encoded: Json) -> tuple[tuple[int, ...], str | None, bool] | None:
        value = self._value(encoded)
        if not isinstance(value, _Held):
            return None
        name = value.tensors[0] if len(value.tensors) == 1 else None
        return value.shape, name, value.transposed

    def _call_name(self, call: Mapping[str, Json], op: Op, parameters: Sequence[Parameter]) -> str:
        module: str = call["module"]
        if module and self._calls_per_invocation[call["invocation"]] == 1:
            return module
        if parameters and not module:
            return parameters[0].name.removesuffix(".weight")
        name = f"{module}.{op.title}" if module else op.title
        self._names[name] += 1
        return name if self._names[name] == 1 else f"{name}_{self._names[name]}"


def interpret(recording: Mapping[str, Json], name: str) -> Network:
    """Read a recording as a network called `name`; RecordingError where it is not one (several inputs, no output)."""
    try:
        return _Interpreter(recording, name).network()
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise RecordingError(f"{name}: this is not a recording ({type(error).__name__}: {error})") from error


def _tensor(recorded: Mapping[str, Json], role: str) -> Parameter:
    return Parameter(name=recorded["name"], role=role, shape=tuple(recorded["shape"]))


def _leaves(value: Json) -> list[Json]:
    """Everything in nested lists and keyword dictionaries that is an encoded tensor or plain data, in order."""
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    if isinstance(value, dict) and not {"value", "tensor", "constant", "object"} & set(value):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    return [value]
