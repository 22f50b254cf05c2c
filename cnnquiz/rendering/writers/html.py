"""Spans, a worked solution or a drawing go in; HTML that needs no other file comes out."""

from html import escape

from cnnquiz.formulas import to_mathml
from cnnquiz.rendering.equation import html_equation
from cnnquiz.rendering.figures.svg_writer import svg
from cnnquiz.rendering.markup import Writer
from cnnquiz.rendering.symbols import symbols


def _code(text: str) -> str:
    if "\n" in text:
        return f'<code class="listing">{escape(text.strip(chr(10)))}</code>'
    return f"<code>{escape(text)}</code>"


HTML = Writer(
    prose=escape,
    code=_code,
    code_line=escape,
    math=lambda formula: to_mathml(formula, symbols=symbols(formula)),
    equation=html_equation,
    picture=svg,
)
