"""The `figure` of an entry goes in; what it is drawn from comes out, or an error at the line that must be mended."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from cnnquiz.bank.figure import (
    Blank,
    CurveRule,
    CurvesRule,
    FieldRule,
    FigureRule,
    Numbers,
    RooflineRule,
    SliceRule,
    StackRule,
    WindowRule,
    WiringRule,
    WorkRule,
)
from cnnquiz.bank.proof import read_layers
from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.text import LANGUAGES, Text, read_formula, read_template, read_text
from cnnquiz.formulas import Formula, parse

_FEWEST_POINTS = 2
_MOST_CURVES = 3  # as many as there are kinds of lines
_MOST_BOXES = 30
_MOST_WORKS = 5

_ONE, _ZERO = parse("1"), parse("0")


def read_figure(entry: Entry) -> FigureRule:
    """`{window: {…}}`, or another kind of figure with its numbers."""
    kinds = entry.mapping(_READERS)
    if len(kinds) != 1:
        raise entry.error(f"{len(kinds)} kinds of figures", expected="one of " + ", ".join(_READERS))
    ((kind, parts),) = kinds.items()
    return _READERS[kind](parts)


def _window(entry: Entry) -> WindowRule:
    required = ("size", "kernel_size")
    keys = entry.mapping((*required, "stride", "padding", "dilation"), required=required)
    return WindowRule(
        size=read_formula(keys["size"]),
        kernel_size=read_formula(keys["kernel_size"]),
        stride=_formula(keys.get("stride"), _ONE),
        padding=_formula(keys.get("padding"), _ZERO),
        dilation=_formula(keys.get("dilation"), _ONE),
    )


def _layers(entry: Entry) -> SliceRule | StackRule:
    if "of" in entry.open_mapping():
        keys = entry.mapping(("of", "from", "to", "blank"), required=("of", "from", "to"))
        first, last = read_formula(keys["from"]), read_formula(keys["to"])
        return SliceRule(of=read_formula(keys["of"]), first=first, last=last, blank=_blanks(keys.get("blank")))
    keys = entry.mapping(("input", "layers", "blank"), required=("input", "layers"))
    return StackRule(
        input=read_formula(keys["input"]), layers=read_layers(keys["layers"]), blank=_blanks(keys.get("blank"))
    )


def _field(entry: Entry) -> FieldRule:
    keys = entry.mapping(("kernel_sizes", "strides", "dilations", "layers", "size"), required=("kernel_sizes",))
    return FieldRule(
        kernel_sizes=_numbers(keys["kernel_sizes"]),
        strides=_numbers(keys["strides"]) if "strides" in keys else _ONE,
        dilations=_numbers(keys["dilations"]) if "dilations" in keys else _ONE,
        layers=read_formula(keys["layers"]) if "layers" in keys else None,
        size=read_formula(keys["size"]) if "size" in keys else None,
    )


def _wiring(entry: Entry) -> WiringRule:
    keys = entry.mapping(("boxes", "arrows"), required=("boxes", "arrows"))
    boxes = keys["boxes"].open_mapping()
    if not 2 <= len(boxes) <= _MOST_BOXES:
        raise keys["boxes"].error(f"{len(boxes)} boxes", expected=f"2 to {_MOST_BOXES}")
    names = list(boxes)
    arrows: list[tuple[int, int]] = []
    for item in keys["arrows"].items("a list of arrows such as x > conv > add"):
        chain = [name.strip() for name in item.text("arrows such as x > conv > add").split(">")]
        if len(chain) < 2:
            raise item.error(f"{chain[0]!r} leads nowhere", expected="arrows such as x > conv > add")
        for name in chain:
            if name not in boxes:
                raise item.error(f"unknown box {name!r}", expected="one of " + ", ".join(boxes))
        for start, end in pairwise(chain):
            if names.index(start) >= names.index(end):
                raise item.error(f"the arrow {start} > {end} leads back", expected="boxes in the order of their arrows")
            arrows.append((names.index(start), names.index(end)))
    if len(set(arrows)) < len(arrows):
        raise keys["arrows"].error("an arrow appears twice", expected="each arrow once")
    for position, name in enumerate(names):
        if not any(position in arrow for arrow in arrows):
            raise boxes[name].error(f"no arrow reaches the box {name!r}", expected="boxes that are connected")
    return WiringRule(boxes=tuple(map(_words, boxes.values())), arrows=tuple(arrows))


def _curves(entry: Entry) -> CurvesRule:
    keys = entry.mapping(("across", "up", "curves"), required=("across", "up", "curves"))
    curves = keys["curves"].items("a list of curves")
    if not 1 <= len(curves) <= _MOST_CURVES:
        raise keys["curves"].error(f"{len(curves)} curves", expected=f"1 to {_MOST_CURVES}")
    return CurvesRule(
        across=_words(keys["across"]), up=_words(keys["up"]), curves=tuple(_curve(item) for item in curves)
    )


def _curve(entry: Entry) -> CurveRule:
    keys = entry.mapping(("name", "points"), required=("name", "points"))
    points = keys["points"].items("a list of points")
    if len(points) < _FEWEST_POINTS:
        raise keys["points"].error(f"{len(points)} points", expected=f"at least {_FEWEST_POINTS}")
    return CurveRule(name=_words(keys["name"]), points=tuple(map(_point, points)))


def _point(entry: Entry) -> tuple[Formula, Formula]:
    numbers = entry.items("a point such as [20, 3.5]")
    if len(numbers) != 2:
        raise entry.error(f"a point of {len(numbers)} numbers", expected="two, such as [20, 3.5]")
    return read_formula(numbers[0]), read_formula(numbers[1])


def _roofline(entry: Entry) -> RooflineRule:
    required = ("flops_per_second", "bytes_per_second")
    keys = entry.mapping((*required, "works", "blank"), required=required)
    works = keys["works"].items("a list of names with flops_per_byte") if "works" in keys else []
    if len(works) > _MOST_WORKS:
        raise keys["works"].error(f"{len(works)} works", expected=f"at most {_MOST_WORKS}")
    if "blank" in keys and keys["blank"].text("what is hidden") != "ridge":
        raise keys["blank"].error(f"{keys['blank'].text()!r} cannot be hidden", expected="ridge")
    return RooflineRule(
        flops_per_second=read_formula(keys["flops_per_second"]),
        bytes_per_second=read_formula(keys["bytes_per_second"]),
        works=tuple(map(_work, works)),
        blank="blank" in keys,
    )


def _work(entry: Entry) -> WorkRule:
    keys = entry.mapping(("name", "flops_per_byte"), required=("name", "flops_per_byte"))
    return WorkRule(name=_words(keys["name"]), flops_per_byte=read_formula(keys["flops_per_byte"]))


def _formula(entry: Entry | None, default: Formula) -> Formula:
    return default if entry is None else read_formula(entry)


def _numbers(entry: Entry) -> Numbers:
    if isinstance(entry.value, list):
        return tuple(map(read_formula, entry.items()))
    return read_formula(entry)


def _blanks(entry: Entry | None) -> Blank:
    if entry is None:
        return ()
    if entry.value == "all":
        return "all"
    return tuple(map(read_formula, entry.items())) if isinstance(entry.value, list) else (read_formula(entry),)


def _words(entry: Entry) -> Text:
    """Words of a figure: one text for both languages, or one for each. A picture holds no code and no formulas."""
    text = read_text(entry) if isinstance(entry.value, dict) else _literal(entry)
    for language in LANGUAGES:
        template = getattr(text, language)
        if any(isinstance(piece, str) and ("$" in piece or "`" in piece) for piece in template.pieces):
            raise entry.error("a $ or ` in the text of a figure", expected="plain words")
    return text


def _literal(entry: Entry) -> Text:
    template = read_template(entry)
    return Text(en=template, ko=template)


_READERS: Mapping[str, Callable[[Entry], FigureRule]] = {
    "window": _window,
    "layers": _layers,
    "field": _field,
    "wiring": _wiring,
    "curves": _curves,
    "roofline": _roofline,
}
