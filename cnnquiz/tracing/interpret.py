"""A recording (plain data) goes in; a `Network` comes out. Nothing here needs torch."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnnquiz.cnn import Call, Network, Op, Parameter, Shape
from cnnquiz.cnn.structure import Flatten, Other
from cnnquiz.errors import NetworkError, RecordingError
from cnnquiz.tracing.arguments import Arguments, Held
from cnnquiz.tracing.functions import (
    JOINS,
    OPERATIONS,
    PASS_THROUGH,
    RESHAPES,
    SHAPE_ONLY,
    TURNS,
    canonical_name,
    mean_of_stack,
    stacks_before_batch,
)
from cnnquiz.tracing.recording import (
    Argument,
    Constant,
    Named,
    Opaque,
    RecordedCall,
    RecordedTensor,
    Recording,
    Stale,
    Value,
    read_recording,
)

# How often calls may refer to parameters and buffers, all together: a hostile recording would multiply them.
_MOST_REFERENCES = 200_000

_Meaning = int | Held  # a position in the network's values, or a tensor that no input reaches


def interpret(recording: Mapping[str, Any], name: str) -> Network:
    """Read a recording as a network called `name`; RecordingError where it is not one (several inputs, no output)."""
    return interpret_numbered(recording, name)[0]


def interpret_numbered(recording: Mapping[str, Any], name: str) -> tuple[Network, Mapping[int, int]]:
    """As `interpret`, with the recorded number of the output of each call, by the call's position."""
    try:
        interpreter = _Interpreter(read_recording(recording), name)
        return interpreter.network(), interpreter.numbers
    except (NetworkError, RecordingError) as error:
        raise RecordingError(f"{name}: {error}") from error


