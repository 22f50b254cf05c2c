"""Numbers as students read them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.formulas import format_number


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        pytest.param(0, None, "0", id="zero"),
        pytest.param(999, None, "999", id="three digits stand alone"),
        pytest.param(1024, None, "1,024", id="four digits get a separator"),
        pytest.param(62378344, None, "62,378,344", id="AlexNet's parameters"),
        pytest.param(-1000, None, "-1,000", id="negative"),
        pytest.param(Fraction(1, 8), None, "0.125", id="a fraction that ends"),
        pytest.param(Fraction(-10005, 4), None, "-2,501.25", id="only the whole part is separated"),
        pytest.param(Fraction(1, 8), 2, "0.125", id="what ends is never rounded"),
        pytest.param(Fraction(6, 3), None, "2", id="a whole fraction"),
        pytest.param(Fraction(2, 3), None, "2/3", id="a fraction that never ends"),
        pytest.param(Fraction(-4000, 3), None, "-4,000/3", id="big parts are separated"),
        pytest.param(Fraction(2, 3), 3, "0.667", id="rounded"),
        pytest.param(Fraction(1, 3000), 3, "0.000333", id="zeros after the point do not count"),
        pytest.param(Fraction(-4000, 3), 2, "-1,333.33", id="digits are those after the point"),
        pytest.param(Fraction(29999, 30000), 2, "1.00", id="rounded up to a whole number"),
    ],
)
def test_format_number(value: int | Fraction, digits: int | None, shown: str) -> None:
    assert format_number(value, digits=digits) == shown


@given(st.integers(-(10**30), 10**30), st.integers(0, 20), st.integers(0, 20))
def test_a_decimal_form_is_exact(numerator: int, twos: int, fives: int) -> None:
    value = Fraction(numerator, 2**twos * 5**fives)

    assert Fraction(Decimal(format_number(value).replace(",", ""))) == value


@given(st.fractions(), st.integers(1, 12))
def test_rounding_is_off_by_at_most_half_a_digit(value: Fraction, digits: int) -> None:
    shown = format_number(value, digits=digits).replace(",", "")

    assert abs(Fraction(shown) - value) <= Fraction(1, 2 * 10**digits)


def test_digits_must_be_positive() -> None:
    with pytest.raises(ValueError, match="digits is 0"):
        format_number(Fraction(1, 3), digits=0)
