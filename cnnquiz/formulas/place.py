"""A value and its place in a formula's text in, the value out if a formula may go on with it; FormulaError if not."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from cnnquiz.errors import FormulaError
from cnnquiz.formulas.values import Exact, Value, is_number, kind, simplest

MAX_VISITS = 100_000
MAX_BITS = 4096

Work: TypeAlias = list[int]
"""One number, how many more steps are allowed; a list, so that all parts of a formula count down the same one."""

# An int between these two passes every check of a number: most numbers need no other look.
LOW, HIGH = -(1 << 62), 1 << 62

_WITHOUT_BOUNDS = frozenset({bool, str, tuple, dict})
_NUMBERS = (int, Fraction)
_OTHERS = (str, tuple, Mapping)
_SCALARS = frozenset({int, str, bool, Fraction})


def all_work() -> Work:
    """The work that one formula may take."""
    return [MAX_VISITS]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node of a formula stands in the text of its author."""

    text: str
    position: int

    def fault(self, problem: str, expected: str) -> FormulaError:
        return FormulaError(self.text, self.position, problem, expected=expected)

    def spend(self, steps: int, work: Work) -> None:
        """Count `steps` of work."""
        work[0] -= steps
        if work[0] < 0:
            raise self.fault("this takes too long to compute", f"at most {MAX_VISITS:,} steps")

    def bounded(self, value: Exact) -> Exact:
        """A number that is not too large, in its simplest form."""
        if type(value) is int and LOW < value < HIGH:
            return value
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            raise self.fault("the number becomes too large", f"at most {MAX_BITS:,} bits")
        return simplest(value)

    def checked(self, value: Value) -> Value:
        """A value from outside."""
        if type(value) in _WITHOUT_BOUNDS or isinstance(value, dict):
            return value
        if isinstance(value, _NUMBERS):
            return self.bounded(value)
        if isinstance(value, _OTHERS):
            return value
        raise self.fault(f"{kind(value)} was given", "an exact number, a text, a tuple or a record")

    def number(self, value: Value) -> Exact:
        """A value to compute with, perhaps from outside."""
        if type(value) is int:
            return self.bounded(value)
        if isinstance(value, bool):
            raise self.fault(f"{value} as a number", "a number, as in (1 if bias else 0)")
        if isinstance(value, _NUMBERS):
            return self.bounded(value)
        raise self.fault(f"{kind(self.checked(value))} in a calculation", "a number")

    def whole(self, value: Exact, lowest: int, highest: int, role: str) -> int:
        """An index, an exponent or a count of digits."""
        if isinstance(value, int) and lowest <= value <= highest:
            return value
        raise self.fault(f"{role} that is not allowed", f"a whole number from {lowest} to {highest}")

    def truth(self, value: Value) -> bool:
        """A condition."""
        if isinstance(value, bool):
            return value
        raise self.fault(f"{kind(value)} as a condition", "a comparison")

    def items(self, value: Value, work: Work) -> tuple[Value, ...]:
        """A tuple whose items are gone through."""
        if isinstance(value, tuple):
            self.spend(len(value), work)
            return value
        raise self.fault(f"{kind(value)} where several values are needed", "a tuple")

    def equal(self, left: Value, right: Value, work: Work) -> bool:
        """Are two values of one kind the same? Tuples are, item by item."""
        if type(left) is type(right) and type(left) in _SCALARS:
            return left == right
        if isinstance(left, tuple) and isinstance(right, tuple):
            self.spend(len(left), work)
            pairs = zip(left, right, strict=False)
            return len(left) == len(right) and all(self.equal(one, other, work) for one, other in pairs)
        same_kind = type(left) is type(right) or (is_number(left) and is_number(right))
        if not same_kind or isinstance(left, Mapping):
            raise self.fault(f"{kind(left)} compared with {kind(right)}", "values of one kind")
        return left == right
