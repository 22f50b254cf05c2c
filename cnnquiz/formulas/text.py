"""A formula in, one line of plain Unicode out: `⌊(227 − 11 + 2·0)/4⌋ + 1`."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.labels import Label
from cnnquiz.formulas.notation import Notation
from cnnquiz.formulas.numbers import format_number

_TIGHT = {"·": "·", "/": "/", ".": ".", ",": ", ", "¬": "¬"}
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def to_text(formula: Formula, *, symbols: Mapping[str, str] | None = None) -> str:
    """`formula` for a terminal or plain text. `symbols` maps a name to how it is shown (`C_in`)."""
    return _PlainText(formula, symbols).show(formula.tree)


class _PlainText(Notation):
    slash: ClassVar[bool] = True

    def number(self, value: int | Fraction) -> str:
        return format_number(value)

    def quoted(self, text: str) -> str:
        return f'"{text}"'

    def label(self, label: Label) -> str:
        return f"{label.base}_{label.subscript}" if label.subscript else label.base

    def minus(self) -> str:
        return "−"

    def infix(self, sign: str) -> str:
        return _TIGHT.get(sign, f" {sign} ")

    def fenced(self, left: str, right: str, body: str) -> str:
        # Bars look alike on both sides: nested on one line, nobody could pair them.
        return f"abs({body})" if left == "|" else f"{left}{body}{right}"

    def fraction(self, top: str, bottom: str) -> str:
        return f"({top})/({bottom})"

    def power(self, base: str, exponent: str) -> str:
        if re.fullmatch("[0-9]+", exponent):
            return base + exponent.translate(_SUPERSCRIPTS)
        return f"{base}^{exponent}" if re.fullmatch("[A-Za-z]", exponent) else f"{base}^({exponent})"

    def call(self, function: str, arguments: str) -> str:
        return f"{function}({arguments})"

    def over(self, sign: str, domain: str, term: str) -> str:
        return f"{sign}[{domain}] {term}" if sign in "∑∏" else f"{sign}[{domain}]{term}"

    def cases(self, then: str, condition: str, otherwise: str) -> str:
        return f"{then} if {condition} else {otherwise}"

    def size_of(self, domain: str) -> str:
        return f"#{{{domain}}}"
