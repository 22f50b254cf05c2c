"""A recording as it arrived, JSON for which nobody vouches, goes in; typed calls come out, or a RecordingError."""

import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cnnquiz.cnn import Shape
from cnnquiz.cnn.shape import LARGEST_SIZE
from cnnquiz.errors import RecordingError

# Far beyond any network, far below what would keep a grader busy: recordings come from students' processes.
MOST_CALLS = 50_000
MOST_TENSORS = 50_000
MOST_HINTS = 20
_DEEPEST = 20
_LONGEST_TEXT = 1000

Json = Any
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor that was given to the network or computed by a call, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter or buffer by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A tensor that is neither registered nor computed."""

    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """A tensor whose numbers changed behind its back, through another that shares its memory."""


@dataclass(frozen=True, slots=True)
class RecordedSlice:
    """`start:stop:step` between brackets; what was left out is None."""

    start: "Argument" = None
    stop: "Argument" = None
    step: "Argument" = None


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that is neither a tensor nor plain data."""

    type_name: str


# What a call can be given: one of these, plain data, or lists and string-keyed dictionaries of them.
Argument = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTensor:
    """A parameter or buffer of the module."""

    name: str
    kind: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One call of a torch function; the shapes of its outputs keep the batch."""

    function: str
    arguments: Sequence[Argument]
    keywords: Mapping[str, Argument]
    outputs: tuple[tuple[int, Shape], ...]
    module: str
    invocation: int
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something in a forward pass that its calls do not show, and the line of the source that did it."""

    kind: str
    module: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A forward pass: the number and shape of each input, its calls in order, what it returned.

    `blocks` gives the class of each submodule made of others, by dotted name.
    """

    inputs: tuple[tuple[int, Shape], ...]
    calls: tuple[RecordedCall, ...]
    tensors: Mapping[str, RecordedTensor]
    blocks: Mapping[str, str]
    output: Argument


def read_recording(recording: Json) -> Recording:
    """Check and type a recording. Raises RecordingError; NetworkError for a shape that no tensor has."""
    top = _typed(recording, dict, "the recording")
    calls = tuple(_call(stored) for stored in _list(top, "calls", MOST_CALLS))
    outputs = sum(len(call.outputs) for call in calls)
    if outputs > MOST_CALLS:
        raise RecordingError(f"calls with {outputs} outputs (expected at most {MOST_CALLS})")
    tensors = [_tensor(stored) for stored in _list(top, "tensors", MOST_TENSORS)]
    return Recording(
        inputs=tuple(_input(stored) for stored in _list(top, "inputs", MOST_TENSORS)),
        calls=calls,
        tensors={tensor.name: tensor for tensor in tensors},
        blocks={_text(k, "a block"): _text(v, "a class") for k, v in _typed(top.get("blocks"), dict, "blocks").items()},
        output=_argument(top.get("output")),
    )


def read_hints(recording: Json) -> tuple[Hint, ...]:
    """The hints of a recording; RecordingError where they are none."""
    top = _typed(recording, dict, "the recording")
    return tuple(_hint(stored) for stored in _list(top, "hints", MOST_HINTS))


def _hint(stored: Json) -> Hint:
    entry = _typed(stored, dict, "a hint")
    line = entry.get("line")
    return Hint(
        kind=_text(entry.get("kind"), "a hint's kind"),
        module=_text(entry.get("module"), "a module"),
        line=None if line is None else _typed(line, int, "a line"),
    )


def _input(stored: Json) -> tuple[int, Shape]:
    entry = _typed(stored, dict, "an input")
    return _typed(entry.get("value"), int, "an input's number"), _shape(entry.get("shape"))


def _tensor(stored: Json) -> RecordedTensor:
    entry = _typed(stored, dict, "a tensor")
    kind = _text(entry.get("kind"), "a tensor's kind")
    if kind not in ("parameter", "buffer"):
        raise RecordingError(f"a tensor of kind {kind!r} (expected 'parameter' or 'buffer')")
    return RecordedTensor(name=_text(entry.get("name"), "a tensor's name"), kind=kind, shape=_shape(entry.get("shape")))


def _call(stored: Json) -> RecordedCall:
    entry = _typed(stored, dict, "a call")
    values = [_typed(value, int, "an output's number") for value in _list(entry, "outputs", MOST_TENSORS)]
    shapes = [_shape(shape) for shape in _list(entry, "output_shapes", MOST_TENSORS)]
    if not values or len(values) != len(shapes):
        raise RecordingError(f"a call with {len(values)} outputs and {len(shapes)} shapes (expected one for each)")
    line = entry.get("line")
    keywords = _typed(entry.get("keywords"), dict, "keywords")
    return RecordedCall(
        function=_text(entry.get("function"), "a function"),
        arguments=[_argument(argument) for argument in _list(entry, "arguments", MOST_TENSORS)],
        keywords={_text(key, "a keyword"): _argument(argument) for key, argument in keywords.items()},
        outputs=tuple(zip(values, shapes, strict=True)),
        module=_text(entry.get("module"), "a module"),
        invocation=_typed(entry.get("invocation"), int, "an invocation"),
        line=None if line is None else _typed(line, int, "a line"),
    )


def _argument(encoded: Json, depth: int = 0) -> Argument:
    if depth > _DEEPEST:
        raise RecordingError(f"arguments nested more than {_DEEPEST} deep")
    if isinstance(encoded, list):
        return [_argument(item, depth + 1) for item in encoded]
    if isinstance(encoded, dict):
        return _reference(encoded, depth)
    if encoded is None or isinstance(encoded, (bool, float)):
        return encoded
    return _text(encoded, "an argument") if isinstance(encoded, str) else _typed(encoded, int, "an argument")


def _reference(encoded: Mapping[Json, Json], depth: int) -> Argument:
    key = next(iter(encoded), None)
    content = encoded.get(key)
    if key == "value":
        return Value(_typed(content, int, "a value's number"))
    if key == "tensor":
        return Named(_text(content, "a tensor's name"))
    if key == "constant":
        return Constant(_shape(content))
    if key == "stale":
        return Stale()
    if key == "slice":
        parts = _typed(content, list, "a slice")
        if len(parts) != 3:
            raise RecordingError(f"a slice of {len(parts)} parts (expected start, stop and step)")
        return RecordedSlice(*(_argument(part, depth + 1) for part in parts))
    if key == "object":
        return Opaque(_text(content, "an object's type"))
    if key == "mapping":
        items = _typed(content, dict, "a mapping")
        return {_text(name, "a key"): _argument(item, depth + 1) for name, item in items.items()}
    raise RecordingError(f"an argument of kind {reprlib.repr(key)}")


def _list(entry: Mapping[str, Json], key: str, most: int) -> list[Json]:
    content = _typed(entry.get(key), list, key)
    if len(content) > most:
        raise RecordingError(f"{len(content)} {key} (expected at most {most})")
    return content


def _shape(stored: Json) -> Shape:
    return Shape(*_typed(stored, list, "a shape"))


def _text(stored: Json, what: str) -> str:
    text = _typed(stored, str, what)
    if len(text) > _LONGEST_TEXT or not text.isprintable():
        raise RecordingError(f"{what} is {reprlib.repr(text)} (expected printable text, not too long)")
    return text


def _typed(stored: Json, kind: type[Kind], what: str) -> Kind:
    if type(stored) is not kind or (isinstance(stored, int) and abs(stored) > LARGEST_SIZE):
        raise RecordingError(f"{what} is {reprlib.repr(stored)} (expected {kind.__name__})")
    return stored
