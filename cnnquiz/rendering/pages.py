"""The name of a template and what it shows go in; a filled page comes out.

Teachers may bring templates of their own: a file in their folder stands in for the bundled one of the
same name, which it can still extend: `{% extends "bundled/worksheet/worksheet.html" %}` and one block
replace that block alone.
"""

import traceback
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cnnquiz.bundled import bundled_path
from cnnquiz.errors import UsageError
from cnnquiz.rendering.columns import aligned, wrap

if TYPE_CHECKING:
    from jinja2 import Environment, TemplateError


def fill(name: str, shown: Mapping[str, object], *, templates: Path | None) -> str:
    """The template with its places filled; UsageError, with file and line, for a template that cannot be."""
    from jinja2 import TemplateError

    try:
        return _environment(templates).get_template(name).render(shown)
    except TemplateError as error:
        problem = f"{_place(error)}: {error.message}"
        raise UsageError(f"{problem} (expected a template like the bundled {name})") from error


@lru_cache
def _environment(templates: Path | None) -> "Environment":
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

    bundled = bundled_path("templates")
    folders = [bundled] if templates is None else [templates, bundled]
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folders), PrefixLoader({"bundled": FileSystemLoader(bundled)})]),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrap"] = wrap
    environment.filters["aligned"] = aligned
    return environment


def _place(error: "TemplateError") -> str:
    """Where in a template the fault is; jinja2 puts the template's own lines into the traceback."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    if isinstance(error, TemplateNotFound):
        return "templates"
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"
