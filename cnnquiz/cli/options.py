"""Options that several commands share, and the completion of their values."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Function = TypeVar("Function", bound=Callable[..., Any])

LANGUAGES = ("en", "ko")
_JSON_EXAMPLE = '{"num_classes": 10}'


def language_option(function: Function) -> Function:
    return click.option(
        "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the texts."
    )(function)


def bank_option(function: Function) -> Function:
    return click.option(
        "--bank",
        "bank_folder",
        callback=_bank_path,
        shell_complete=complete_banks,
        metavar="BANK",
        help="A question bank of your own, or an installed one's name, instead of the one that comes with cnnquiz.",
    )(function)


def _bank_path(_context: click.Context, _parameter: click.Parameter, given: str | None) -> Path | None:
    """A folder or a file of questions as it stands; what does not exist is the name of an installed bank."""
    if given is None:
        return None
    if Path(given).exists():
        return Path(given)
    from cnnquiz.bank.installed import installed_bank

    return installed_bank(given)


def complete_banks(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from cnnquiz.bank.installed import installed_banks

    names = [CompletionItem(name) for name in installed_banks() if name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


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


class JsonObject(click.ParamType[dict[str, object]]):
    """Keyword arguments as one JSON object."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, object]:
        if isinstance(value, dict):
            return value
        try:
            found = json.loads(value)
        except (ValueError, RecursionError) as error:
            self.fail(f"{value!r} is not JSON: {error} (expected such as {_JSON_EXAMPLE})", param, ctx)
        if not isinstance(found, dict):
            self.fail(f"{value!r} is not an object (expected such as {_JSON_EXAMPLE})", param, ctx)
        return found


def wants_colour(out: TextIO) -> bool:
    """Whether this is a terminal that wants colour (https://no-color.org)."""
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def complete_topics(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from cnnquiz.bank.bank import open_bank

    return [topic for topic in open_bank().topics if topic.startswith(incomplete)]


def complete_exercises(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from cnnquiz.bank.exercise import exercise_names

    return [name for name in exercise_names() if name.startswith(incomplete)]
