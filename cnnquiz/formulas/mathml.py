"""A formula in, one `<math>` element out, with the linear form as its alternative text."""

from collections.abc import Mapping
from fractions import Fraction
from html import escape
from typing import Literal

from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.labels import Label
from cnnquiz.formulas.linear import to_linear
from cnnquiz.formulas.notation import Notation
from cnnquiz.formulas.numbers import format_number


def to_mathml(
    formula: Formula,
    *,
    symbols: Mapping[str, str] | None = None,
    display: Literal["inline", "block"] = "inline",
) -> str:
    """`formula` as MathML Core, well-formed XML. `symbols` maps a name to how it is shown (`C_in`)."""
    body = _MathML(formula, symbols).show(formula.tree)
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{display}"'
        f' alttext="{escape(to_linear(formula))}">{body}</math>'
    )


class _MathML(Notation):
    def number(self, value: int | Fraction) -> str:
        return f"<mn>{format_number(value)}</mn>"

    def quoted(self, text: str) -> str:
        return f'<mtext mathvariant="monospace">{escape(text)}</mtext>'

    def label(self, label: Label) -> str:
        base = _word(label.base)
        return f"<msub>{base}{_word(label.subscript)}</msub>" if label.subscript else base

    def minus(self) -> str:
        return '<mo form="prefix">−</mo>'

    def infix(self, sign: str) -> str:
        if sign in (",", "."):
            return f'<mo separator="true">{sign}</mo>' if sign == "," else '<mo lspace="0em" rspace="0em">.</mo>'
        if sign == "mod":
            return '<mo lspace="0.3em" rspace="0.3em">mod</mo>'
        return f"<mo>{escape(sign)}</mo>"

    def row(self, *parts: str) -> str:
        return f"<mrow>{''.join(parts)}</mrow>"

    def fenced(self, left: str, right: str, body: str) -> str:
        return self.row(f'<mo form="prefix">{left}</mo>', body, f'<mo form="postfix">{right}</mo>')

    def fraction(self, top: str, bottom: str) -> str:
        return f"<mfrac>{top}{bottom}</mfrac>"

    def power(self, base: str, exponent: str) -> str:
        return f"<msup>{base}{exponent}</msup>"

    def call(self, function: str, arguments: str) -> str:
        # U+2061, "apply function": a screen reader says "max of" rather than "max times".
        return self.row(_word(function), "<mo>\u2061</mo>", self.fenced("(", ")", arguments))

    def over(self, sign: str, domain: str, term: str) -> str:
        if sign in "∑∏":
            return self.row(f'<munder><mo movablelimits="false">{sign}</mo>{domain}</munder>', term)
        return self.row(f"<munder>{_word(sign)}{domain}</munder>", "<mo>\u2061</mo>", term)

    def cases(self, then: str, condition: str, otherwise: str) -> str:
        return self.row(
            '<mo form="prefix">{</mo><mtable columnalign="left">',
            f"<mtr><mtd>{then}</mtd><mtd><mtext>if\u00a0</mtext>{condition}</mtd></mtr>",
            f"<mtr><mtd>{otherwise}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable>",
        )


def _word(word: str) -> str:
    if word.isdigit():
        return f"<mn>{word}</mn>"
    upright = ' mathvariant="normal"' if len(word) > 1 else ""
    return f"<mi{upright}>{escape(word)}</mi>"
