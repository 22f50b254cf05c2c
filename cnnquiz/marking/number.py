"""A typed number and its key go in; the number that is to be marked comes out, with what else there is to say of it.

Three rules decide about numbers that are not typed exactly:

- Whatever is within the question's tolerance is right.
- A number that was typed with a scale or a power (1.25M, 125만, 1.25e6) or in another unit, with three figures or more,
  is right where the key rounds to it, provided that the question allows rounding: by a tolerance, decimals or figures.
- Otherwise a rounded key is wrong, and the feedback says that it was rounded.
"""

from dataclasses import dataclass
from fractions import Fraction

from cnnquiz.bank.text import Language
from cnnquiz.marking.numbers import Number, in_ones, in_sibling, read_computed, read_number
from cnnquiz.marking.reading import Reading, Remark
from cnnquiz.marking.scales import Amount
from cnnquiz.marking.units import SIBLINGS, of_dimension
from cnnquiz.marking.words import said
from cnnquiz.problems.kinds.numbers import Closeness
from cnnquiz.problems.kinds.table import close_to_blank
from cnnquiz.problems.problem import Problem

_FEWEST_FIGURES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """What a number is compared with."""

    value: Fraction
    close: Closeness
    rounding: bool

    def is_close(self, value: Fraction) -> bool:
        return abs(value - self.value) <= self.close.tolerance

    def is_rounded(self, amount: Amount, value: Fraction) -> bool:
        """Whether a value was rounded to this amount, as the question allows it."""
        typed_rounded = self.rounding and amount.scaled and amount.figures >= _FEWEST_FIGURES
        return typed_rounded and abs(amount.value - value) <= amount.step / 2

    def is_meant(self, amount: Amount) -> bool:
        return self.is_close(amount.value) or self.is_rounded(amount, self.value)


def settle_number(problem: Problem, text: str, part: int | None = None) -> Reading:
    """Read plain characters as the number of a problem, or of a blank of its table."""
    number = read_number(problem, text)
    key = _key(problem, part)
    if not isinstance(number, Number):
        return _settle_computed(problem, text, part, key) or Reading(reason=number)
    bare = in_ones(number)
    if bare is not None and key.is_meant(bare.amount):
        number = bare
    shown = number.shown(problem, problem.language)
    if key.is_meant(number.amount):
        value = number.amount.value if key.is_close(number.amount.value) else key.value
        return Reading(answer=_simplest(value), shown=shown)
    if number.amount.other is not None and key.is_close(number.amount.other):
        return Reading(reason="separator")
    mistake = _mistake(problem, part, number.amount, key)
    if mistake is not None:
        return Reading(answer=_simplest(mistake), shown=shown)
    return Reading(
        answer=_simplest(number.amount.value),
        shown=shown,
        convention=_other_convention(number, key, problem.language),
        remark=_remark(number.amount, key),
    )


def _settle_computed(problem: Problem, text: str, part: int | None, key: _Key) -> Reading | None:
    """An expression that comes to the key, or to a mistake; any other may be no expression at all."""
    number = read_computed(problem, text)
    if number is None:
        return None
    value = number.amount.value if key.is_close(number.amount.value) else _mistake(problem, part, number.amount, key)
    return None if value is None else Reading(answer=_simplest(value), shown=number.shown(problem, problem.language))


def _key(problem: Problem, part: int | None) -> _Key:
    if part is None:
        value: object = problem.answer
        close = Closeness(tolerance=problem.tolerance, decimals=problem.decimals)
    else:
        assert isinstance(problem.answer, tuple)
        value = problem.answer[part]
        close = close_to_blank(problem, value)
    assert isinstance(value, int | Fraction)
    rounding = bool(problem.tolerance or problem.figures or problem.decimals is not None)
    return _Key(value=Fraction(value), close=close, rounding=rounding)


def _simplest(value: Fraction) -> int | Fraction:
    return int(value) if value.denominator == 1 else value


def _mistake(problem: Problem, part: int | None, amount: Amount, key: _Key) -> Fraction | None:
    """The value of the mistake that was made, which a rounded one stands for."""
    for mistake in problem.mistakes:
        if mistake.part == part and isinstance(mistake.answer, int | Fraction):
            value = Fraction(mistake.answer)
            if key.close.same(amount.value, value):
                return amount.value
            if key.is_rounded(amount, value):
                return value
    return None


def _other_convention(number: Number, key: _Key, language: Language) -> str | None:
    """The convention under which the number is the key: its unit taken for another one, or left out."""
    asked = number.asked
    if asked is None or not key.value:
        return None
    if number.unit is not None:
        sibling = SIBLINGS.get(number.unit.name)
        if sibling and _is_clearly(in_sibling(number, sibling), key):
            return said(language, "taken as", unit=number.unit.name, other=sibling)
        return None
    for unit in of_dimension(asked.dimension):
        if unit.factor != asked.factor and _is_clearly(number.typed.times(unit.factor / asked.factor), key):
            return said(language, "in unit", unit=unit.name, asked=asked.name)
    if asked.dimension in ("share", "count") and _is_clearly(number.typed.times(1 / asked.factor), key):
        return said(language, "in ones", asked=asked.name)
    return None


def _is_clearly(amount: Amount, key: _Key) -> bool:
    """Equal to the key; a tolerance as large as the key itself proves nothing."""
    return abs(amount.value - key.value) <= min(key.close.tolerance, abs(key.value) / 200) or key.is_rounded(
        amount, key.value
    )


def _remark(amount: Amount, key: _Key) -> Remark | None:
    step = max(amount.step, _trailing(amount))
    if amount.figures < 2 or abs(amount.value - key.value) > step / 2:
        return None
    return "coarse" if key.rounding else "exact"


def _trailing(amount: Amount) -> Fraction:
    """The place of the last digit that is no 0 of a whole number, as of 35,000."""
    if amount.value.denominator != 1 or not amount.value:
        return Fraction(0)
    digits = str(abs(amount.value.numerator))
    return Fraction(10 ** (len(digits) - len(digits.rstrip("0"))))
