"""What a unit of the last of some layers sees: the windows of the layers, and the size of the field."""

from cnnquiz.bank.figure import FieldRule, Numbers
from cnnquiz.bank.text import Language
from cnnquiz.formulas import Value, evaluate
from cnnquiz.problems.figure import FieldFigure, FieldLayer
from cnnquiz.problems.figures.numbers import checked, whole
from cnnquiz.problems.kinds.kind import Drawing

_MOST_LAYERS, _LARGEST = 30, 1_000


def field(rule: FieldRule, drawing: Drawing) -> FieldFigure:
    """The layers with their numbers; BankError where it is not clear how many there are."""
    given = {
        "kernel_sizes": _values(rule.kernel_sizes, drawing),
        "strides": _values(rule.strides, drawing),
        "dilations": _values(rule.dilations, drawing),
    }
    counts = {len(values) for values in given.values() if isinstance(values, tuple)}
    if rule.layers is not None:
        counts.add(whole(drawing, rule.layers, "layers", at_least=1, at_most=_MOST_LAYERS))
    if len(counts) != 1 or not 1 <= min(counts) <= _MOST_LAYERS:
        problem = f"figure: {' and '.join(map(str, sorted(counts))) or 'an unknown number of'} layers"
        raise drawing.fault(problem, expected=f"lists of one length, or layers: 1 to {_MOST_LAYERS}")
    count = counts.pop()
    columns = (
        [checked(drawing, value, name, at_least=1, at_most=_LARGEST) for value in _for_each(values, count)]
        for name, values in given.items()
    )
    layers = tuple(FieldLayer(kernel_size=k, stride=s, dilation=d) for k, s, d in zip(*columns, strict=True))
    size = None if rule.size is None else whole(drawing, rule.size, "size", at_least=1, at_most=1_000_000)
    if size is not None and size != field_size(layers):
        raise drawing.fault(f"figure: the size is {size}", expected=f"{field_size(layers)}, which the layers give")
    return FieldFigure(alt=_alt(drawing.language, layers, size), layers=layers, size=size)


def field_size(layers: tuple[FieldLayer, ...]) -> int:
    """How many pixels, along one axis, a unit of the last layer sees."""
    size = 1
    for layer in reversed(layers):
        size = (size - 1) * layer.stride + layer.dilation * (layer.kernel_size - 1) + 1
    return size


def _values(numbers: Numbers, drawing: Drawing) -> Value:
    if isinstance(numbers, tuple):
        return tuple(evaluate(each, drawing.values) for each in numbers)
    return evaluate(numbers, drawing.values)


def _for_each(values: Value, count: int) -> tuple[Value, ...]:
    return values if isinstance(values, tuple) else (values,) * count


def layer_words(language: Language, layer: FieldLayer) -> str:
    """A layer's window, stride, and dilation where there is one."""
    k = layer.kernel_size
    if language == "ko":
        spread = f", 팽창률 {layer.dilation:,}" if layer.dilation > 1 else ""
        return f"{k}×{k}, 스트라이드 {layer.stride}{spread}"
    spread = f", dilation {layer.dilation:,}" if layer.dilation > 1 else ""
    return f"{k}×{k}, stride {layer.stride}{spread}"


def _alt(language: Language, layers: tuple[FieldLayer, ...], size: int | None) -> str:
    steps = "; ".join(layer_words(language, layer) for layer in layers)
    shown = "?" if size is None else f"{size:,}×{size:,}"
    if language == "ko":
        return (
            f"입력부터 차례로 놓인 층 {len(layers)}개: {steps}. 마지막 층의 한 뉴런이 입력에서 보는 수용 영역: {shown}"
        )
    count = "1 layer" if len(layers) == 1 else f"{len(layers)} layers"
    return (
        f"{count} from the input upwards: {steps}. Receptive field of one unit of the last layer in the input: {shown}"
    )
