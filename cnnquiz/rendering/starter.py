"""An exercise goes in; starter code comes out, with what is asked for and what it is worth as the docstring."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cnnquiz.bank.exercise import Exercise
from cnnquiz.bank.text import Language
from cnnquiz.rendering.columns import columns, wrap
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.words import WORKSHEET, counted

_WIDTH = 118


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """One way in which the module is graded, as Python and as sizes of its inputs."""

    call: str
    construction: str
    input_shapes: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, exercise: Exercise) -> Self:
        arguments = [f"{name}={value!r}" for name, value in exercise.arguments.items()]
        return cls(
            call=f"{exercise.entry}({', '.join(arguments)})",
            construction=_in_lines(f"    model = {exercise.entry}(", arguments, ")"),
            input_shapes=(exercise.input_shape, *exercise.other_input_shapes),
        )


def render_starter(exercise: Exercise, language: Language, *, templates: Path | None = None) -> str:
    """Python source that imports, explains what is asked for, and fails politely until it is written."""
    settings = [_Setting.of(setting) for setting in exercise.settings]
    other_sizes = any(len(setting.input_shapes) > 1 for setting in settings)
    facts = {
        "exercise": exercise,
        "title": exercise.title.fill(language, {}),
        "statement": exercise.statement.fill(language, {}).strip() if exercise.statement is not None else "",
        "constructor": _in_lines("    def __init__(", ("self", *_parameters(exercise)), ") -> None:"),
        "settings": settings,
        "other_sizes": other_sizes,
        "several_inputs": other_sizes or len(settings) > 1,
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


def _parameters(exercise: Exercise) -> Iterator[str]:
    """What the constructor takes: first what is always given, then what has a default."""
    given = {name: value for each in exercise.settings for name, value in each.arguments.items()}
    given |= exercise.arguments
    for name, value in given.items():
        if name not in exercise.defaults:
            yield f"{name}{_annotation(value)}"
    for name, value in exercise.defaults.items():
        yield f"{name}{_annotation(value)} = {value!r}" if value is not None else f"{name}=None"


def _annotation(value: object) -> str:
    """The type of an argument as it is graded; None says nothing about it."""
    if value is None:
        return ""
    if isinstance(value, list):
        kinds = {type(item).__name__ for item in value}
        return f": list[{kinds.pop()}]" if len(kinds) == 1 and kinds <= {"int", "float", "bool", "str"} else ": list"
    return f": {type(value).__name__}"
