"""Digits with what multiplies them go in (`1.25M`, `1.2544×10^6`, `1억 2,345만`); the exact amount comes out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cnnquiz.marking.digits import read_digits

_MOST_EXPONENT = 60

_DIGITS = r"(?:\d(?:[\d,.'_ ]*\d)?(?:\.(?!\d))?|[.,]\d+)"
_LETTERS: Mapping[str, int] = {"k": 3, "K": 3, "M": 6, "m": 6, "G": 9, "B": 9, "T": 12}
_WORDS: Mapping[str, int] = {
    "hundred": 2, "thousand": 3, "thousands": 3, "lakh": 5, "lakhs": 5, "million": 6, "millions": 6, "mln": 6, "mio": 6,
    "mill": 6, "crore": 7, "crores": 7, "billion": 9, "billions": 9, "bn": 9, "mrd": 9, "trillion": 12,
    "trillions": 12, "tn": 12,
}  # fmt: skip
_SMALL: Mapping[str, int] = {"십": 1, "백": 2, "천": 3}
_BIG: Mapping[str, int] = {"만": 4, "억": 8, "조": 12}

_FRACTION = re.compile(r"(?:(?P<whole>\d{1,4}) )?(?P<above>\d[\d,]*) ?/ ?(?P<below>\d[\d,]*)(?!\d|[.,]\d)")
_KOREAN_FRACTION = re.compile(r"(?P<below>\d[\d,]*) ?분의 ?(?P<above>\d[\d,]*)(?!\d|[.,]\d)")
_POWER = re.compile(r"(?P<base>10|2) ?(?:\^|\*\*) ?[({]?(?P<exponent>[+-]?\d{1,4})(?!\d)[)}]?")
_PLAIN = re.compile(_DIGITS)
_E = re.compile(r" ?[eE] ?(?P<exponent>[+-]?\d{1,4})(?!\d|[.,]\d)")
_TIMES = re.compile(r" ?[×xX*·] ?(?=(?:10|2) ?(?:\^|\*\*))")
_SCALE = re.compile(r" ?(?P<word>[A-Za-z]+)(?![A-Za-z/])")
_TERM = re.compile(rf" ?(?P<digits>{_DIGITS}) ?(?P<small>[십백천]?)(?P<big>[만억조]?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number that was typed, exactly.

    `step` is the worth of its last digit and `figures` their number; a fraction has neither. `scaled` tells that it was
    typed with a scale or a power, as numbers are that were rounded. `other` is its value under the other meaning of its
    comma or point.
    """

    value: Fraction
    step: Fraction = Fraction(0)
    figures: int = 0
    scaled: bool = False
    other: Fraction | None = None

    def times(self, factor: Fraction | int, *, scaled: bool = True) -> "Amount":
        """The amount of so many times as much."""
        other = None if self.other is None else self.other * factor
        step = self.step * abs(Fraction(factor))
        return Amount(
            value=self.value * factor, step=step, figures=self.figures, scaled=self.scaled or scaled, other=other
        )


def read_amount(text: str) -> tuple[Amount, str] | None:
    """The amount with which a text begins, and what follows it; None where it begins with none."""
    found = _FRACTION.match(text) or _KOREAN_FRACTION.match(text)
    if found:
        return _with_rest(_fraction(found), text[found.end() :])
    found = _POWER.match(text)
    if found:
        return _with_rest(_power(found), text[found.end() :])
    found = _PLAIN.match(text)
    if not found:
        return None
    digits, rest = read_digits(found[0]), text[found.end() :]
    if rest.lstrip(" ")[:1] in (*_SMALL, *_BIG):
        return _korean(text)
    if digits is None:
        return None
    amount = Amount(value=digits.value, step=Fraction(1, 10**digits.places), figures=digits.figures, other=digits.other)
    return _scaled(amount, rest)


def _with_rest(amount: Amount | None, rest: str) -> tuple[Amount, str] | None:
    return None if amount is None else (amount, rest)


def _fraction(found: re.Match[str]) -> Amount | None:
    whole, above, below = (read_digits(found.groupdict().get(name) or "0") for name in ("whole", "above", "below"))
    if whole is None or above is None or below is None or not below.value:
        return None
    if whole.value and not above.value < below.value:
        return None
    return Amount(value=whole.value + above.value / below.value)


def _power(found: re.Match[str]) -> Amount | None:
    base, exponent = int(found["base"]), int(found["exponent"])
    if abs(exponent) > _MOST_EXPONENT:
        return None
    return Amount(value=_to_the(base, exponent), scaled=True)


def _to_the(base: int, exponent: int) -> Fraction:
    return Fraction(base**exponent) if exponent >= 0 else Fraction(1, base**-exponent)


def _scaled(amount: Amount, rest: str) -> tuple[Amount, str] | None:
    """With the exponent, the power or the words that follow."""
    found = _E.match(rest)
    if found:
        exponent = int(found["exponent"])
        return None if abs(exponent) > _MOST_EXPONENT else (amount.times(_to_the(10, exponent)), rest[found.end() :])
    found = _TIMES.match(rest)
    if found:
        power = _POWER.match(rest, found.end())
        factor = _power(power) if power else None
        return None if power is None or factor is None else (amount.times(factor.value), rest[power.end() :])
    while found := _SCALE.match(rest):
        exponents = _WORDS.get(found["word"].lower())
        if exponents is None:
            break
        amount, rest = amount.times(10**exponents), rest[found.end() :]
    return amount, rest


def read_letter(amount: Amount, rest: str) -> tuple[Amount, str] | None:
    """The amount with the letter that follows it, of 138M or 34.9k; None where none does."""
    found = _SCALE.match(rest)
    if not found or found["word"] not in _LETTERS:
        return None
    return amount.times(10 ** _LETTERS[found["word"]]), rest[found.end() :]


def _korean(text: str) -> tuple[Amount, str] | None:
    """Sections of descending worth, each of terms of descending worth: 1억 2,345만 6,789, 3천5백만, 1.25백만."""
    total = section = Fraction(0)
    section_limit = term_limit = Fraction(10**16)
    figures, step, place = 0, Fraction(0), 0
    while found := _TERM.match(text, place):
        digits = read_digits(found["digits"])
        if digits is None:
            return None
        small, big = 10 ** _SMALL.get(found["small"], 0), 10 ** _BIG.get(found["big"], 0)
        term = digits.value * small
        if term >= term_limit:
            return None
        section += term
        step, term_limit = Fraction(small * big, 10**digits.places), Fraction(small)
        figures += digits.figures
        place = found.end()
        if found["big"]:
            if section * big >= section_limit:
                return None
            total, section, section_limit, term_limit = total + section * big, Fraction(0), Fraction(big), Fraction(big)
        elif not found["small"]:
            break
        if digits.places:
            break
    if section >= section_limit:
        return None
    return Amount(value=total + section, step=step, figures=figures, scaled=step > 1), text[place:]
