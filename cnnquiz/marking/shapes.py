"""What a student typed where a shape is asked for goes in; its sizes come out, in the order that the question names."""

import math
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from cnnquiz.marking.asked import changes_a_number
from cnnquiz.marking.digits import read_digits
from cnnquiz.marking.numbers import Number, read_number
from cnnquiz.marking.reading import Reading, Remark
from cnnquiz.marking.words import said
from cnnquiz.problems.kinds.computed import show_value
from cnnquiz.problems.problem import Problem

_MOST_CHARACTERS = 200
_MOST_SIZES = 8

_OUTSIDE = "\"'.;:!? "
_NAME = re.compile(r"^(?P<name>[^\d=:]*)[=:]|^(?P<called>[A-Za-z가-힣_. ]+)(?:(?=[(\[])|(?<=[ 가-힣])(?=\d))")
_PIXELS = re.compile(r"(?<=\d) ?(?:px|pixels?|픽셀|화소)(?![a-z])", re.IGNORECASE)
_ENDING = re.compile(r" ?(?:특징 ?맵|feature maps?|크기)?(?:입니다|이다|임|예요|이에요)?$", re.IGNORECASE)
_SQUARE = re.compile(r"(\d+) ?\^ ?2(?!\d)")
_TIMES = re.compile(r" ?(?:[×xX*·]|\bby\b|(?<=\d) ?- ?(?=\d)) ?")
_CHANNELS = r"(?:channels?|maps?|feature maps?|filters?|채널|특징 ?맵)"
_FEATURE_MAPS = re.compile(
    rf"(\d+) ?(?:@|, (?=\d+ ?[×xX*])|(?:개의 )?{_CHANNELS}(?: of|,? each(?: of)?|,|의)?|개의) ?(?=\d)"
)
_MAPS_LAST = re.compile(
    r"(\d+) ?[×xX*] ?(\d+)(?:,|,? with|인| ?크기의?)?"
    rf"(?: ?[ (](\d+) ?{_CHANNELS}\)?| {_CHANNELS} ?(\d+)개?)"
)
_BATCH = re.compile(r"^(?:N|B|None|batch|batch_size|-1)(?= ?[,×xX*])")
_LISTS = (re.compile(r" ?; ?"), re.compile(r", "), re.compile(r" ?, ?"), re.compile(r" +"))
_LABELLED = re.compile(
    r"(?:(?P<label>channels?|height|width|batch|[nchw](?![a-z])|채널|높이|너비|세로|가로|배치)(?: 수)? ?[=:]? ?"
    r"(?P<size>\d+)개?"
    r"|(?P<sized>\d+) ?(?:\((?P<named>channels?|height|width|batch|[nchw]|채널|높이|너비|배치)\)"
    r"|(?P<after>channels?|feature maps?|high|tall|wide|채널)(?! of)))(?:[,;] ?| ?[×xX*] ?(?=\d)| and )? ?",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?:in )?\(?(?<![a-z])(?P<axes>[nchw](?:(?: ?[×x*,] ?)?[nchw]){2,3}|"
    r"(?:채널|높이|너비)(?: ?[×x*,] ?(?:채널|높이|너비)){2})(?![a-z])\)?(?: ?순서?(?:로)?)?",
    re.IGNORECASE,
)
_AXIS = re.compile("[nchw]|채널|높이|너비", re.IGNORECASE)
_AXES: Mapping[str, str] = {
    **dict.fromkeys(("channels", "channel", "feature map", "feature maps", "c", "채널"), "c"),
    **dict.fromkeys(("height", "high", "tall", "h", "높이", "세로"), "h"),
    **dict.fromkeys(("width", "wide", "w", "너비", "가로"), "w"),
    **dict.fromkeys(("batch", "n", "배치"), "n"),
}
_NAMED_AXIS = re.compile("channels|height|width|batch|채널|높이|너비|배치")
_ORDER = re.compile(
    r"(?:channels|height|width|batch|채널|높이|너비|배치)(?:\s*×\s*(?:channels|height|width|batch|채널|높이|너비|배치))+"
)
_USUAL = {3: "chw", 4: "nchw"}


def settle_shape(problem: Problem, text: str, part: int | None = None) -> Reading:
    """Read plain characters as the shape of a problem, or of a blank of its table."""
    key = _key(problem, part)
    sizes = read_shape(problem, text, len(key))
    if sizes is None:
        return Reading()
    if len(key) > 1 and len(sizes) >= 2 * len(key):
        return Reading(reason="two")
    whole = tuple(int(size) for size in sizes)
    shown = " × ".join(show_value(int(size) if size.denominator == 1 else size, None) for size in sizes)
    if any(size.denominator != 1 or size < 1 for size in sizes):
        return Reading(answer=whole[:0], shown=shown, remark="whole")
    remark: Remark | None = None if len(whole) == len(key) else "sizes"
    return Reading(answer=whole, shown=shown, convention=_other_convention(problem, whole, key), remark=remark)


def _key(problem: Problem, part: int | None) -> tuple[int, ...]:
    assert isinstance(problem.answer, tuple)
    key = problem.answer if part is None else problem.answer[part]
    assert isinstance(key, tuple)
    return tuple(size for size in key if isinstance(size, int))


def read_shape(problem: Problem, text: str, count: int) -> tuple[Fraction, ...] | None:
    """The sizes of `55x55x96`, `(96, 55, 55)`, `55 55 96`, `96@55x55`, `C=96, H=55, W=55`; None for anything else.

    Labelled sizes are put in the order that the question names. `count` sizes are expected, which decides what the
    comma of `4,096` is.
    """
    if len(text) > _MOST_CHARACTERS:
        return None
    for outside in (_OUTSIDE + "()[]{}<>", _OUTSIDE):
        labelled = _labelled(problem, text.strip(outside), count)
        if labelled is not None:
            return labelled
    shape, equals, product = text.rpartition("=")
    if equals and (found := read_shape(problem, shape, count)) and _numbers([product]) == (math.prod(found),):
        return found
    text = text.replace("\n", " ")
    stated = _STATED.search(text)
    if stated and len(axes := _axes(stated["axes"])) == count:
        found = _bare(problem, text[: stated.start()] + text[stated.end() :], count)
        return None if found is None else _in_order(problem, dict(zip(axes, found, strict=False)), count)
    return _bare(problem, text, count)


def _bare(problem: Problem, text: str, count: int) -> tuple[Fraction, ...] | None:
    """The sizes in the order in which they were typed; a batch that is named beside them is no part of the shape."""
    text = _ENDING.sub("", _PIXELS.sub("", text.strip(_OUTSIDE)))
    name = _NAME.match(text)
    if name:
        if changes_a_number(name[0]):
            return None
        text = text[name.end() :]
    text = text.strip(_OUTSIDE).strip("()[]{}<>, ")
    sizes = _sizes(_SQUARE.sub(r"\1×\1", _FEATURE_MAPS.sub(r"\1×", _BATCH.sub("1", text))), count)
    if sizes is None and count == 1:
        number = read_number(problem, text)
        return (number.amount.value,) if isinstance(number, Number) and number.unit is None else None
    is_named = sizes is not None and len(sizes) == count + 1 and _BATCH.match(text)
    return sizes[1:] if sizes is not None and is_named else sizes


def _sizes(text: str, count: int) -> tuple[Fraction, ...] | None:
    if _TIMES.search(text):
        return _numbers(_TIMES.split(text))
    if count == 1 and (alone := _numbers([text])) is not None:
        return alone
    for separator in _LISTS:
        if separator.search(text):
            found = _numbers(separator.split(text))
            if found is not None:
                return found
    return _numbers([text])


def _numbers(texts: Iterable[str]) -> tuple[Fraction, ...] | None:
    sizes: list[Fraction] = []
    for text in texts:
        digits = read_digits(text.strip())
        if digits is None or len(sizes) == _MOST_SIZES:
            return None
        sizes.append(digits.value)
    return tuple(sizes)


def _labelled(problem: Problem, text: str, count: int) -> tuple[Fraction, ...] | None:
    sizes: dict[str, Fraction] = {}
    place = 0
    while found := _LABELLED.match(text, place):
        label = found["label"] or found["named"] or found["after"]
        axis, size = _AXES[label.lower()], read_digits(found["size"] or found["sized"])
        if axis in sizes or size is None:
            return None
        sizes[axis] = size.value
        place = found.end()
    if last := _MAPS_LAST.fullmatch(text):
        place, sizes = last.end(), dict(zip("hwc", map(Fraction, filter(None, last.groups())), strict=True))
    return _in_order(problem, sizes, count) if place == len(text) else None


def _axes(text: str) -> str:
    return "".join(_AXES[name] for name in _AXIS.findall(text.lower()))


def _in_order(problem: Problem, sizes: Mapping[str, Fraction], count: int) -> tuple[Fraction, ...] | None:
    """Labelled sizes in the order that the question names; None where they are of other axes."""
    order = named_order(problem, count)
    return None if order is None or sorted(order) != sorted(sizes) else tuple(sizes[axis] for axis in order)


def named_order(problem: Problem, count: int) -> str | None:
    """The order of the axes that the question names, such as "chw", or else PyTorch's; None for other shapes."""
    for text in (problem.convention or "", problem.prompt):
        for found in _ORDER.finditer(text.lower()):
            order = "".join(_AXES[name] for name in _NAMED_AXIS.findall(found[0]))
            if len(order) == count:
                return order
    return _USUAL.get(count)


def _other_convention(problem: Problem, sizes: tuple[int, ...], key: tuple[int, ...]) -> str | None:
    """The convention under which the sizes are the key: the channels last, or the batch in front."""
    if sizes == (1, *key) and (len(key) == 1 or named_order(problem, len(key)) == "chw"):
        return said(problem.language, "batch")
    is_last = sizes != key and sizes == (*key[1:], key[0]) and named_order(problem, len(key)) == "chw"
    return said(problem.language, "channels last") if is_last else None
