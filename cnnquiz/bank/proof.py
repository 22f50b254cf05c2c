"""How an answer is computed a second time: from facts that the first way did not use, or from layers that are run."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.text import read_formula
from cnnquiz.cnn.stack import ARGUMENTS, KEYWORDS, Layer
from cnnquiz.errors import FormulaError
from cnnquiz.formulas import Formula, Value, evaluate, parse

MEASURED = (
    "output_shape", "parameters", "buffers", "macs", "weight_bytes", "activation_elements", "receptive_field", "layers",
)  # fmt: skip
"""What a formula may ask of the layers of a proof, beside the names of its question."""

_MOST_LAYERS = 1_000
_MOST_ROUNDS = 10_000
_LONGEST = 500  # characters of a layer


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRule:
    """A layer whose arguments are formulas."""

    name: str
    arguments: tuple[tuple[str, Formula], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Layers that come `times` times; their formulas see the round as `step`, counted from 0."""

    times: Formula
    layers: tuple["LayerRule | Repeat", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The answer a second way: a formula, which with `layers` also sees what running them on `input` gives."""

    answer: Formula
    layers: tuple[LayerRule | Repeat, ...] = ()
    input: Formula | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names of the question that it needs."""
        if self.input is None:
            return self.answer.names
        return (self.answer.names - set(MEASURED)) | self.input.names | layer_names(self.layers)

    @property
    def measured(self) -> frozenset[str]:
        """What it asks of its layers."""
        return self.answer.names & set(MEASURED)

    def stack(self, values: Mapping[str, Value]) -> tuple[Layer, ...]:
        """The layers with the numbers put in; FormulaError where a formula fails."""
        return described_layers(self.layers, values)


def described_layers(rules: tuple[LayerRule | Repeat, ...], values: Mapping[str, Value]) -> tuple[Layer, ...]:
    """The layers with the numbers put in, repeats rolled out; FormulaError where a formula fails."""
    layers: list[Layer] = []
    rounds = 0
    for layer in _unrolled(rules, values):
        if layer is None:
            rounds += 1
        else:
            layers.append(layer)
        if len(layers) > _MOST_LAYERS or rounds > _MOST_ROUNDS:
            expected = f"at most {_MOST_LAYERS:,}, in at most {_MOST_ROUNDS:,} rounds"
            raise FormulaError("repeat", 0, "too many layers", expected=expected)
    return tuple(layers)


def layer_names(layers: tuple[LayerRule | Repeat, ...]) -> frozenset[str]:
    """The names of the question that the layers need."""
    names: set[str] = set()
    for layer in layers:
        if isinstance(layer, Repeat):
            names |= layer.times.names | (layer_names(layer.layers) - {"step"})
        else:
            names = names.union(*(formula.names for _, formula in layer.arguments))
    return frozenset(names)


def _unrolled(layers: tuple[LayerRule | Repeat, ...], values: Mapping[str, Value]) -> Iterator[Layer | None]:
    """The layers, and None for each round: rounds without layers take time, too."""
    for layer in layers:
        if isinstance(layer, LayerRule):
            yield Layer(name=layer.name, arguments={name: evaluate(each, values) for name, each in layer.arguments})
            continue
        times = evaluate(layer.times, values)
        if type(times) is not int or not 0 <= times <= _MOST_LAYERS:
            raise FormulaError(layer.times.text, 0, "no number of rounds", expected=f"0 to {_MOST_LAYERS:,}")
        for step in range(times):
            yield None
            yield from _unrolled(layer.layers, {**values, "step": step})


def read_proof(entry: Entry) -> Proof:
    """A formula, or `{layers: […], input: (c, h, w), answer: formula}`."""
    if isinstance(entry.value, str):
        return Proof(answer=read_formula(entry))
    keys = entry.mapping(("layers", "input", "answer"), required=("layers", "input", "answer"))
    return Proof(
        answer=read_formula(keys["answer"]), layers=read_layers(keys["layers"]), input=read_formula(keys["input"])
    )


def read_layers(entry: Entry) -> tuple[LayerRule | Repeat, ...]:
    """Layers such as `conv2d(3, 64, 7, stride=2)`, and repeats of layers."""
    return tuple(_layer(item) for item in entry.items("a list of layers"))


def _layer(entry: Entry) -> LayerRule | Repeat:
    if not isinstance(entry.value, str):
        keys = entry.mapping(("repeat", "layers"), required=("repeat", "layers"))
        return Repeat(times=read_formula(keys["repeat"]), layers=read_layers(keys["layers"]))
    text = entry.text("a layer such as conv2d(3, 64, 7, stride=2)")
    if len(text) > _LONGEST:
        raise entry.error(f"a layer of {len(text)} characters", expected=f"at most {_LONGEST}")
    try:
        call = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise entry.error(f"{text!r} is no layer", expected="conv2d(3, 64, 7, stride=2)") from error
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise entry.error(f"{text!r} is no layer", expected="conv2d(3, 64, 7, stride=2)")
    name = call.func.id
    if name not in ARGUMENTS:
        raise entry.error(f"unknown layer {name!r}", expected="one of " + ", ".join(ARGUMENTS))
    known = (*ARGUMENTS[name], *KEYWORDS.get(name, ()))
    if len(call.args) > len(ARGUMENTS[name]):
        raise entry.error(f"{name} was given {len(call.args)} arguments", expected=", ".join(known) or "none")
    given = [*zip(ARGUMENTS[name], call.args, strict=False), *((each.arg, each.value) for each in call.keywords)]
    arguments: dict[str, Formula] = {}
    for argument, value in given:
        if argument not in known or argument in arguments:
            raise entry.error(f"{name} was given {argument!r}", expected="once each: " + (", ".join(known) or "none"))
        arguments[argument] = _argument(entry, ast.get_source_segment(text, value) or "")
    return LayerRule(name=name, arguments=tuple(arguments.items()))


def _argument(entry: Entry, text: str) -> Formula:
    try:
        return parse(text)
    except FormulaError as error:
        raise entry.error(str(error).removesuffix(f" (expected {error.expected})"), expected=error.expected) from error
