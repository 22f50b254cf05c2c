"""What a formula computes with: exact numbers, truth values, texts, tuples and records."""

import difflib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeAlias

Exact: TypeAlias = int | Fraction
Value: TypeAlias = "int | Fraction | bool | str | tuple[Value, ...] | Mapping[str, Value]"


def is_number(value: object) -> bool:
    """Is it an exact number? True and False are not: `2 * bias` is rather a slip than a wish."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def simplest(value: Exact) -> Exact:
    """An int wherever the number is whole."""
    return value.numerator if value.denominator == 1 else value


def kind(value: object) -> str:
    """What sort of value this is, in the words of an error."""
    match value:
        case bool():
            return str(value)
        case int() | Fraction():
            return "a number"
        case str():
            return "a text"
        case tuple():
            return "a tuple"
        case Mapping():
            return "a record"
    return f"a {type(value).__name__}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like `name`, or else all of them, for the end of an error."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"{close[0]!r}"
    return "one of " + ", ".join(names) if names else "no name at all"
