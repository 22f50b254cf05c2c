"""The name of a template and what it shows go in; a filled page comes out.

Teachers may bring templates of their own: a file in their folder stands in for the bundled one of the
same name, which it can still extend: `{% extends "bundled/worksheet/worksheet.html" %}` and one block
replace that block alone. Templates of LaTeX and Typst, where braces and `#` are everywhere, are written
with `<% %>`, `<< >>` and `<# #>` in place of `{% %}`, `{{ }}` and `{# #}`.

What an HTML, LaTeX or Typst template prints is text, never markup, unless it was written as such here.
"""

import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnquiz.bundled import bundled_path
from cnnquiz.errors import UsageError
from cnnquiz.rendering.columns import aligned, wrap
from cnnquiz.rendering.latex_text import escape_latex
from cnnquiz.rendering.writers.typst import escape_typst, quote_typst

if TYPE_CHECKING:
    from jinja2 import Environment, TemplateError

_INERT: Mapping[str, Callable[[str], str]] = {".tex": escape_latex, ".typ": escape_typst}
"""What makes any text inert, by the ending of the templates; jinja2 itself does it for HTML."""

# fmt: off
_ANGLES: Mapping[str, Any] = {
    "block_start_string": "<%", "block_end_string": "%>",
    "variable_start_string": "<<", "variable_end_string": ">>",
    "comment_start_string": "<#", "comment_end_string": "#>",
}
# fmt: on


def fill(name: str, shown: Mapping[str, object], *, templates: Path | None) -> str:
    """The template with its places filled; UsageError, with file and line, for a template that cannot be."""
    from jinja2 import TemplateError

    try:
        return _environment(templates, Path(name).suffix).get_template(name).render(shown)
    except TemplateError as error:
        problem = f"{_place(error)}: {error.message}"
        raise UsageError(f"{problem} (expected a template like the bundled {name})") from error


@lru_cache
def _environment(templates: Path | None, suffix: str) -> "Environment":
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

    bundled = bundled_path("templates")
    folders = [bundled] if templates is None else [templates, bundled]
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folders), PrefixLoader({"bundled": FileSystemLoader(bundled)})]),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith((".html", *_INERT)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **({**_ANGLES, "finalize": partial(_inert, _INERT[suffix])} if suffix in _INERT else {}),
    )
    environment.filters["wrap"] = wrap
    environment.filters["aligned"] = aligned
    environment.filters["quoted"] = _quoted
    return environment


def _inert(escape: Callable[[str], str], value: Any) -> Any:
    """What is not markup yet becomes markup that shows it; a number is the same in both."""
    from markupsafe import Markup

    return value if isinstance(value, Markup | int | float) else Markup(escape(str(value)))  # noqa: S704


def _quoted(text: str) -> Any:
    """A string literal for the code of a Typst template."""
    from markupsafe import Markup

    return Markup(quote_typst(text))  # noqa: S704


def _place(error: "TemplateError") -> str:
    """Where in a template the fault is; jinja2 puts the template's own lines into the traceback."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    if isinstance(error, TemplateNotFound):
        return "templates"
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"
