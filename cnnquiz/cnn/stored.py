"""A `Network` to JSON text and back: one call a line, only what cannot be computed again, made for reading diffs."""

import json
import reprlib
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

from cnnquiz.cnn.network import Call, Network, Parameter
from cnnquiz.cnn.op import Attribute, Op
from cnnquiz.cnn.ops import OPS
from cnnquiz.cnn.shape import Shape
from cnnquiz.errors import NetworkError

SCHEMA = "cnnquiz.stored-network/1"

_SIZES = frozenset({"kernel_size", "stride", "padding", "dilation", "output_padding", "output_size"})

_REQUIRED = object()
_JSON_TYPES: Mapping[type, str] = {str: "text", int: "a whole number", list: "a list", dict: "an object"}

Json = Any


def to_json(network: Network) -> str:
    """The text of a stored network; source lines are left out, since they change with every edit of the file."""
    head = {
        "schema": SCHEMA,
        "name": network.name,
        "input_shape": network.input_shape,
        "output": network.output,
    }
    unused = [_tensor(t, "parameter") for t in network.unused_parameters]
    unused += [_tensor(t, "buffer") for t in network.unused_buffers]
    lines = [
        json.dumps(head)[:-1],
        ' "unused": ' + json.dumps(unused),
        ' "blocks": ' + json.dumps(dict(network.blocks)),
    ]
    calls = [json.dumps(_call(i, call)) for i, call in enumerate(network.calls)]
    lines.append(' "calls": [\n  ' + ",\n  ".join(calls) + "\n ]}\n" if calls else ' "calls": []}\n')
    return ",\n".join(lines)


def from_json(text: str) -> Network:
    """The network that `to_json` stored; NetworkError where the text is something else."""
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NetworkError(f"not a stored network: {error} (expected JSON)") from error
    head = _Entry(stored, "a stored network")
    schema = head.take("schema", str)
    if schema != SCHEMA:
        raise NetworkError(f"schema {schema!r} (expected {SCHEMA!r})")
    return _network(head)


def _call(position: int, call: Call) -> dict[str, Json]:
    defaults = {field.name: field.default for field in fields(call.op)}
    attributes = {name: _compact(name, value) for name, value in call.op.attributes().items()}
    attributes = {name: value for name, value in attributes.items() if value != defaults[name]}
    if attributes.get("stride") == attributes.get("kernel_size") and defaults.get("stride", 1) is None:
        del attributes["stride"]
    stored: dict[str, Json] = {"op": call.op.name, "name": call.name, **attributes}
    if call.inputs != (position,):
        stored["inputs"] = call.inputs
    for kind, tensors, usual in (
        ("parameters", call.parameters, _usual_tensors(call.name, call.op.parameter_shapes())),
        ("buffers", call.buffers, _usual_tensors(call.name, call.op.buffer_shapes())),
    ):
        if tensors != usual:
            stored[kind] = [_tensor(t, t.role) for t in tensors]
    return stored


def _compact(name: str, value: Attribute) -> Attribute:
    """A size that is the same along every axis as one number, the way people write it."""
    if name in _SIZES and isinstance(value, tuple) and set(value) == {value[0]} != {None}:
        return value[0]
    return value


class _Entry:
    """A JSON object that is read key by key; NetworkError names what is missing, of a wrong type, or left over."""

    def __init__(self, stored: Json, what: str) -> None:
        if not isinstance(stored, dict):
            raise NetworkError(f"{what} is {reprlib.repr(stored)} (expected an object)")
        self._left = dict(stored)
        self.what = what

    def take(self, key: str, kind: type, default: Json = _REQUIRED) -> Json:
        if key not in self._left and default is not _REQUIRED:
            return default
        if key not in self._left:
            raise NetworkError(f"{self.what} has no {key!r}")
        value = self._left.pop(key)
        if type(value) is not kind:
            raise NetworkError(f"{self.what}: {key} is {reprlib.repr(value)} (expected {_JSON_TYPES[kind]})")
        return value

    def rest(self) -> dict[str, Json]:
        rest, self._left = self._left, {}
        return rest

    def close(self) -> None:
        if self._left:
            raise NetworkError(f"{self.what} has an unknown key {min(self._left)!r}")


