"""Layers one after another, of a recorded network or by name: the lines of their boxes, the shapes between."""

from collections.abc import Callable, Mapping, Sequence

from cnnquiz.bank.figure import Blank, SliceRule, StackRule
from cnnquiz.bank.proof import described_layers
from cnnquiz.bank.records import layer_records
from cnnquiz.bank.text import Language, format_value
from cnnquiz.cnn.shape import Shape
from cnnquiz.cnn.stack import stack
from cnnquiz.errors import NetworkError
from cnnquiz.formulas import Formula, Value, evaluate
from cnnquiz.problems.figure import ChainFigure, Sizes
from cnnquiz.problems.kinds.kind import Drawing, shown_value

MOST_LAYERS = 30

Record = Mapping[str, Value]
Words = Mapping[str, str]

_WORDS: Mapping[Language, Words] = {
    "en": {
        "conv": "conv",
        "conv_transpose": "transposed conv",
        "max_pool": "max pooling",
        "avg_pool": "average pooling",
        "adaptive_avg_pool": "adaptive average pooling",
        "adaptive_max_pool": "adaptive max pooling",
        "linear": "fully connected",
        "filters": "{} filters",
        "units": "{} units",
        "stride": "stride {}",
        "padding": "padding {}",
        "output_padding": "output padding {}",
        "dilation": "dilation {}",
        "groups": "{} groups",
        "shape": "{}",
        "then": " → ",
        "input": "Input {}",
        "blank": "asked for",
    },
    "ko": {
        "conv": "합성곱",
        "conv_transpose": "전치 합성곱",
        "max_pool": "최대 풀링",
        "avg_pool": "평균 풀링",
        "adaptive_avg_pool": "적응형 평균 풀링",
        "adaptive_max_pool": "적응형 최대 풀링",
        "linear": "완전연결층",
        "filters": "필터 {}개",
        "units": "유닛 {}개",
        "stride": "스트라이드 {}",
        "padding": "패딩 {}",
        "output_padding": "출력 패딩 {}",
        "dilation": "팽창률 {}",
        "groups": "그룹 {}개",
        "shape": "{}",
        "then": " → ",
        "input": "입력 {}",
        "blank": "묻는 값",
    },
}
_SHORT = {
    "relu": "ReLU", "relu6": "ReLU6", "batch_norm": "BN", "local_response_norm": "LRN", "dropout": "dropout",
    "sigmoid": "sigmoid", "tanh": "tanh", "flatten": "flatten",
}  # fmt: skip
# What is written into the box of the layer before it: it changes no shape.
_TRAILING = frozenset(_SHORT) - {"flatten"}


def network_slice(rule: SliceRule, drawing: Drawing) -> ChainFigure:
    """Layers of a recorded network from one position to another, without those beyond its ends."""
    network = evaluate(rule.of, drawing.values)
    layers = network.get("layers") if isinstance(network, Mapping) else None
    if not isinstance(layers, tuple):
        raise drawing.fault(f"figure: {rule.of.text!r} gives {shown_value(network)}", expected="a network")
    first, last = (_position(drawing, formula) for formula in (rule.first, rule.last))
    shown: list[Record] = [layer for layer in layers[max(first, 0) : last + 1] if isinstance(layer, Mapping)]
    return _chain(drawing, shown, rule.blank, named=True)


def stacked(rule: StackRule, drawing: Drawing) -> ChainFigure:
    """Layers that are described with their arguments, on an input."""
    sizes = evaluate(rule.input, drawing.values)
    if not isinstance(sizes, tuple):
        raise drawing.fault(f"figure: the input is {shown_value(sizes)}", expected="a shape such as (3, n, n)")
    try:
        network = stack(described_layers(rule.layers, drawing.values), Shape(*sizes))  # type: ignore[arg-type]
    except NetworkError as error:
        raise drawing.fault(f"figure: {error}", expected="layers that fit their input") from error
    return _chain(drawing, layer_records(network), rule.blank, named=False)


