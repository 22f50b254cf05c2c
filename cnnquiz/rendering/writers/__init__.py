"""How texts, formulas and drawings are written in each format: one module for each."""

from collections.abc import Mapping

from cnnquiz.rendering.markup import Format, Writer
from cnnquiz.rendering.writers.html import HTML
from cnnquiz.rendering.writers.latex import LATEX
from cnnquiz.rendering.writers.markdown import MARKDOWN, NOTEBOOK
from cnnquiz.rendering.writers.plain_text import PLAIN_TEXT
from cnnquiz.rendering.writers.typst import TYPST

WRITERS: Mapping[Format, Writer] = {
    "html": HTML,
    "markdown": MARKDOWN,
    "text": PLAIN_TEXT,
    "latex": LATEX,
    "typst": TYPST,
    "notebook": NOTEBOOK,
}
