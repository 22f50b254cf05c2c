"""An expression as students type it (`(11·11·3 + 1)·96`, `⌊93/2⌋ + 1`) goes in; its exact value comes out."""

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

_MOST_CHARACTERS = 200
_DEEPEST = 20
_MOST_EXPONENT = 60
_LARGEST = 10**60

_TOKEN = re.compile(
    r" *(?:(?P<number>\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<sign>\*\*|//|[-+*/^(){}⌊⌋⌈⌉×·]|[xX](?![A-Za-z])|(?:floor|ceil)(?= ?\()))"
)
_SAME: Mapping[str, str] = {"×": "*", "·": "*", "x": "*", "X": "*", "**": "^", "{": "(", "}": ")"}
_CLOSING: Mapping[str, str] = {"(": ")", "⌊": "⌋", "⌈": "⌉"}
_ROUNDING: Mapping[str, Callable[[Fraction], int]] = {
    "floor": math.floor,
    "⌊": math.floor,
    "ceil": math.ceil,
    "⌈": math.ceil,
}


class _UnreadableError(Exception):
    """The tokens stand as in no expression, or its value is out of all bounds."""


def read_expression(text: str) -> tuple[Fraction, str] | None:
    """The value of the expression with which plain characters begin, and what follows it; None where there is none.

    A lone number is no expression. Sizes and depth are bounded, so that nobody can type a long computation.
    """
    if len(text) > _MOST_CHARACTERS:
        return None
    tokens, end = _tokens(text)
    if len(tokens) < 2:
        return None
    parser = _Parser(tokens)
    try:
        value = parser.sum(depth=0)
    except (_UnreadableError, ZeroDivisionError):
        return None
    return (value, text[end:]) if parser.at_end else None


def _tokens(text: str) -> tuple[list[str], int]:
    tokens: list[str] = []
    place = 0
    while found := _TOKEN.match(text, place):
        token = (found["number"] or found["sign"]).replace(",", "")
        tokens.append(_SAME.get(token, token))
        place = found.end()
    return tokens, place


class _Parser:
    """Recursive descent over tokens: sums of products of powers."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def at_end(self) -> bool:
        return self._place == len(self._tokens)

    def sum(self, depth: int) -> Fraction:
        if depth > _DEEPEST:
            raise _UnreadableError
        value = self._product(depth)
        while sign := self._take("+", "-"):
            term = self._product(depth)
            value = _bounded(value + term if sign == "+" else value - term)
        return value

    def _product(self, depth: int) -> Fraction:
        value = self._power(depth)
        while True:
            # A number before a bracket is multiplied with it.
            sign = "*" if self._next in ("(", "⌊", "⌈") else self._take("*", "/", "//")
            if not sign:
                return value
            factor = self._power(depth)
            quotient = value * factor if sign == "*" else value / factor
            value = _bounded(Fraction(math.floor(quotient)) if sign == "//" else quotient)

    def _power(self, depth: int) -> Fraction:
        negative = self._take("-")
        base = self._atom(depth)
        if self._take("^"):
            exponent = self._exponent(depth)
            base = _raised(base, exponent)
        return -base if negative else base

    def _exponent(self, depth: int) -> Fraction:
        sign = self._take("+", "-")
        value = self._atom(depth)
        return -value if sign == "-" else value

    def _atom(self, depth: int) -> Fraction:
        token = self._next
        self._place += 1
        if token in ("floor", "ceil"):
            return Fraction(_ROUNDING[token](self._atom(depth)))
        if token in _CLOSING:
            value = self.sum(depth + 1)
            if not self._take(_CLOSING[token]):
                raise _UnreadableError
            return Fraction(_ROUNDING[token](value)) if token in _ROUNDING else value
        if not token or not (token[0].isdigit() or token[0] == "."):
            raise _UnreadableError
        return _bounded(Fraction(token))

    @property
    def _next(self) -> str:
        return "" if self.at_end else self._tokens[self._place]

    def _take(self, *wanted: str) -> str:
        token = self._next
        if token not in wanted:
            return ""
        self._place += 1
        return token


def _raised(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > _MOST_EXPONENT or abs(base) > 10**6:
        raise _UnreadableError
    return _bounded(base ** int(exponent))


def _bounded(value: Fraction) -> Fraction:
    if abs(value.numerator) > _LARGEST or value.denominator > _LARGEST:
        raise _UnreadableError
    return value
