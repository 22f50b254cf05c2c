"""Text with its marks, `` `code` `` and `$formula$`, goes in; its spans, and how a format writes them, come out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cnnquiz.formulas import Formula, Worked, parse
from cnnquiz.rendering.figures.drawing import Drawing

Format: TypeAlias = Literal["html", "markdown", "text", "latex", "typst", "notebook"]

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
    """How each span, a worked solution and a drawing are written in one format."""

    prose: Callable[[str], str]
    code: Callable[[str], str]
    code_line: Callable[[str], str]
    math: Callable[[Formula], str]
    equation: Callable[[Worked, str | None], str]
    picture: Callable[[Drawing], str]

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
