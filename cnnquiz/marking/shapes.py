"""What a student typed where a shape is asked for goes in; its sizes come out, in the order that the question names."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from cnnquiz.marking.digits import read_digits
from cnnquiz.marking.reading import Reading, Remark
from cnnquiz.marking.words import said
from cnnquiz.problems.kinds.computed import show_value
from cnnquiz.problems.problem import Problem

_MOST_CHARACTERS = 200
_MOST_SIZES = 8

_OUTSIDE = "\"'.;:!? "
_NAME = re.compile(r"^(?:[^\d=:]*[=:]|[A-Za-z가-힣_. ]+(?=[(\[])|약|답은?|is|about)", re.IGNORECASE)
_PIXELS = re.compile(r"(?<=\d) ?(?:px|pixels?|픽셀|화소)(?![a-z])", re.IGNORECASE)
_ENDING = re.compile(r" ?(?:입니다|이다|임|예요|이에요)$")
_TIMES = re.compile(r" ?(?:[×xX*·]|\bby\b|(?<=\d) ?- ?(?=\d)) ?")
_CHANNELS = r"(?:channels?|maps?|feature maps?|채널)"
_FEATURE_MAPS = re.compile(rf"(\d+) ?(?:@|, (?=\d+ ?[×xX*])|(?:{_CHANNELS}|개의 특징 맵|개의)(?: of|,|의)?) ?(?=\d)")
_MAPS_LAST = re.compile(rf"(\d+) ?[×xX*] ?(\d+)(?:,|,? with|인)? (\d+) ?{_CHANNELS}")
_BATCH = re.compile(r"^(?:N|B|None|batch|batch_size|-1)(?= ?[,×xX*])")
_LISTS = (re.compile(r" ?; ?"), re.compile(r", "), re.compile(r" ?, ?"), re.compile(r" +"))
_LABELLED = re.compile(
    r"(?P<label>channels?|height|width|batch|[nchw](?![a-z])|채널|높이|너비|배치) ?[=:]? ?(?P<size>\d+),? ?",
    re.IGNORECASE,
)
_AXES: Mapping[str, str] = {
    **dict.fromkeys(("channels", "channel", "c", "채널"), "c"),
    **dict.fromkeys(("height", "h", "높이"), "h"),
    **dict.fromkeys(("width", "w", "너비"), "w"),
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
    labelled = _labelled(problem, text.strip(_OUTSIDE + "()[]{}<>"), count)
    if labelled is not None:
        return labelled
    text = _ENDING.sub("", _PIXELS.sub("", text.replace("\n", " ").strip(_OUTSIDE)))
    text = _BATCH.sub("1", _NAME.sub("", text).strip(_OUTSIDE).strip("()[]{}<>, "))
    return _sizes(_FEATURE_MAPS.sub(r"\1×", text), count)


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
        axis, size = _AXES[found["label"].lower()], read_digits(found["size"])
        if axis in sizes or size is None:
            return None
        sizes[axis] = size.value
        place = found.end()
    if last := _MAPS_LAST.fullmatch(text):
        place, sizes = last.end(), dict(zip("hwc", map(Fraction, last.groups()), strict=True))
    order = named_order(problem, count)
    if place < len(text) or order is None or sorted(order) != sorted(sizes):
        return None
    return tuple(sizes[axis] for axis in order)


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
    if sizes == key or named_order(problem, len(key)) != "chw":
        return None
    if sizes == (*key[1:], key[0]):
        return said(problem.language, "channels last")
    return said(problem.language, "batch") if sizes == (1, *key) else None
