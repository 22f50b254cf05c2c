r"""A formula in, LaTeX for math mode (with amsmath) out: `\left\lfloor \frac{n}{s} \right\rfloor + 1`."""

import re
from collections.abc import Mapping
from fractions import Fraction

from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.labels import Label
from cnnquiz.formulas.notation import Notation
from cnnquiz.formulas.numbers import format_number

_SIGNS = {
    "−": "-",
    "·": r"\cdot",
    "×": r"\times",
    "≠": r"\ne",
    "≤": r"\le",
    "≥": r"\ge",
    "∈": r"\in",
    "∉": r"\notin",
    "∧": r"\land",
    "∨": r"\lor",
    "∑": r"\sum",
    "∏": r"\prod",
    "mod": r"\bmod",
}
_TIGHT = {",": ", ", ".": ".", "¬": r"\lnot "}
_FENCES = {"⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "{": r"\{", "}": r"\}"}
_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "#$%&_{}"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
)


def to_latex(formula: Formula, *, symbols: Mapping[str, str] | None = None) -> str:
    r"""`formula` without the surrounding `$` or `\[`. `symbols` maps a name to how it is shown (`C_in`)."""
    return _Latex(formula, symbols).show(formula.tree)


class _Latex(Notation):
    def number(self, value: int | Fraction) -> str:
        return format_number(value).replace(",", "{,}")

    def quoted(self, text: str) -> str:
        return rf"\texttt{{{text.translate(_ESCAPES)}}}"

    def label(self, label: Label) -> str:
        base = _word(label.base)
        return f"{base}_{{{_word(label.subscript)}}}" if label.subscript else base

    def minus(self) -> str:
        return "-"

    def infix(self, sign: str) -> str:
        return _TIGHT.get(sign) or f" {_SIGNS.get(sign, sign)} "

    def fenced(self, left: str, right: str, body: str) -> str:
        if left == "|":
            return rf"\left\lvert {body} \right\rvert"
        return rf"\left{_FENCES.get(left, left)} {body} \right{_FENCES.get(right, right)}"

    def fraction(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def call(self, function: str, arguments: str) -> str:
        return self._operator(function) + self.fenced("(", ")", arguments)

    def over(self, sign: str, domain: str, term: str) -> str:
        return f"{_SIGNS.get(sign) or self._operator(sign)}_{{{domain}}} {term}"

    def cases(self, then: str, condition: str, otherwise: str) -> str:
        lines = rf"{then} & \text{{if }} {condition} \\ {otherwise} & \text{{otherwise}}"
        return rf"\begin{{cases}} {lines} \end{{cases}}"

    def _operator(self, function: str) -> str:
        return f"\\{function}" if function in ("min", "max") else rf"\operatorname{{{function}}}"


def _word(word: str) -> str:
    if len(word) == 1 and word.isalpha() and word.isascii():
        return word
    if word.isdigit() and word.isascii():
        return word
    command = "mathrm" if re.fullmatch("[A-Za-z0-9_]+", word) else "text"
    return rf"\{command}{{{word.translate(_ESCAPES)}}}"
