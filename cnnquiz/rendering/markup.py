"""Drawn text with its marks, `` `code` `` and `$formula$`, goes in; HTML, Markdown or plain text out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

from cnnquiz.formulas import Formula, Worked, parse, to_latex, to_mathml, to_text
from cnnquiz.rendering.equation import html_equation
from cnnquiz.rendering.symbols import symbols

Format: TypeAlias = Literal["html", "markdown", "text"]

_MARKED = re.compile(r"`(?P<code>[^`]+)`|\$(?P<math>[^$]+)\$")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Prose:
    """Unmarked words."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """What stood between backticks; with a line end in it, a listing."""

    text: str


@dataclass(frozen=True, slots=True)
class Math:
    """What stood between dollar signs."""

    formula: Formula


Span: TypeAlias = Prose | Code | Math


def spans(text: str) -> tuple[Span, ...]:
    """The text cut at its marks. A mark without its partner is an ordinary character.

    Raises FormulaError where what stands between dollar signs is not a formula.
    """
    found: list[Span] = []
    end = 0
    for match in _MARKED.finditer(text):
        if match.start() > end:
            found.append(Prose(text[end : match.start()]))
        found.append(Code(match["code"]) if match["code"] else Math(parse(match["math"])))
        end = match.end()
    if end < len(text):
        found.append(Prose(text[end:]))
    return tuple(found)


def _paragraphs(text: str) -> list[list[Span]]:
    """Blank lines of the prose end a paragraph; those of a listing belong to it."""
    paragraphs: list[list[Span]] = [[]]
    for span in spans(text.strip()):
        if isinstance(span, Prose):
            first, *others = _PARAGRAPH_END.split(span.text)
            paragraphs[-1].append(Prose(first))
            paragraphs += ([Prose(other)] for other in others)
        else:
            paragraphs[-1].append(span)
    return paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """How each span, and a worked solution, is written in one format."""

    prose: Callable[[str], str]
    code: Callable[[str], str]
    code_line: Callable[[str], str]
    math: Callable[[Formula], str]
    equation: Callable[[Worked, str | None], str]

    def line(self, text: str) -> str:
        """Marked text as one run of words, for a place that holds no paragraphs."""
        return "".join(map(self._write, spans(text)))

    def paragraphs(self, text: str) -> tuple[str, ...]:
        """Marked text, one string for each paragraph."""
        written = ("".join(map(self._write, paragraph)).strip() for paragraph in _paragraphs(text))
        return tuple(paragraph for paragraph in written if paragraph)

    def _write(self, span: Span) -> str:
        match span:
            case Prose(text=text):
                return self.prose(re.sub(r"\s*\n\s*", " ", text))
            case Code(text=text):
                return self.code(text)
            case Math(formula=formula):
                return self.math(formula)


def _html_code(text: str) -> str:
    if "\n" in text:
        return f'<code class="listing">{escape(text.strip(chr(10)))}</code>'
    return f"<code>{escape(text)}</code>"


# What Markdown, with the math and strikethrough of its usual dialects, reads as a mark inside a line.
_MARKDOWN_MARK = re.compile(r"[\\`*_\[\]<>$~^]|&(?=#?\w+;)")
_MARKDOWN_LINE_START = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))")


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, also at the start of a line."""
    escaped = _MARKDOWN_MARK.sub(r"\\\g<0>", text)
    return _MARKDOWN_LINE_START.sub(_escape_line_start, escaped)


def _escape_line_start(match: re.Match[str]) -> str:
    # A backslash before a digit is a backslash: of "1." the dot is what makes a list.
    return f"{match[1]}{match[2]}\\" if match[2].isdigit() else f"{match[1]}\\{match[2]}"


def _markdown_code(text: str) -> str:
    return f"\n\n```\n{text.strip(chr(10))}\n```\n\n" if "\n" in text else f"`{text}`"


def _plain_code(text: str) -> str:
    return "\n" + "\n".join(f"    {line}" for line in text.strip("\n").split("\n")) + "\n" if "\n" in text else text


def _latex_equation(worked: Worked, rounded: str | None) -> str:
    line = to_latex(worked.equation(), symbols=symbols(worked.symbolic))
    end = "" if rounded is None else rf" \approx {rounded.replace(',', '{,}')}"
    return f"$${line}{end}$$"


def _text_equation(worked: Worked, rounded: str | None) -> str:
    line = to_text(worked.equation(), symbols=symbols(worked.symbolic))
    return line if rounded is None else f"{line} ≈ {rounded}"


WRITERS: Mapping[Format, Writer] = {
    "html": Writer(
        prose=escape,
        code=_html_code,
        code_line=escape,
        math=lambda formula: to_mathml(formula, symbols=symbols(formula)),
        equation=html_equation,
    ),
    "markdown": Writer(
        prose=escape_markdown,
        code=_markdown_code,
        code_line=str,
        math=lambda formula: f"${to_latex(formula, symbols=symbols(formula))}$",
        equation=_latex_equation,
    ),
    "text": Writer(
        prose=str,
        code=_plain_code,
        code_line=str,
        math=lambda formula: to_text(formula, symbols=symbols(formula)),
        equation=_text_equation,
    ),
}
