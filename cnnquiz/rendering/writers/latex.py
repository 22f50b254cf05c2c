r"""Spans, a worked solution or a drawing go in; LaTeX comes out in which no text is a command."""

from cnnquiz.formulas import Worked, to_latex
from cnnquiz.rendering.figures.drawing import Drawing
from cnnquiz.rendering.figures.tikz_writer import tikz
from cnnquiz.rendering.latex_text import escape_latex, escape_latex_code
from cnnquiz.rendering.markup import Writer
from cnnquiz.rendering.symbols import symbols
from cnnquiz.rendering.worked_steps import worked_steps


def _code(text: str) -> str:
    if "\n" not in text:
        return rf"\texttt{{{escape_latex_code(text)}}}"
    lines = (_code_line(line) for line in text.strip("\n").split("\n"))
    return "\\begin{flushleft}\n" + "\\\\\n".join(rf"\texttt{{{line}}}" for line in lines) + "\n\\end{flushleft}"


def _code_line(line: str) -> str:
    """A line of code, to be set in a typewriter face; an empty one has the height of any other."""
    return escape_latex_code(line) or r"\strut"


def _equation(worked: Worked, rounded: str | None) -> str:
    """In text, not displayed: TeX breaks long lines there, before each step and at the signs inside one."""
    shown = symbols(worked.symbolic)
    first, *others = (to_latex(step, symbols=shown) for step in worked_steps(worked))
    steps = [first, *(f"{{}}= {step}" for step in others)]
    if rounded is not None:
        steps.append(rf"{{}}\approx {rounded.replace(',', '{,}')}")
    return "\n".join(rf"$\displaystyle {step}$" for step in steps)


def _picture(drawing: Drawing) -> str:
    return tikz(drawing).strip()


LATEX = Writer(
    prose=escape_latex,
    code=_code,
    code_line=_code_line,
    math=lambda formula: f"${to_latex(formula, symbols=symbols(formula))}$",
    equation=_equation,
    picture=_picture,
)