class _Interpreter:
    def __init__(self, recording: Recording, name: str) -> None:
        if len(recording.inputs) != 1:
            raise RecordingError(f"forward takes {len(recording.inputs)} tensors (expected 1)")
        ((number, shape),) = recording.inputs
        if not shape or not shape[0]:
            raise RecordingError(f"an input of shape {shape} (expected a batch)")
        self.name = name
        self.recording = recording
        self.batch = shape[0]
        self.meanings: dict[int, _Meaning] = {number: 0}
        self.shapes = [self._without_batch(shape)]
        self.calls: list[Call] = []
        self.numbers: dict[int, int] = {}
        self._stacks: set[int] = set()  # positions of stacks whose new axis came before the batch
        self._calls_per_invocation = Counter(call.invocation for call in recording.calls if not _counts_batches(call))
        self._names: Counter[str] = Counter()
        self._references = 0

    def network(self) -> Network:
        for call in self.recording.calls:
            self._read(call)
        used = {tensor.name for call in self.calls for tensor in (*call.parameters, *call.buffers)}
        unused = [tensor for tensor in self.recording.tensors.values() if tensor.name not in used]
        return Network(
            name=self.name,
            input_shape=self.shapes[0],
            calls=tuple(self.calls),
            output=self._output(),
            blocks=dict(self.recording.blocks),
            unused_parameters=tuple(_parameter(t, "unused") for t in unused if t.kind == "parameter"),
            unused_buffers=tuple(_parameter(t, "unused") for t in unused if t.kind == "buffer"),
        )

    def _output(self) -> int:
        output = self.recording.output
        while isinstance(output, (list, dict)) and output:  # auxiliary heads follow the main output
            output = output[0] if isinstance(output, list) else next(iter(output.values()))
        meaning = self._meaning(output, "the output")
        if meaning is None:
            found = output.type_name if isinstance(output, Opaque) else type(output).__name__
            raise RecordingError(f"forward returned {found} (expected a tensor)")
        if isinstance(meaning, Held):
            raise RecordingError("the output does not depend on the input")
        return meaning

    def _meaning(self, argument: Argument, reader: str) -> _Meaning | None:
        """What a tensor stands for; None for anything else."""
        match argument:
            case Value(number) if number in self.meanings:
                return self.meanings[number]
            case Value(number):
                raise RecordingError(f"{reader} reads value {number}, which nothing computed before")
            case Named(name) if name in self.recording.tensors:
                return Held(shape=self.recording.tensors[name].shape, tensors=(name,))
            case Named(name):
                raise RecordingError(f"{reader} reads {name}, which is neither a parameter nor a buffer")
            case Constant(shape):
                return Held(shape=shape)
            case Stale():
                raise RecordingError(
                    f"{reader} reads a tensor that was changed in place through another one (expected a copy)"
                )
        return None

    def _without_batch(self, shape: Shape) -> Shape:
        """The shape of one sample; positions that were merged into the batch become an axis of their own."""
        if not shape:
            return shape
        if shape[0] == self.batch:
            return Shape(*shape[1:])
        if shape[0] % self.batch == 0:
            return Shape(shape[0] // self.batch, *shape[1:])
        return shape

    def _read(self, call: RecordedCall) -> None:
        function = canonical_name(call.function)
        operands = [m for m in self._operands(call) if m is not None][: SHAPE_ONLY.get(function)]
        inputs = tuple(meaning for meaning in operands if isinstance(meaning, int))
        held = tuple(meaning for meaning in operands if isinstance(meaning, Held))
        if not inputs:
            self._hold(function, call, held)
        elif self._keeps_numbers(function, call, inputs[0]):
            self._define(call.outputs[0][0], inputs[0])
        else:
            self._append_outputs(function, call, inputs, held)

    def _operands(self, call: RecordedCall) -> Iterator[_Meaning | None]:
        reader = call.function if call.line is None else f"{call.function} in line {call.line}"
        for leaf in _leaves([*call.arguments, *(v for k, v in call.keywords.items() if k != "out")]):
            yield self._meaning(leaf, reader)

    def _keeps_numbers(self, function: str, call: RecordedCall, source: int) -> bool:
        if len(call.outputs) != 1:
            return False
        ((_, shape),) = call.outputs
        if function in RESHAPES and len(shape) == 1 and shape[0] != self.batch:
            return False  # joins the batch with the features
        return function in PASS_THROUGH | RESHAPES and self._without_batch(shape) == self.shapes[source]

    def _define(self, number: int, meaning: _Meaning) -> None:
        if number in self.meanings:
            raise RecordingError(f"value {number} is computed twice")
        self.meanings[number] = meaning

    def _hold(self, function: str, call: RecordedCall, held: tuple[Held, ...]) -> None:
        """A call that no input reaches: a new constant, or a parameter looked at in another way."""
        tensors = tuple(dict.fromkeys(name for operand in held for name in operand.tensors))
        self._count(len(tensors))
        transposed = len(held) == 1 and held[0].transposed
        for number, shape in call.outputs:
            turned = transposed ^ (function in TURNS and len(held) == 1 and len(shape) == 2)
            self._define(number, Held(shape=tuple(shape), tensors=tensors, transposed=turned))

    def _count(self, references: int) -> None:
        self._references += references
        if self._references > _MOST_REFERENCES:
            raise RecordingError(f"calls refer to tensors more than {_MOST_REFERENCES} times")

    def _append_outputs(
        self, function: str, call: RecordedCall, inputs: tuple[int, ...], held: tuple[Held, ...]
    ) -> None:
        """One call for each output; the first owns the parameters, and is the operation if there is a rule for it."""
        (number, shape), *others = call.outputs
        arguments = self._arguments(function, call, inputs)
        if stacks_before_batch(arguments):
            shape = Shape(*shape[1:2], shape[0], *shape[2:])
            self._stacks.add(len(self.calls) + 1)
        op, roles = self._op(arguments, call, inputs, shape)
        self.numbers[len(self.calls)] = number
        position = self._append(call, op, inputs, {n: roles.get(n, "operand") for h in held for n in h.tensors})
        output = self._without_batch(shape)
        if self.shapes[position] != output:  # global pooling by a mean without keepdim
            self.numbers[len(self.calls)] = number
            position = self._append(call, Flatten(), (position,), {})
        self._define(number, position)
        for number, shape in others:
            other = Other(function=call.function, shape=tuple(self._without_batch(shape)))
            self.numbers[len(self.calls)] = number
            self._define(number, self._append(call, other, inputs, {}))

    def _append(
        self,
        call: RecordedCall,
        op: Op,
        inputs: tuple[int, ...],
        roles: Mapping[str, str],
    ) -> int:
        """Add a call that owns the tensors which have roles to the network; the position of its output."""
        self._count(len(roles))
        owned = [(self.recording.tensors[name], role) for name, role in roles.items()]
        parameters = tuple(_parameter(tensor, role) for tensor, role in owned if tensor.kind == "parameter")
        input_shapes = tuple(self.shapes[position] for position in inputs)
        self.calls.append(
            Call(
                op=op,
                name=self._call_name(call, op, parameters),
                inputs=inputs,
                input_shapes=input_shapes,
                output_shape=op.output_shape(*input_shapes),
                parameters=parameters,
                buffers=tuple(_parameter(tensor, role) for tensor, role in owned if tensor.kind == "buffer"),
                line=call.line,
            )
        )
        self.shapes.append(self.calls[-1].output_shape)
        return len(self.calls)

    def _arguments(self, function: str, call: RecordedCall, inputs: tuple[int, ...]) -> Arguments:
        shapes = tuple(self.shapes[position] for position in inputs)
        return Arguments(function, call.arguments, call.keywords, self._held, shapes)

    def _op(
        self, arguments: Arguments, call: RecordedCall, inputs: tuple[int, ...], shape: Shape
    ) -> tuple[Op, Mapping[str, str]]:
        """The operation that the call is, and the role of each tensor that it owns."""
        function, shapes, output = arguments.function, arguments.inputs, self._without_batch(shape)
        if function in RESHAPES and len(inputs) == 1 and shape == (self.batch, shapes[0].elements):
            return Flatten(), {}
        build = OPERATIONS.get(function) if len(inputs) == 1 or function in JOINS else None
        if inputs[0] in self._stacks:
            build = mean_of_stack if function == "mean" else None
        op = build(arguments) if build else None
        roles = _keyword_roles(call) | arguments.roles
        if op is None:
            return Other(function=function, shape=tuple(output)), roles
        try:
            ours: object = op.output_shape(*shapes)
        except NetworkError as error:
            ours = error
        if ours == output or (op.name.startswith("adaptive") and function == "mean" and output == shapes[0][:1]):
            return op, roles
        if not op.parameter_shapes() or op.name == "batch_norm":  # which has no cost to lose
            return Other(function=function, shape=tuple(output)), roles
        merged = "" if shape[:1] == (self.batch,) else "; the first axis is not the batch alone"
        if isinstance(ours, NetworkError):
            reason = str(ours).removeprefix(f"{function} ")
            raise RecordingError(f"{function} in line {call.line} {reason}{merged}")
        raise RecordingError(f"{function} in line {call.line} gave {output} (expected {ours}){merged}")

    def _held(self, argument: Argument) -> Held | None:
        meaning = self._meaning(argument, "a call")
        return meaning if isinstance(meaning, Held) else None

    def _call_name(self, call: RecordedCall, op: Op, parameters: Sequence[Parameter]) -> str:
        if call.module and self._calls_per_invocation[call.invocation] == 1:
            return call.module
        if parameters and not call.module:
            weights = [parameter for parameter in parameters if parameter.role.startswith("weight")]
            return (weights or parameters)[0].name.removesuffix(".weight")
        name = f"{call.module}.{op.title}" if call.module else op.title
        self._names[name] += 1
        return name if self._names[name] == 1 else f"{name}_{self._names[name]}"


def _counts_batches(call: RecordedCall) -> bool:
    """What batch normalisation does beside its own work in train mode: no layer of its own."""
    first = call.arguments[0] if call.arguments else None
    return call.function == "add_" and isinstance(first, Named) and first.name.endswith("num_batches_tracked")


def _keyword_roles(call: RecordedCall) -> dict[str, str]:
    """Roles of the tensors that were passed by keyword: the keyword says it."""
    return {value.name: keyword for keyword, value in call.keywords.items() if isinstance(value, Named)}


def _parameter(tensor: RecordedTensor, role: str) -> Parameter:
    return Parameter(name=tensor.name, role=role, shape=tuple(tensor.shape))


def _leaves(argument: Argument) -> Iterator[Argument]:
    """Everything in nested lists and dictionaries that is a tensor or plain data, in order."""
    if isinstance(argument, (list, dict)):
        for item in argument if isinstance(argument, list) else argument.values():
            yield from _leaves(item)
    else:
        yield argument
