"""Spans, a worked solution or a drawing go in; Typst markup comes out in which no text is a command."""

from cnnquiz.formulas import Formula, Worked, to_linear, to_typst
from cnnquiz.rendering.figures.drawing import Drawing
from cnnquiz.rendering.figures.svg_writer import svg
from cnnquiz.rendering.markup import Writer
from cnnquiz.rendering.symbols import symbols
from cnnquiz.rendering.worked_steps import worked_steps


def quote_typst(text: str) -> str:
    """A string literal of Typst's code."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def escape_typst(text: str) -> str:
    """Text that Typst sets as it is."""
    # Without the semicolon, `.len()` in the next text would be a call.
    return f"#{quote_typst(text)};" if text else ""


def _code(text: str) -> str:
    if "\n" in text:
        return f"#raw(block: true, {quote_typst(text.strip(chr(10)))});"
    return f"#raw({quote_typst(text)});"


def _math(formula: Formula) -> str:
    return _inline(to_typst(formula, symbols=symbols(formula)), to_linear(formula))


def _inline(body: str, spoken: str) -> str:
    return f"#math.equation(alt: {quote_typst(spoken)}, ${body}$);"


def _equation(worked: Worked, rounded: str | None) -> str:
    """In text, not displayed: Typst breaks long lines there, before each step and at the signs inside one."""
    shown = symbols(worked.symbolic)
    steps = [(to_typst(step, symbols=shown), to_linear(step)) for step in worked_steps(worked)]
    first, *others = (_inline(f"display({body})", spoken) for body, spoken in steps)
    line = [first, *(f"= {step}" for step in others)]
    if rounded is not None:
        line.append(f"≈ {escape_typst(rounded)}")
    return " ".join(line)


def _picture(drawing: Drawing) -> str:
    source = quote_typst(svg(drawing, embedded=False))
    return f'#image(bytes({source}), format: "svg", alt: {quote_typst(drawing.alt)});'


TYPST = Writer(
    prose=escape_typst,
    code=_code,
    code_line=quote_typst,
    math=_math,
    equation=_equation,
    picture=_picture,
)
