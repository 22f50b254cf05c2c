"""A problem's figure goes in; a drawing comes out, and from it an SVG or a TikZ picture."""

from cnnquiz.bank.text import Language
from cnnquiz.problems.figure import (
    ChainFigure,
    CurvesFigure,
    FieldFigure,
    Figure,
    RooflineFigure,
    WindowFigure,
    WiringFigure,
)
from cnnquiz.rendering.figures.chain import chain
from cnnquiz.rendering.figures.curves import curves
from cnnquiz.rendering.figures.drawing import Drawing
from cnnquiz.rendering.figures.field import field
from cnnquiz.rendering.figures.roofline import roofline
from cnnquiz.rendering.figures.svg_writer import svg
from cnnquiz.rendering.figures.tikz_writer import tikz
from cnnquiz.rendering.figures.window import window
from cnnquiz.rendering.figures.wiring import wiring

__all__ = ["Drawing", "draw", "svg", "tikz"]


def draw(figure: Figure, language: Language) -> Drawing:
    """The picture, at most 460 points wide; the figure's own texts are in its problem's language already."""
    match figure:
        case WindowFigure():
            marks = window(figure, language)
        case ChainFigure():
            marks = chain(figure)
        case FieldFigure():
            marks = field(figure, language)
        case WiringFigure():
            marks = wiring(figure)
        case CurvesFigure():
            marks = curves(figure)
        case RooflineFigure():
            marks = roofline(figure, language)
    return Drawing(marks=tuple(marks), alt=figure.alt)
