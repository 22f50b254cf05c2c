"""Options that several commands share, and the completion of their values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

LANGUAGES = ("en", "ko")


def language_option(function: Function) -> Function:
    return click.option(
        "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the texts."
    )(function)


def bank_option(function: Function) -> Function:
    return click.option(
        "--bank",
        "bank_folder",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="A question bank of your own instead of the one that comes with cnnquiz.",
    )(function)


def json_option(function: Function) -> Function:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")(function)


class WholeNumber(click.ParamType[int]):
    """A whole number of at least `at_least`."""

    name = "number"

    def __init__(self, at_least: int, at_most: int) -> None:
        self._range = range(at_least, at_most + 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) in self._range):
            expected = f"a whole number from {self._range[0]:,} to {self._range[-1]:,}"
            self.fail(f"{text!r} is not usable (expected {expected})", param, ctx)
        return int(text)


class InputShape(click.ParamType[tuple[int, ...]]):
    """Sizes of one input without the batch, such as 3x224x224."""

    name = "shape"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = str(value).lower().replace("×", "x").split("x")
        if not all(part.isascii() and part.isdecimal() and 0 < int(part) <= 100_000 for part in parts):
            self.fail(f"{value!r} is not a shape (expected sizes such as 3x224x224)", param, ctx)
        return tuple(map(int, parts))


def complete_topics(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from cnnquiz.bank.bank import load_questions, topics

    return [topic for topic in topics(load_questions()) if topic.startswith(incomplete)]


def complete_exercises(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from cnnquiz.bank.exercise import exercise_names

    return [name for name in exercise_names() if name.startswith(incomplete)]
