"""A formula in, the body of a Typst equation out: `floor(frac(n + 2 · p, s)) + 1`."""

from collections.abc import Mapping
from fractions import Fraction

from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.labels import Label
from cnnquiz.formulas.notation import Notation
from cnnquiz.formulas.numbers import format_number

_FENCES = {"⌊": "floor", "⌈": "ceil", "|": "abs"}


def to_typst(formula: Formula, *, symbols: Mapping[str, str] | None = None) -> str:
    """`formula` without the surrounding `$`. `symbols` maps a name to how it is shown (`C_in`)."""
    return _Typst(formula, symbols).show(formula.tree)


class _Typst(Notation):
    def number(self, value: int | Fraction) -> str:
        digits = format_number(value)
        # A bare comma would end an argument of frac() or floor().
        return _string(digits) if "," in digits else digits

    def quoted(self, text: str) -> str:
        return f"mono({_string(text)})"

    def label(self, label: Label) -> str:
        base = _word(label.base)
        return f"{base}_({_word(label.subscript)})" if label.subscript else base

    def minus(self) -> str:
        return "-"

    def infix(self, sign: str) -> str:
        if sign == ",":
            return ", "
        return "." if sign == "." else f" {sign} "

    def fenced(self, left: str, right: str, body: str) -> str:
        return f"{_FENCES[left]}({body})" if left in _FENCES else f"{left}{body}{right}"

    def fraction(self, top: str, bottom: str) -> str:
        return f"frac({top}, {bottom})"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^({exponent})"

    def call(self, function: str, arguments: str) -> str:
        return f'op("{function}")({arguments})'

    def over(self, sign: str, domain: str, term: str) -> str:
        operator = sign if sign in "∑∏" else f'op("{sign}", limits: #true)'
        return f"{operator}_({domain}) {term}"

    def cases(self, then: str, condition: str, otherwise: str) -> str:
        return f'cases({then} & "if" {condition}, {otherwise} & "otherwise")'


def _word(word: str) -> str:
    return word if len(word) == 1 and word.isalnum() else _string(word)


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
