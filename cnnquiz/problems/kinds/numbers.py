"""How the number of an answer is written, and how close another must come to it."""

from dataclasses import dataclass
from fractions import Fraction

from cnnquiz.bank.question import Precision
from cnnquiz.bank.text import Language
from cnnquiz.formulas import format_number
from cnnquiz.formulas.numbers import round_half_up
from cnnquiz.problems.problem import Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeness:
    """An absolute tolerance, and the decimals with which numbers are written (None: as they are)."""

    tolerance: Fraction
    decimals: int | None

    def same(self, one: Number, other: Number) -> bool:
        """Would a marker, or who reads the key, take one for the other?"""
        if one == other or (self.tolerance and abs(Fraction(one) - other) <= self.tolerance):
            return True
        # As they are, two different numbers are never written alike.
        return self.decimals is not None and written(one, self.decimals) == written(other, self.decimals)


def closeness(precision: Precision, answer: Number) -> Closeness:
    """How close one must come to this answer; of significant figures, a unit of the last one is accepted."""
    if precision.figures:
        decimals = precision.figures - 1 - _exponent(answer)
        return Closeness(tolerance=Fraction(10) ** -decimals, decimals=decimals)
    tolerance = precision.tolerance or precision.relative * abs(Fraction(answer))
    return Closeness(tolerance=Fraction(tolerance), decimals=precision.decimals)


def _exponent(number: Number) -> int:
    """e with 10^e ≤ |number| < 10^(e + 1); 0 for 0."""
    number = abs(Fraction(number))
    exponent = len(str(number.numerator)) - len(str(number.denominator))
    if number and number < Fraction(10) ** exponent:
        exponent -= 1
    return exponent


def written(number: Number, decimals: int | None) -> str:
    """The number with thousands separators and exactly so many decimals."""
    if decimals is None:
        return format_number(number)
    if decimals <= 0:
        unit = 10**-decimals
        return format_number(round_half_up(Fraction(number, unit), 0) * unit)
    whole, _, rest = format_number(round_half_up(number, decimals)).partition(".")
    return f"{whole}.{rest:0<{decimals}}"


def with_unit(number: str, unit: str | None, language: Language) -> str:
    """Korean joins its own units and the percent sign to the number, and keeps a space before Latin ones."""
    if not unit:
        return number
    joined = language == "ko" and (unit == "%" or "가" <= unit[0] <= "힣")
    return f"{number}{unit}" if joined else f"{number} {unit}"
