"""Exact numbers in, the digits that a reader sees out."""

import math
from fractions import Fraction

from cnnquiz.formulas.values import Exact, simplest


def format_number(value: int | Fraction, *, digits: int | None = None) -> str:
    """`value` with a comma between thousands: `1,024`, `0.125`, `-62,378,344`.

    A fraction with a finite decimal form is printed exactly. Another one is printed as `2/3`, or, when
    `digits` is given, rounded to that many decimals; the zeros that follow the point of a number below 1
    are not counted, so that 1/3000 with three digits is `0.000333`. Raises ValueError for digits < 1.
    """
    if digits is not None and digits < 1:
        raise ValueError(f"digits is {digits} (expected at least 1)")
    if isinstance(value, int):
        return f"{value:,}"
    places = decimal_places(value)
    if places is None and digits is None:
        return f"{value.numerator:,}/{value.denominator:,}"
    if places is None:
        places = _leading_zeros(abs(value)) + (digits or 0)
    return _decimal(value, places)


def plain_number(value: int | Fraction) -> str:
    """`value`, which must have a finite decimal form, as a program reads it: `62378344`, `0.125`."""
    return str(value) if isinstance(value, int) else format_number(value).replace(",", "")


def round_half_up(value: Exact, digits: int) -> Exact:
    """`value` to `digits` decimals as taught at school: a 5 goes away from zero, exactly."""
    scale = 10**digits
    away = math.floor(abs(value) * scale + Fraction(1, 2))
    return simplest(Fraction(away if value >= 0 else -away, scale))


def decimal_places(value: Fraction) -> int | None:
    """How many decimals `value` has; None when they never end."""
    rest = value.denominator
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    fives = 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    return max(twos, fives) if rest == 1 else None


def _decimal(value: Fraction, places: int) -> str:
    scale = 10**places
    scaled = (2 * abs(value.numerator) * scale + value.denominator) // (2 * value.denominator)
    whole, decimals = divmod(scaled, scale)
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{whole:,}" + (f".{decimals:0{places}d}" if places else "")


def _leading_zeros(value: Fraction) -> int:
    zeros = 0
    while value < Fraction(1, 10):
        value *= 10
        zeros += 1
    return zeros
