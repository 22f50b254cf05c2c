"""The expression language of questions: a formula gives the answer, its worked solution and the mistakes."""

from cnnquiz.errors import FormulaError
from cnnquiz.formulas.evaluate import evaluate
from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.latex import to_latex
from cnnquiz.formulas.linear import to_linear
from cnnquiz.formulas.mathml import to_mathml
from cnnquiz.formulas.numbers import format_number
from cnnquiz.formulas.parse import parse
from cnnquiz.formulas.substitute import substitute, taken
from cnnquiz.formulas.text import to_text
from cnnquiz.formulas.typst import to_typst
from cnnquiz.formulas.values import Value
from cnnquiz.formulas.worked import Worked, worked

__all__ = [
    "Formula",
    "FormulaError",
    "Value",
    "Worked",
    "evaluate",
    "format_number",
    "parse",
    "substitute",
    "taken",
    "to_latex",
    "to_linear",
    "to_mathml",
    "to_text",
    "to_typst",
    "worked",
]
