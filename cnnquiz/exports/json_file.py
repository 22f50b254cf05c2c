"""A JSON file goes in; values that know their place in it come out, or an error that names the file and the place."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from cnnquiz.errors import UsageError

Word = TypeVar("Word", bound=str)

_MOST_BYTES = 64 << 20
_NUMBER = re.compile(r"[-+]?[0-9]{1,400}(\.[0-9]{1,400})?([eE][-+]?[0-9]{1,3})?(/[0-9]{1,400})?")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a JSON file; `place` leads to it, such as `problems[3].answer`, and is empty for the whole file."""

    path: Path
    place: str
    raw: Any

    def error(self, problem: str, *, expected: str) -> UsageError:
        where = f"{self.path}, {self.place}" if self.place else str(self.path)
        return UsageError(f"{where}: {problem} (expected {expected})")

    @property
    def is_null(self) -> bool:
        return self.raw is None

    def has(self, name: str) -> bool:
        return isinstance(self.raw, dict) and name in self.raw

    def __getitem__(self, name: str) -> "Value":
        """The value under a key; UsageError where there is none."""
        if not isinstance(self.raw, dict):
            raise self.error(f"{self._named()} where an object belongs", expected="{…}")
        if name not in self.raw:
            raise self.error(f"{name!r} is missing", expected=f"the key {name!r}")
        return self._inside(name)

    def _inside(self, name: str) -> "Value":
        return Value(self.path, f"{self.place}.{name}" if self.place else name, self.raw[name])

    def fields(self) -> "dict[str, Value]":
        """The values by key, whatever the keys are."""
        if not isinstance(self.raw, dict):
            raise self.error(f"{self._named()} where an object belongs", expected="{…}")
        return {name: self._inside(name) for name in self.raw}

    def items(self) -> "list[Value]":
        if not isinstance(self.raw, list):
            raise self.error(f"{self._named()} where a list belongs", expected="[…]")
        return [Value(self.path, f"{self.place}[{number}]", each) for number, each in enumerate(self.raw)]

    def text(self) -> str:
        if not isinstance(self.raw, str):
            raise self.error(f"{self._named()} where a text belongs", expected="a text")
        return self.raw

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def optional_text(self) -> str | None:
        return None if self.is_null else self.text()

    def integer(self, *, at_least: int | None = None) -> int:
        if (
            not isinstance(self.raw, int)
            or isinstance(self.raw, bool)
            or (at_least is not None and self.raw < at_least)
        ):
            expected = "a whole number" if at_least is None else f"a whole number of at least {at_least}"
            raise self.error(self._named(), expected=expected)
        return self.raw

    def integers(self) -> tuple[int, ...]:
        return tuple(item.integer() for item in self.items())

    def optional_integer(self) -> int | None:
        return None if self.is_null else self.integer()

    def truth(self) -> bool:
        if not isinstance(self.raw, bool):
            raise self.error(self._named(), expected="true or false")
        return self.raw

    def number(self) -> int | Fraction:
        """An exact number as `exact` writes it: an int, a decimal, or the text of a fraction."""
        if isinstance(self.raw, int | Fraction) and not isinstance(self.raw, bool):
            return self.raw
        value = as_fraction(self.raw) if isinstance(self.raw, str) else None
        if value is None:
            raise self.error(f"{self._named()} where a number belongs", expected="a number such as 0.05 or 1/3")
        return value

    def one_of(self, allowed: Iterable[Word]) -> Word:
        for word in allowed:
            if self.raw == word:
                return word
        raise self.error(self._named(), expected="one of " + ", ".join(allowed))

    def _named(self) -> str:
        if self.raw is None or isinstance(self.raw, bool):
            return json.dumps(self.raw)
        if isinstance(self.raw, list | dict):
            return "a list" if isinstance(self.raw, list) else "an object"
        text = str(self.raw)
        text = text if len(text) <= 40 else text[:37] + "…"
        return repr(text) if isinstance(self.raw, str) else text


def as_fraction(text: str) -> Fraction | None:
    """The number that a short text is; None for any other text, and for one that would take long to work out."""
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def read_json(path: Path, *, as_typed: bool = False) -> Value:
    """Read one document; decimals are exact, and with `as_typed` every number is its text. UsageError otherwise."""
    try:
        data = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror} (expected a JSON file)") from error
    if data is None:
        raise UsageError(f"{path}: is too large (expected at most {_MOST_BYTES >> 20} MiB)")
    numbers = {"parse_int": str, "parse_float": str} if as_typed else {"parse_float": _decimal}
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        raw = json.loads(text, parse_constant=_decimal, object_pairs_hook=_object, **numbers)
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}:{error.lineno}: {error.msg} (expected JSON)") from error
    except (ValueError, RecursionError) as error:
        problem = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"{path}: {problem} (expected JSON)") from error
    return Value(path, "", raw)


def _decimal(text: str) -> Fraction:
    value = as_fraction(text)
    if value is None:
        raise ValueError(f"the number {text[:40]}")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} appears twice")
    return found