def _position(drawing: Drawing, formula: Formula) -> int:
    """The position of a layer, or a number that is one, even beyond the ends of the network."""
    value = evaluate(formula, drawing.values)
    if isinstance(value, Mapping):
        value = value["position"]
    if type(value) is not int:
        raise drawing.fault(f"figure: {formula.text!r} gives {shown_value(value)}", expected="a layer or its position")
    return value


def _chain(drawing: Drawing, layers: Sequence[Record], asked: Blank, *, named: bool) -> ChainFigure:
    if not 1 <= len(layers) <= MOST_LAYERS:
        raise drawing.fault(f"figure: {len(layers)} layers", expected=f"1 to {MOST_LAYERS}")
    places = {_number(layer, "position") for layer in layers}
    blank = places if asked == "all" else {_position(drawing, formula) for formula in asked}
    missing = blank - places
    if missing:
        problem = f"figure: the blank is at the layer {min(missing)}, which is not drawn"
        raise drawing.fault(problem, expected="a layer from: to:")
    words = _WORDS[drawing.language]
    boxes: list[tuple[str, ...]] = []
    shapes: list[Sizes | None] = [_shape(layers[0], "input_shape")]
    before: Sizes = _shape(layers[0], "input_shape")
    for layer in layers:
        if _shape(layer, "input_shape") != before:
            problem = f"figure: {layer['name']} does not get what the layer before it puts out"
            raise drawing.fault(problem, expected="layers one after another, or wiring:")
        before = _shape(layer, "output_shape")
        shown = None if layer["position"] in blank else before
        if layer["op"] in _TRAILING and boxes:
            boxes[-1] = (*boxes[-1][:-1], f"{boxes[-1][-1]}{words['then']}{_SHORT[str(layer['op'])]}")
            # A blank stays one: what changes no shape would give it away.
            shapes[-1] = None if shapes[-1] is None else shown
        else:
            boxes.append(_lines(layer, words, named=named))
            shapes.append(shown)
    return ChainFigure(alt=_alt(words, boxes, shapes), layers=tuple(boxes), shapes=tuple(shapes))


def _lines(layer: Record, words: Words, *, named: bool) -> tuple[str, ...]:
    """The name of a layer, what it is, and how its window moves."""
    op = str(layer["op"])
    kind = op.rstrip("123d") if op[-1] == "d" and op[-2].isdigit() else op
    window = [format_value(_square(layer["kernel_size"]))] if "kernel_size" in layer else []
    what = " ".join([*window, words.get(kind, _SHORT.get(op, op))])
    size = next((words[word].format(format_value(layer[key])) for key, word in _SIZES.items() if key in layer), "")
    moves = [
        words[key].format(format_value(layer[key]))
        for key, shown in _MOVES.items()
        if key in layer and shown(layer[key])
    ]
    lines = [
        ", ".join(filter(None, (what, size))),
        ", ".join([*moves, *(["ceil_mode"] if layer.get("ceil_mode") else [])]),
    ]
    return tuple(filter(None, (str(layer["name"]) if named else "", *lines)))


_SIZES: Mapping[str, str] = {"out_channels": "filters", "out_features": "units", "output_size": "shape"}
_MOVES: Mapping[str, Callable[[Value], bool]] = {
    "stride": lambda stride: stride != 1,
    "padding": lambda padding: padding != 0,
    "output_padding": lambda padding: padding != 0,
    "dilation": lambda dilation: dilation != 1,
    "groups": lambda groups: groups != 1,
}


def _square(size: Value) -> Value:
    return size if isinstance(size, tuple) else (size, size)


def _shape(layer: Record, name: str) -> Sizes:
    shape = layer[name]
    assert isinstance(shape, tuple)
    return tuple(size for size in shape if isinstance(size, int))


def _number(layer: Record, name: str) -> int:
    number = layer[name]
    assert isinstance(number, int)
    return number


def _alt(words: Words, boxes: Sequence[tuple[str, ...]], shapes: Sequence[Sizes | None]) -> str:
    shown = ["?" if shape is None else format_value(shape) for shape in shapes]
    steps = (f"{', '.join(lines)} → {shape}" for lines, shape in zip(boxes, shown[1:], strict=True))
    blank = f" (?: {words['blank']})" if "?" in shown else ""
    return "; ".join((words["input"].format(shown[0]), *steps)) + blank
