"""An exercise goes in; starter code comes out, with what is asked for and what it is worth as the docstring."""

from collections.abc import Iterable
from pathlib import Path

from cnnquiz.bank.exercise import Exercise
from cnnquiz.bank.text import Language
from cnnquiz.rendering.columns import columns, wrap
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.words import WORKSHEET, counted

_WIDTH = 118


def render_starter(exercise: Exercise, language: Language, *, templates: Path | None = None) -> str:
    """Python source that imports, explains what is asked for, and fails politely until it is written."""
    arguments = [f"{name}={value!r}" for name, value in exercise.arguments.items()]
    annotated = [f"{name}{_annotation(value)}" for name, value in exercise.arguments.items()]
    facts = {
        "exercise": exercise,
        "title": exercise.title.fill(language, {}),
        "statement": exercise.statement.fill(language, {}).strip() if exercise.statement is not None else "",
        "call": f"{exercise.entry}({', '.join(arguments)})",
        "constructor": _in_lines("    def __init__(", ("self", *annotated), ") -> None:"),
        "construction": _in_lines(f"    model = {exercise.entry}(", arguments, ")"),
        "worth": {
            name: counted(WORKSHEET[language], "points", points) for name, points in exercise.points.items() if points
        },
        "docstring": _docstring,
    }
    return fill(f"starter/module.{language}.py", facts, templates=templates)


def _docstring(text: str) -> str:
    """The text in lines that fit, with what would mean something else inside of three quotes escaped."""
    safe = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    return "\n".join(_wrapped(line) for line in safe.splitlines())


def _wrapped(line: str) -> str:
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    return wrap(bare, _WIDTH, first=indent, rest=indent + ("  " if bare.startswith("- ") else ""))


def _in_lines(before: str, items: Iterable[str], after: str) -> str:
    """A call or a signature, with an item per line where one line is too short for all."""
    items = list(items)
    line = f"{before}{', '.join(items)}{after}"
    if columns(line) <= _WIDTH:
        return line
    indent = " " * (len(before) - len(before.lstrip()))
    return "\n".join([before, *(f"{indent}    {item}," for item in items), indent + after])


def _annotation(value: object) -> str:
    """The type of an argument as it is graded; None says nothing about it."""
    if value is None:
        return ""
    if isinstance(value, list):
        kinds = {type(item).__name__ for item in value}
        return f": list[{kinds.pop()}]" if len(kinds) == 1 and kinds <= {"int", "float", "bool", "str"} else ": list"
    return f": {type(value).__name__}"
