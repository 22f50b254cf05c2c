"""Spans, a worked solution or a drawing go in; plain text comes out."""

from cnnquiz.formulas import Worked, to_text
from cnnquiz.rendering.markup import Writer
from cnnquiz.rendering.symbols import symbols


def _code(text: str) -> str:
    return "\n" + "\n".join(f"    {line}" for line in text.strip("\n").split("\n")) + "\n" if "\n" in text else text


def _equation(worked: Worked, rounded: str | None) -> str:
    line = to_text(worked.equation(), symbols=symbols(worked.symbolic))
    return line if rounded is None else f"{line} ≈ {rounded}"


PLAIN_TEXT = Writer(
    prose=str,
    code=_code,
    code_line=str,
    math=lambda formula: to_text(formula, symbols=symbols(formula)),
    equation=_equation,
    picture=lambda drawing: drawing.alt,
)
