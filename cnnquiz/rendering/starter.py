"""An exercise goes in; starter code with its statement as the docstring comes out."""

import textwrap
from pathlib import Path

from cnnquiz.bank.exercise import Exercise
from cnnquiz.bank.text import Language
from cnnquiz.rendering.pages import fill

_WIDTH = 118


def render_starter(exercise: Exercise, language: Language, *, templates: Path | None = None) -> str:
    """Python source that imports, explains what is asked for, and fails politely until it is written."""
    statement = exercise.statement.fill(language, {})
    # Inside a docstring a backslash or three quotes would mean something else.
    safe = statement.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    facts = {
        "exercise": exercise,
        "title": exercise.title.fill(language, {}),
        "statement": "\n".join(_wrapped(line) for line in safe.splitlines()),
    }
    return fill(f"starter/module.{language}.py", facts, templates=templates)


def _wrapped(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())] + ("  " if line.lstrip().startswith("- ") else "")
    return textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