def _network(head: _Entry) -> Network:
    shapes = [Shape(*head.take("input_shape", list))]
    calls = []
    for position, stored in enumerate(head.take("calls", list)):
        call = _read_call(position, _Entry(stored, f"call {position + 1}"), shapes)
        calls.append(call)
        shapes.append(call.output_shape)
    unused = [_read_tensor(tensor) for tensor in head.take("unused", list)]
    network = Network(
        name=head.take("name", str),
        input_shape=shapes[0],
        calls=tuple(calls),
        output=head.take("output", int),
        blocks=head.take("blocks", dict),
        unused_parameters=tuple(replace(t, role="unused") for t in unused if t.role == "parameter"),
        unused_buffers=tuple(replace(t, role="unused") for t in unused if t.role == "buffer"),
    )
    for name, block in network.blocks.items():
        if not isinstance(block, str):
            raise NetworkError(f"block {name}: {reprlib.repr(block)} (expected the name of a class)")
    for tensor in unused:
        if tensor.role not in ("parameter", "buffer"):
            raise NetworkError(f"{tensor.name}: unused {tensor.role!r} (expected 'parameter' or 'buffer')")
    head.close()
    return network


def _read_call(position: int, entry: _Entry, shapes: list[Shape]) -> Call:
    kind, name = entry.take("op", str), entry.take("name", str)
    inputs = tuple(entry.take("inputs", list, [position]))
    if any(type(value) is not int or not 0 <= value <= position for value in inputs):
        raise NetworkError(f"{entry.what} reads values {reprlib.repr(inputs)} (expected 0 to {position})")
    parameters, buffers = entry.take("parameters", list, None), entry.take("buffers", list, None)
    op = _read_op(kind, entry)
    input_shapes = tuple(shapes[value] for value in inputs)
    return Call(
        op=op,
        name=name,
        inputs=inputs,
        input_shapes=input_shapes,
        output_shape=op.output_shape(*input_shapes),
        parameters=_tensors(parameters, name, op.parameter_shapes()),
        buffers=_tensors(buffers, name, op.buffer_shapes()),
    )


def _read_op(kind: str, entry: _Entry) -> Op:
    if kind not in OPS:
        raise NetworkError(f"{entry.what}: unknown op {kind!r} (expected one of {', '.join(sorted(OPS))})")
    stored, attributes = entry.rest(), {field.name: field for field in fields(OPS[kind])}
    for key in stored:
        if key not in attributes:
            raise NetworkError(f"{entry.what}: {kind} has no attribute {key!r} (expected {', '.join(attributes)})")
    for key, attribute in attributes.items():
        if key not in stored and attribute.default is MISSING:
            raise NetworkError(f"{entry.what}: {kind} has no {key!r}")
    return OPS[kind](**{key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()})


def _tensors(stored: Json, name: str, shapes: Mapping[str, tuple[int, ...]]) -> tuple[Parameter, ...]:
    return _usual_tensors(name, shapes) if stored is None else tuple(map(_read_tensor, stored))


def _usual_tensors(name: str, shapes: Mapping[str, tuple[int, ...]]) -> tuple[Parameter, ...]:
    """The tensors of a call that is a module by itself: `features.0.weight`, `features.0.bias`."""
    return tuple(Parameter(name=f"{name}.{role}", role=role, shape=shape) for role, shape in shapes.items())


def _tensor(tensor: Parameter, role: str) -> dict[str, Json]:
    return {"name": tensor.name, "role": role, "shape": tensor.shape}


def _read_tensor(stored: Json) -> Parameter:
    entry = _Entry(stored, "a tensor")
    tensor = Parameter(
        name=entry.take("name", str), role=entry.take("role", str), shape=tuple(entry.take("shape", list))
    )
    entry.close()
    return tensor
