"""The formats that worksheets are written in: what their files are called and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cnnquiz.rendering.markup import Format

Part = Literal["worksheet", "key", "solutions"]

PARTS: tuple[Part, ...] = ("worksheet", "key", "solutions")
"""What is handed out, its answers alone, and its worked solutions with the marking guide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFormat:
    """`suffix` ends the names of its files, `template` those of its templates, whose texts are in `markup`.

    A binary one is written as bytes, any other as text.
    """

    suffix: str
    template: str
    markup: Format
    binary: bool = False
    parts: tuple[Part, ...] = PARTS


FORMATS: Mapping[str, PageFormat] = {
    "html": PageFormat(suffix=".html", template=".html", markup="html"),
    "pdf": PageFormat(suffix=".pdf", template=".typ", markup="typst", binary=True),
    "latex": PageFormat(suffix=".tex", template=".tex", markup="latex"),
    "markdown": PageFormat(suffix=".md", template=".md", markup="markdown"),
    "text": PageFormat(suffix=".txt", template=".txt", markup="text"),
    "notebook": PageFormat(suffix=".ipynb", template=".md", markup="notebook"),
}
