"""A page in Typst goes in; a tagged PDF comes out, the same bytes on every machine."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cnnquiz.bundled import bundled_path
from cnnquiz.errors import UsageError

if TYPE_CHECKING:
    from typst import Compiler


def pdf(page: str, *, templates: Path | None) -> bytes:
    """The page as PDF/UA-1, set in the fonts of the bundled templates and of `templates`/fonts and in no others.

    Files that a template names are looked for in its own folder. UsageError for a page that Typst cannot set, and for
    a character that none of the fonts has.
    """
    from typst import TypstError

    try:
        made, warnings = _compiler(templates).compile_with_warnings(
            input=page.encode(), format="pdf", pdf_standards=["ua-1"], timestamp=0
        )
    except TypstError as error:
        expected = "text that its fonts have, or more fonts in the templates' folder fonts"
        raise UsageError(f"{error.message.removeprefix('PDF/UA-1 error: ')} (expected {expected})") from error
    if warnings:
        raise UsageError(f"the PDF: {warnings[0].message} (expected a template without warnings)")
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=4)
def _compiler(templates: Path | None) -> "Compiler":
    from typst import Compiler, Fonts

    bundled = bundled_path("templates")
    folders = [bundled] if templates is None else [bundled, templates]
    fonts = Fonts(include_system_fonts=False, font_paths=[folder / "fonts" for folder in folders])
    return Compiler(root=folders[-1], font_paths=fonts)
