"""Spans, a worked solution or a drawing go in; Markdown with LaTeX formulas comes out."""

import re
from dataclasses import replace

from cnnquiz.formulas import Worked, to_latex
from cnnquiz.rendering.markup import Writer
from cnnquiz.rendering.symbols import symbols

# What Markdown, with the math and strikethrough of its usual dialects, reads as a mark inside a line.
_MARK = re.compile(r"[\\`*_\[\]<>$~^]|&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))")


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, also at the start of a line."""
    escaped = _MARK.sub(r"\\\g<0>", text)
    return _LINE_START.sub(_escape_line_start, escaped)


def _escape_line_start(match: re.Match[str]) -> str:
    # A backslash before a digit is a backslash: of "1." the dot is what makes a list.
    return f"{match[1]}{match[2]}\\" if match[2].isdigit() else f"{match[1]}\\{match[2]}"


def _code(text: str) -> str:
    return f"\n\n```\n{text.strip(chr(10))}\n```\n\n" if "\n" in text else f"`{text}`"


def _equation(worked: Worked, rounded: str | None) -> str:
    line = to_latex(worked.equation(), symbols=symbols(worked.symbolic))
    end = "" if rounded is None else rf" \approx {rounded.replace(',', '{,}')}"
    return f"$${line}{end}$$"


MARKDOWN = Writer(
    prose=escape_markdown,
    code=_code,
    code_line=str,
    math=lambda formula: f"${to_latex(formula, symbols=symbols(formula))}$",
    equation=_equation,
    picture=lambda drawing: escape_markdown(drawing.alt),
)

# A cell of a notebook brings its picture along under this name.
ATTACHMENT = "figure.svg"
NOTEBOOK = replace(MARKDOWN, picture=lambda drawing: f"![{escape_markdown(drawing.alt)}](attachment:{ATTACHMENT})")
