"""What a student typed where a number is asked for goes in; the number in the asked unit comes out, exactly."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from cnnquiz.bank.text import Language
from cnnquiz.formulas import format_number
from cnnquiz.marking.arithmetic import read_expression
from cnnquiz.marking.asked import are_harmless, asked_unit, units_in_prompt
from cnnquiz.marking.reading import Reason
from cnnquiz.marking.scales import Amount, read_amount, read_letter
from cnnquiz.marking.units import BY_NAME, SPELLINGS, Unit, named_unit
from cnnquiz.problems.kinds.numbers import with_unit
from cnnquiz.problems.problem import Problem

_MOST_CHARACTERS = 200

_EQUALS = re.compile(r"={1,3}|~+")
_RESTATED = re.compile(r"(.*\d.*) \(([^()]*\d[^()]*)\)|([^()]*\d[^()]*) \(=? ?(.*\d.*)\)")
_START = re.compile(r"(?P<sign>[+-] ?)?(?=\d|[.,]\d)")
_AROUND = "\"'()[]{}*;:!? "
_EXPRESSION = re.compile(r"[\w\s.,+*/×·()^\[\]⌊⌋⌈⌉#-]*")
_MINUS = re.compile(r"(?:minus|negative|마이너스|음수) ?$", re.IGNORECASE)
_LONGEST_UNIT = max(map(len, SPELLINGS))
_UNIT_END = re.compile(r"[^A-Za-z0-9/^]|$")
_ONES = Unit(name="", dimension="count", factor=Fraction(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that somebody typed: in its own `unit` (None: in none), and in the `asked` one (None: in none)."""

    typed: Amount
    unit: Unit | None
    amount: Amount
    asked: Unit | None

    def shown(self, problem: Problem, language: Language) -> str:
        """The number as it was read, with its own unit or else that of the problem."""
        value = self.typed.value
        number = format_number(int(value) if value.denominator == 1 else value)
        return with_unit(number, problem.unit if self.unit is None else self.unit.name, language)


def read_number(problem: Problem, text: str) -> Number | Reason:
    """Read plain characters (see `typed`) as one number with or without a unit; or say why that cannot be.

    Words around it are left out only where they change nothing: `약 55`, `W = 55`, `55개입니다`, `55 channels`. Of an
    equation such as `3·3·64 = 576` the last side counts; where sides are different numbers, that is two answers.
    """
    if len(text) > _MOST_CHARACTERS:
        return "long"
    restated = _RESTATED.fullmatch(text)
    if restated and isinstance(found := _agreed(problem, [each for each in restated.groups() if each]), Number):
        return found
    sides = _sides(text)
    return _agreed(problem, sides) if sides else "unreadable"


def read_computed(problem: Problem, text: str) -> Number | None:
    """The number that an expression such as `11·11·3·96 + 96` comes to, alone or beside the same number; or None.

    What looks like an expression may be something else, such as the range 55-57: its value counts only where it is
    an answer that somebody would give.
    """
    if len(text) > _MOST_CHARACTERS:
        return None
    restated = _RESTATED.fullmatch(text)
    sides = [side for each in restated.groups() if each for side in _sides(each)] if restated else _sides(text)
    read = [_computed(problem, side) or _read_side(problem, side) for side in sides]
    numbers = [each for each in read if isinstance(each, Number)]
    if not numbers or len(numbers) < len(read) or any(each.amount.value != numbers[0].amount.value for each in numbers):
        return None
    return numbers[0]


def _computed(problem: Problem, side: str) -> Number | None:
    found = read_expression(_without_label(problem, side.strip("\"'*;:!? ")))
    if found is None:
        return None
    number = _with_unit(problem, Amount(value=found[0]), found[1], asked_unit(problem))
    return number if isinstance(number, Number) else None


def _sides(text: str) -> list[str]:
    return [side for side in _EQUALS.split(text.replace("\n", " ")) if side.strip(_AROUND)]


def _agreed(problem: Problem, sides: list[str]) -> Number | Reason:
    """The most precise of the numbers that are said to be equal; other sides must be expressions or names."""
    last = _read_side(problem, sides[-1])
    if not isinstance(last, Number):
        return last
    for side in reversed(sides[:-1]):
        other = _read_side(problem, side)
        if not isinstance(other, Number):
            if not _EXPRESSION.fullmatch(side):
                return "unreadable"
        elif _rounds_to(last.amount, other.amount.value):
            last = last if _was_made_whole(problem, last, other) else other
        elif percent := _in_percent(last, other):
            last = percent
        elif not _rounds_to(other.amount, last.amount.value):
            return "two"
    return last


def _rounds_to(amount: Amount, value: Fraction) -> bool:
    return abs(amount.value - value) <= amount.step / 2


