"""One value of a YAML file, which knows its line: what it is asked for comes out, or an error at that line."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cnnquiz.errors import BankError

_INTEGER = re.compile(r"-?[0-9]+(_[0-9]+)*")
_FRACTION = re.compile(r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+|[0-9]+/[0-9]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a YAML file: text, a list of entries, or a mapping of entries, with the line of its key or dash."""

    path: Path
    line: int
    value: "str | list[Entry] | dict[str, Entry] | None"
    plain: bool  # a scalar without quotes: 3 and true are a number and a truth value only when plain

    def error(self, problem: str, *, expected: str) -> BankError:
        return BankError(self.path, self.line, problem, expected=expected)

    def text(self, what: str = "text") -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.error(f"{_named(self)} where {what} belongs", expected=what)
        return self.value.strip()

    def listing(self) -> str:
        """Lines of code; spaces at the start of the first line belong to it."""
        self.text("lines of code")
        assert isinstance(self.value, str)
        return self.value.rstrip().lstrip("\n")

    def integer(self, what: str, *, at_least: int | None = None, at_most: int | None = None) -> int:
        text = self.value if isinstance(self.value, str) and self.plain else ""
        if not _INTEGER.fullmatch(text) or len(text) > 18:
            raise self.error(f"{what} is {_named(self)}", expected=_range_text(at_least, at_most))
        number = int(text)
        if (at_least is not None and number < at_least) or (at_most is not None and number > at_most):
            raise self.error(f"{what} is {number}", expected=_range_text(at_least, at_most))
        return number

    @property
    def is_number(self) -> bool:
        """A number without quotes, as `fraction` reads it."""
        return self.plain and isinstance(self.value, str) and bool(_FRACTION.fullmatch(self.value))

    def fraction(self, what: str) -> Fraction:
        text = self.value if isinstance(self.value, str) and self.plain else ""
        _, stroke, divisor = text.partition("/")
        if not _FRACTION.fullmatch(text) or len(text) > 30 or (stroke and int(divisor) == 0):
            raise self.error(f"{what} is {_named(self)}", expected="a number such as 0.05 or 1/3")
        return Fraction(text)

    def items(self, what: str = "a list") -> "list[Entry]":
        if not isinstance(self.value, list):
            raise self.error(f"{_named(self)} where {what} belongs", expected=what)
        return self.value

    def mapping(self, allowed: Collection[str], required: Collection[str] = ()) -> "dict[str, Entry]":
        """The entries by key; a key that is unknown or missing is an error at its line."""
        entries = self.open_mapping()
        for key, entry in entries.items():
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, 1)
                hint = f"{near[0]!r}?" if near else "one of " + ", ".join(sorted(allowed))
                raise entry.error(f"unknown key {key!r}", expected=hint)
        for key in required:
            if key not in entries:
                raise self.error(f"{key!r} is missing", expected=f"the keys {', '.join(required)}")
        return entries

    def open_mapping(self) -> "dict[str, Entry]":
        """The entries by key, whatever the keys are."""
        if not isinstance(self.value, dict):
            raise self.error(f"{_named(self)} where keys and values belong", expected="key: value lines")
        return self.value


def _named(entry: Entry) -> str:
    if isinstance(entry.value, str):
        return repr(entry.value if len(entry.value) <= 40 else entry.value[:37] + "…")
    return {list: "a list", dict: "a mapping", type(None): "nothing"}[type(entry.value)]


def _range_text(at_least: int | None, at_most: int | None) -> str:
    if at_least is not None and at_most is not None:
        return f"a whole number from {at_least} to {at_most}"
    return "a whole number" if at_least is None else f"a whole number of at least {at_least}"