def _was_made_whole(problem: Problem, last: Number, other: Number) -> bool:
    """Whether 47.5 = 47 ends with a whole number where no rounded one is asked for: rounding it is part of the task."""
    rounded = problem.tolerance or problem.figures or problem.decimals is not None or last.amount.scaled
    return not rounded and last.amount.value.denominator == 1 and other.amount.value.denominator != 1


def _in_percent(last: Number, other: Number) -> Number | None:
    """Of a share and the same in percent (`0.921 = 92.1%`), the latter."""
    percent, bare = (last, other) if other.unit is None else (other, last)
    if percent.unit is None or percent.unit.dimension != "share" or bare.unit is not None:
        return None
    factor = percent.unit.factor
    same = _rounds_to(percent.typed, bare.typed.value / factor) or _rounds_to(bare.typed, percent.typed.value * factor)
    return percent if same else None


def _read_side(problem: Problem, text: str) -> Number | Reason:
    text = _without_label(problem, text.strip(_AROUND))
    start = _START.search(text)
    if not start:
        return "unreadable"
    asked = asked_unit(problem)
    before = text[: start.start()]
    negative = (start["sign"] or "").strip() == "-"
    if minus := _MINUS.search(before):
        before, negative = before[: minus.start()], not negative
    if before.strip(" ×xX") == "" and before and asked is not None and asked.dimension == "factor":
        before = ""
    glued = before[-1:].isascii() and before[-1:].isalpha()
    found = read_amount(text[start.end() :])
    if glued or found is None or not are_harmless(problem, before):
        return "unreadable"
    amount, rest = found
    return _with_unit(problem, amount.times(-1, scaled=False) if negative else amount, rest, asked)


def _without_label(problem: Problem, text: str) -> str:
    """What follows the colon of `answer: 55` or `conv1: 55`."""
    label, colon, rest = text.partition(":")
    is_label = colon and (not any(map(str.isdigit, label)) or are_harmless(problem, label))
    return rest.strip(_AROUND) if is_label else text


def _with_unit(problem: Problem, amount: Amount, rest: str, asked: Unit | None) -> Number | Reason:
    rest = rest.strip("\"'()[]{}*;:!?., ")
    measured = asked is not None and asked.dimension in ("bytes", "bandwidth")
    if measured and asked is not None and rest.lower() == asked.name[0].lower():
        # As programs print it: 528M where MiB are asked for.
        return Number(typed=amount, unit=asked, amount=amount, asked=asked)
    scaled = None if measured else read_letter(amount, rest)
    if scaled is not None and not (rest[0] == "m" and problem.unit is not None):
        amount, rest = scaled[0], scaled[1].strip(" .,")
    unit, rest = _leading_unit(rest, asked)
    if not are_harmless(problem, rest):
        return "unreadable"
    return _converted(problem, amount, unit, asked)


def _leading_unit(text: str, asked: Unit | None) -> tuple[Unit | None, str]:
    """The longest unit with which a text begins, and what follows it."""
    for length in range(min(len(text), _LONGEST_UNIT), 0, -1):
        unit = named_unit(text[:length], asked.dimension if asked else None)
        if unit is not None and (text[length - 1] > "z" or _UNIT_END.match(text, length)):
            return unit, text[length:].strip("()[] .,")
    return None, text


def _converted(problem: Problem, amount: Amount, unit: Unit | None, asked: Unit | None) -> Number | Reason:
    """In the unit that is asked for, behind the answer's place or else in the prompt."""
    if unit is None:
        # 2.4 where billions are asked for are 2.4 of them; 2.4e9 are not.
        if asked is not None and asked.dimension == "count" and amount.scaled:
            return Number(typed=amount, unit=_ONES, amount=amount.times(1 / asked.factor), asked=asked)
        return Number(typed=amount, unit=None, amount=amount, asked=asked)
    if asked is None and problem.unit is None:
        named = units_in_prompt(problem, unit.dimension)
        if unit in named:
            asked = unit if len(named) > 1 else named[0]
        elif len(named) == 1:
            asked = named[0]
        elif unit.dimension == "share":
            return Number(typed=amount, unit=unit, amount=amount.times(unit.factor), asked=None)
        elif unit.dimension in ("factor", "pixels"):
            return Number(typed=amount, unit=None, amount=amount, asked=None)
    if asked is None or asked.dimension != unit.dimension:
        return "unit"
    factor = unit.factor / asked.factor
    return Number(typed=amount, unit=unit, amount=amount.times(factor, scaled=factor != 1), asked=asked)


def in_ones(number: Number) -> Number | None:
    """A bare 2,400,000,000 where billions are asked for: nobody means so many of them; None for other numbers."""
    asked = number.asked
    if asked is None or number.unit is not None or asked.dimension != "count":
        return None
    return replace(number, unit=_ONES, amount=number.typed.times(1 / asked.factor))


def in_sibling(number: Number, sibling: str) -> Amount:
    """The number in the asked unit, had its own unit been this one."""
    assert number.asked is not None
    return number.typed.times(BY_NAME[sibling].factor / number.asked.factor)
